import { encodeCloudFrontBase64 } from '../../core/policy/cloudfront-base64';
import type { SeededRandom } from './random';

const SIGNATURE_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-~';
const UNIQUE_CHARACTERS = 32;
const SIGNATURE_TAIL = `${'Ab1-'.repeat(77)}ab__`;

/** What a viewer presents, before it is written into a log. */
export interface Presented {
  readonly resource: string;
  readonly notAfter: number;
  readonly notBefore?: number;
  readonly sourceRange?: string;
  readonly keyPairId: string;
  /** Cookies, or the query of a signed URL. */
  readonly form: 'cookies' | 'url';
  /** A canned policy is not sent: only its expiry is. */
  readonly canned?: boolean;
}

function policyText({ resource, notAfter, notBefore, sourceRange }: Presented): string {
  const condition = {
    DateLessThan: { 'AWS:EpochTime': notAfter },
    ...(notBefore !== undefined && { DateGreaterThan: { 'AWS:EpochTime': notBefore } }),
    ...(sourceRange !== undefined && { IpAddress: { 'AWS:SourceIp': sourceRange } }),
  };
  return JSON.stringify({ Statement: [{ Resource: resource, Condition: condition }] });
}

/** The fields of a log line that hold what was presented; the other one is `-`. */
export function presentedFields(
  presented: Presented,
  random: SeededRandom,
): Record<string, string> {
  const policy = encodeCloudFrontBase64(new TextEncoder().encode(policyText(presented)));
  // A signature is unique by its beginning; the rest costs time and tells nothing.
  const signature = `${random.text(UNIQUE_CHARACTERS, SIGNATURE_ALPHABET)}${SIGNATURE_TAIL}`;
  const carrier: readonly [string, string] =
    presented.canned === true ? ['Expires', String(presented.notAfter)] : ['Policy', policy];
  const pairs: readonly (readonly [string, string])[] = [
    carrier,
    ['Signature', signature],
    ['Key-Pair-Id', presented.keyPairId],
  ];
  if (presented.form === 'url') {
    return { 'cs-uri-query': pairs.map(([name, value]) => `${name}=${value}`).join('&') };
  }
  return { 'cs(Cookie)': pairs.map(([name, value]) => `CloudFront-${name}=${value}`).join('; ') };
}
