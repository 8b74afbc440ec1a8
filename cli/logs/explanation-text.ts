import { ADVICE, isCause } from '#analytics/explain/advice';
import type { RequestExplanation } from '#analytics/explain/explain-request';
import type { LoggedRequest } from '#analytics/explain/logged-request';
import { printable } from '#analytics/printable';
import { toRfc3339 } from '#core/clock';
import { FINGERPRINT_CHARACTERS } from '#core/contract/fingerprint';
import { isKeyPairId } from '#core/signing/signer';
import { wrapWords } from '../wrap-words';

/** A request and everything that is known about the reason of its refusal. */
export interface Explained extends Omit<LoggedRequest, 'requestId'> {
  readonly requestId: string | undefined;
  readonly explanation: RequestExplanation;
}

/** A signature in another alphabet is none, and is not shown. */
const FINGERPRINT = new RegExp(`^[\\w~-]{${FINGERPRINT_CHARACTERS}}$`);
const LABEL_WIDTH = 10;
const TEXT_WIDTH_MIN = 30;

const GRANT_FROM: Readonly<Record<LoggedRequest['grantFrom'], string>> = {
  evidence: 'as the viewer sent it',
  guard: 'as viewer-guard noted it from what the viewer sent; the signature is not in the log',
  nowhere: 'not in the log',
};

const NO_GRANT: Readonly<Record<LoggedRequest['grantFrom'], string>> = {
  evidence: 'none: the viewer sent none',
  guard: 'none: viewer-guard noted none',
  nowhere: 'none that the log knows of',
};

function line(label: string, text: string): string {
  return `${label.padEnd(LABEL_WIDTH)}  ${printable(text)}`;
}

/**
 * Matches a part of a signing parameter's name, also if a link was damaged: `amp;Signature=`,
 * another letter case, or encoded.
 */
const SIGNING_NAME = /signature|policy|key-pair-id|expires|hash-algorithm/i;
const DECODING_ROUNDS_MAX = 5;

function decoded(text: string): string {
  let known = text;
  for (let round = 0; round < DECODING_ROUNDS_MAX; round += 1)
    known = known.replace(/%([0-7][0-9a-f])/gi, (_escape, code: string) =>
      String.fromCharCode(parseInt(code, 16)),
    );
  return known;
}

/**
 * Returns whether any text before a `=` is such a name. A value is checked too, because it can
 * itself contain a signed URL.
 */
function holdsSigning(text: string): boolean {
  const names = decoded(text).split('=').slice(0, -1);
  return names.some((name) => SIGNING_NAME.test(name));
}

function shownPath(path: string): string {
  const segments = path.split('/');
  const at = segments.findIndex(holdsSigning);
  return at < 0 ? path : [...segments.slice(0, at), '…'].join('/');
}

/**
 * Removes the signing parameters from a URL, because everybody who reads the terminal could open
 * the file with them.
 */
function shownUrl(url: string): string {
  const [path = '', ...queries] = url.split('?');
  const parameters = queries.join('?').split('&');
  const shown = parameters.filter((text) => !holdsSigning(text.includes('=') ? text : `${text}=`));
  return [shownPath(path), shown.join('&')].filter((part) => part !== '').join('?');
}

function shownKeyId(keyPairId: string | undefined): string {
  if (keyPairId === undefined) return 'key not named';
  return isKeyPairId(keyPairId) ? `key ${keyPairId}` : 'a key id that is none';
}

function causeText({ cause, confidence, proven, explanation }: Explained): string {
  if (cause === undefined) return 'not refused';
  const sure = confidence ?? 'cannot be known';
  if (explanation.keyPairId === undefined) return `${cause} (${sure})`;
  const attribution = proven
    ? 'the grant itself is genuine'
    : 'whether the grant is genuine is not proven';
  return `${cause} (${sure}; ${attribution})`;
}

function holderText({ userHash, people, proven, status }: Explained): string {
  if (userHash === undefined) return 'nobody on record in this time';
  const holder =
    people === 1
      ? `one person: ${userHash}`
      : `a set of ${String(people)} people; \`edgepass logs query grant\` names them`;
  return proven || status < 400 ? holder : `${holder}. The request does not prove the grant`;
}

/** Which grant it is, and who has it as far as issuance records say. */
function holderLines(explained: Explained): readonly string[] {
  const { fingerprint, people } = explained;
  if (fingerprint === undefined || !FINGERPRINT.test(fingerprint)) return [];
  return [
    line('grant id', `${fingerprint} (fingerprint)`),
    ...(people === undefined ? [] : [line('issued to', holderText(explained))]),
  ];
}

function grantLines({ grantFrom, explanation }: Explained): readonly string[] {
  const { policy, keyPairId } = explanation;
  const isPresented = policy !== undefined || keyPairId !== undefined;
  const from = GRANT_FROM[grantFrom];
  return [
    line('grant', isPresented ? `${shownKeyId(keyPairId)}, ${from}` : NO_GRANT[grantFrom]),
    ...(policy === undefined ? [] : [line('policy', policy)]),
  ];
}

function conditionLines({ status, cause, explanation }: Explained): readonly string[] {
  const { failing, unchecked } = explanation;
  const fails = failing.map(({ reason, description }) =>
    line('fails', `${reason}: ${description}`),
  );
  const nothing =
    cause === undefined || status < 400 ? [] : [line('fails', 'nothing that can be checked here')];
  return [
    ...(fails.length > 0 ? fails : nothing),
    ...unchecked.map((text) => line('unknown', text)),
  ];
}

/** Wraps a text at word limits and indents it behind its label. */
function fold(text: string, widthMax: number): string {
  const label = text.slice(0, LABEL_WIDTH + 2);
  const width = Math.max(widthMax - label.length, TEXT_WIDTH_MIN);
  return wrapWords(text.slice(label.length).split(' '), width)
    .map((part, at) => (at === 0 ? label : ' '.repeat(label.length)) + part)
    .join('\n');
}

/**
 * Formats an explanation for a terminal. It contains nothing with which the request could be
 * repeated.
 *
 * @param widthMax number of characters in a line
 */
export function renderExplanation(
  explained: Explained,
  widthMax = Number.POSITIVE_INFINITY,
): string {
  const { requestId, now, request, status, answer, cause } = explained;
  const lines = [
    ...(requestId === undefined ? [] : [line('request', requestId)]),
    line(
      'asked',
      `${toRfc3339(now)}  ${request.method} ${shownUrl(request.url)}  from ${request.clientIp}`,
    ),
    line('answered', answer === undefined ? String(status) : `${status}, by ${answer}`),
    line('cause', causeText(explained)),
    ...grantLines(explained),
    ...holderLines(explained),
    ...conditionLines(explained),
    ...(isCause(cause) ? [line('do next', ADVICE[cause])] : []),
  ];
  return `${lines.map((one) => fold(one, widthMax)).join('\n')}\n`;
}
