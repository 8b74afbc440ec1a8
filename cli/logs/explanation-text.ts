import { ADVICE, isCause } from '../../analytics/explain/advice';
import type { RequestExplanation } from '../../analytics/explain/explain-request';
import type { LoggedRequest } from '../../analytics/explain/logged-request';
import { printable } from '../../analytics/printable';
import { toRfc3339 } from '../../core/clock';
import { parseViewerUrl, unsignedUrl } from '../../core/verification/viewer-url';

/** A request, and everything that is known about why it was refused. */
export interface Explained extends Omit<LoggedRequest, 'requestId'> {
  readonly requestId: string | undefined;
  readonly explanation: RequestExplanation;
}

const LABEL_WIDTH = 10;

const GRANT_FROM: Readonly<Record<LoggedRequest['grantFrom'], string>> = {
  evidence: 'as the viewer sent it',
  guard: 'as viewer-guard noted it from what the viewer sent; the signature is not in the log',
  nowhere: 'not in the log',
};

function line(label: string, text: string): string {
  return `${label.padEnd(LABEL_WIDTH)}  ${printable(text)}`;
}

/** Never with signing parameters: a signed URL opens its file for whoever reads the terminal. */
function shownUrl(url: string): string {
  const parsed = parseViewerUrl(url);
  return parsed === undefined ? (url.split('?')[0] ?? '') : unsignedUrl(parsed);
}

function causeText({ cause, confidence, proven, explanation }: Explained): string {
  if (cause === null) return 'not refused';
  const sure = confidence ?? 'cannot be known';
  if (explanation.keyPairId === undefined) return `${cause} (${sure})`;
  const attribution = proven
    ? 'the grant itself is genuine'
    : 'whether the grant is genuine is not proven';
  return `${cause} (${sure}; ${attribution})`;
}

function grantLines({ grantFrom, explanation }: Explained): readonly string[] {
  const { policy, keyPairId } = explanation;
  const isPresented = policy !== undefined || keyPairId !== undefined;
  const from = GRANT_FROM[grantFrom];
  return [
    line('grant', isPresented ? `key ${keyPairId ?? 'not named'}, ${from}` : `none ${from}`),
    ...(policy === undefined ? [] : [line('policy', policy)]),
  ];
}

function conditionLines({ status, cause, explanation }: Explained): readonly string[] {
  const { failing, unchecked } = explanation;
  const fails = failing.map(({ reason, description }) =>
    line('fails', `${reason}: ${description}`),
  );
  const nothing =
    cause === null || status < 400 ? [] : [line('fails', 'nothing that can be checked here')];
  return [
    ...(fails.length > 0 ? fails : nothing),
    ...unchecked.map((text) => line('unknown', text)),
  ];
}

/** An explanation for a terminal. Nothing of it can replay the request. */
export function renderExplanation(explained: Explained): string {
  const { requestId, now, request, status, answer, cause } = explained;
  const lines = [
    ...(requestId === undefined ? [] : [line('request', requestId)]),
    line(
      'asked',
      `${toRfc3339(now)}  ${request.method} ${shownUrl(request.url)}  from ${request.clientIp}`,
    ),
    line('answered', answer === null ? String(status) : `${status}, by ${answer}`),
    line('cause', causeText(explained)),
    ...grantLines(explained),
    ...conditionLines(explained),
    ...(isCause(cause) ? [line('do next', ADVICE[cause])] : []),
  ];
  return `${lines.join('\n')}\n`;
}
