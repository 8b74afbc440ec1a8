import { type KeyObject, sign } from 'node:crypto';
import { encodeCloudFrontBase64 } from '#core/policy/cloudfront-base64';
import type { SeededRandom } from './random';

const SIGNATURE_BYTES = 256;
const FINGERPRINT_CHARACTERS = 24;

/** What a policy says. */
export interface PolicyTerms {
  readonly resource: string;
  /** Seconds since the Unix epoch, like `notBefore`. */
  readonly notAfter: number;
  readonly notBefore?: number;
  readonly sourceRange?: string;
  /** A canned policy is not sent: only its expiry is. */
  readonly canned?: boolean;
}

/** What a viewer presents, encoded as CloudFront reads it. */
export interface Presented {
  readonly terms: PolicyTerms;
  readonly encodedPolicy: string;
  readonly encodedSignature: string;
  readonly keyPairId: string;
  readonly hashAlgorithm?: 'SHA256';
}

/** Cookies, or the query of a signed URL. */
export type PresentedForm = 'cookies' | 'url';

function policyText({ resource, notAfter, notBefore, sourceRange, canned }: PolicyTerms): string {
  const condition = {
    DateLessThan: { 'AWS:EpochTime': notAfter },
    ...(notBefore !== undefined &&
      canned !== true && { DateGreaterThan: { 'AWS:EpochTime': notBefore } }),
    ...(sourceRange !== undefined && { IpAddress: { 'AWS:SourceIp': sourceRange } }),
  };
  return JSON.stringify({ Statement: [{ Resource: resource, Condition: condition }] });
}

/** Terms under a genuine signature: SHA-256, or for canned policies the SHA-1 that older signers make. */
export function signTerms(terms: PolicyTerms, key: KeyObject, keyPairId: string): Presented {
  const text = new TextEncoder().encode(policyText(terms));
  const isCanned = terms.canned === true;
  return {
    terms,
    encodedPolicy: encodeCloudFrontBase64(text),
    encodedSignature: encodeCloudFrontBase64(sign(isCanned ? 'sha1' : 'sha256', text, key)),
    keyPairId,
    ...(!isCanned && { hashAlgorithm: 'SHA256' }),
  };
}

/** Terms that nobody signed. */
export function forgeTerms(terms: PolicyTerms, random: SeededRandom, keyPairId: string): Presented {
  return {
    terms,
    encodedPolicy: encodeCloudFrontBase64(new TextEncoder().encode(policyText(terms))),
    encodedSignature: encodeCloudFrontBase64(random.bytes(SIGNATURE_BYTES)),
    keyPairId,
    hashAlgorithm: 'SHA256',
  };
}

/** What joins a log line with the record of its grant. */
export function fingerprintOf({ encodedSignature }: Presented): string {
  return encodedSignature.slice(0, FINGERPRINT_CHARACTERS);
}

/** What viewer-guard notes of it. */
function notedText(presented: Presented): string {
  const { terms, keyPairId } = presented;
  const scope = terms.canned === true ? '' : terms.resource.replace(/^[a-z*]+:\/\/[^/]*/, '');
  return [
    `k=${keyPairId}`,
    `s=${scope}`,
    `n=${terms.notBefore ?? ''}`,
    `e=${terms.notAfter}`,
    `f=${fingerprintOf(presented)}`,
  ].join(';');
}

function spellFields(presented: Presented, form: PresentedForm): Readonly<Record<string, string>> {
  const { terms, encodedPolicy, encodedSignature, keyPairId, hashAlgorithm } = presented;
  const pairs: readonly (readonly [string, string])[] = [
    terms.canned === true ? ['Expires', String(terms.notAfter)] : ['Policy', encodedPolicy],
    ['Signature', encodedSignature],
    ['Key-Pair-Id', keyPairId],
    ...(hashAlgorithm === undefined ? [] : [['Hash-Algorithm', hashAlgorithm] as const]),
  ];
  const noted = { 'viewer-request-log-data': notedText(presented) };
  if (form === 'url')
    return { ...noted, 'cs-uri-query': pairs.map((pair) => pair.join('=')).join('&') };
  const cookies = pairs.map(([name, value]) => `CloudFront-${name}=${value}`);
  return { ...noted, 'cs(Cookie)': cookies.join('; ') };
}

const SPELLED: Readonly<Record<PresentedForm, WeakMap<Presented, ReturnType<typeof spellFields>>>> =
  { cookies: new WeakMap(), url: new WeakMap() };

/** The fields of a log line that hold what was presented: a browser sends the same again and again. */
export function presentedFields(
  presented: Presented,
  form: PresentedForm,
): Readonly<Record<string, string>> {
  const known = SPELLED[form].get(presented);
  if (known !== undefined) return known;
  const fields = spellFields(presented, form);
  SPELLED[form].set(presented, fields);
  return fields;
}
