import {
  CREDENTIAL_NAMES,
  CREDENTIAL_PARTS,
  type CredentialPart,
} from '#core/contract/credential-names';
import { FINGERPRINT_CHARACTERS } from '#core/contract/fingerprint';
import { KEY_PAIR_ID_CHARACTERS_MAX } from '#core/contract/identifiers';
import { decodeCloudFrontBase64 } from '#core/policy/cloudfront-base64';
import { writeGuardNote } from '#core/policy/guard-note';

/** The value of a cookie or query parameter, as CloudFront Functions pass it. */
export interface EventValue {
  readonly value: string;
  /** All values, if the name occurs more than once. */
  readonly multiValue?: readonly { readonly value: string }[];
}

/** The parts of a request that can contain a grant. */
export interface PresentingRequest {
  readonly cookies?: Readonly<Record<string, EventValue | undefined>>;
  readonly querystring?: Readonly<Record<string, EventValue | undefined>>;
}

/**
 * Maximum length of the log text after URL-encoding. CloudFront drops a longer text completely.
 */
const LINE_BYTES_MAX = 800;
const SCOPE_CHARACTERS_MAX = 500;
const TIME_CHARACTERS_MAX = 12;
/**
 * Only values that match this are logged, so that no other text from outside gets into the log
 * line.
 */
const PLAIN = /^[\w/.*?~%-]*$/;

interface PresentedPolicy {
  readonly Statement?: readonly {
    readonly Resource?: unknown;
    readonly Condition?: {
      readonly DateGreaterThan?: { readonly 'AWS:EpochTime'?: unknown };
      readonly DateLessThan?: { readonly 'AWS:EpochTime'?: unknown };
    };
  }[];
}

function readPolicy(encoded: string): PresentedPolicy {
  const bytes = decodeCloudFrontBase64(encoded);
  if (bytes === undefined) return {};
  let text = '';
  bytes.forEach((byte) => {
    text += String.fromCharCode(byte);
  });
  try {
    return (JSON.parse(text) as PresentedPolicy | null) ?? {};
  } catch {
    return {};
  }
}

function plain(value: unknown, charactersMax: number): string {
  const text = typeof value === 'number' ? String(value) : value;
  const isUsable = typeof text === 'string' && text.length <= charactersMax && PLAIN.test(text);
  return isUsable ? text : '';
}

function pathOf(resource: unknown): string {
  return typeof resource === 'string' ? resource.replace(/^[a-z*]+:\/\/[^/]*/, '') : '';
}

/**
 * Describes the grant that a viewer presents in one line for the access log: key id, scope, start,
 * expiry and fingerprint. A value that is not known is empty. The values were only presented, not
 * verified. The fingerprint is only the start of the signature, so nobody can use the line to open
 * content.
 */
export function describePresentedGrant(request: PresentingRequest): string {
  const querystring = request.querystring ?? {};
  const cookies = request.cookies ?? {};
  const fromQuery =
    querystring[CREDENTIAL_NAMES.signature.parameter] !== undefined ||
    querystring[CREDENTIAL_NAMES.keyPairId.parameter] !== undefined;
  const find = (part: CredentialPart): EventValue | undefined =>
    fromQuery
      ? querystring[CREDENTIAL_NAMES[part].parameter]
      : cookies[CREDENTIAL_NAMES[part].cookie];
  // If a part occurs twice, AWS does not document which one counts, so the note could describe the
  // wrong grant. Nothing is noted.
  if (CREDENTIAL_PARTS.some((part) => find(part)?.multiValue !== undefined)) return '';
  const read = (part: CredentialPart): string => find(part)?.value ?? '';
  const signature = read('signature');
  const keyPairId = read('keyPairId');
  if (signature === '' && keyPairId === '') return '';
  const statement = readPolicy(read('policy')).Statement?.[0];
  const startsAt = statement?.Condition?.DateGreaterThan?.['AWS:EpochTime'];
  const expiresAt = statement?.Condition?.DateLessThan?.['AWS:EpochTime'];
  const lineWith = (scope: string): string =>
    writeGuardNote({
      keyPairId: plain(keyPairId, KEY_PAIR_ID_CHARACTERS_MAX),
      scope,
      startsAt: plain(startsAt, TIME_CHARACTERS_MAX),
      expiresAt: plain(expiresAt ?? read('expires'), TIME_CHARACTERS_MAX),
      fingerprint: plain(signature.slice(0, FINGERPRINT_CHARACTERS), FINGERPRINT_CHARACTERS),
    });
  const line = lineWith(plain(pathOf(statement?.Resource), SCOPE_CHARACTERS_MAX));
  // If the line is too long, the scope is left out completely and not cut. The other values still
  // identify the grant.
  return encodeURIComponent(line).length > LINE_BYTES_MAX ? lineWith('') : line;
}
