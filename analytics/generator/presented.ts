import { type KeyObject, sign } from 'node:crypto';
import { CREDENTIAL_NAMES, type CredentialPart } from '#core/contract/credential-names';
import { GUARD_NOTE_FIELD } from '#core/contract/guard-note';
import { encodeCloudFrontBase64 } from '#core/policy/cloudfront-base64';
import { writeGuardNote } from '#core/policy/guard-note';
import { fingerprintOf } from '#core/signing/fingerprint';
import type { SeededRandom } from './random';

const SIGNATURE_BYTES = 256;

/** The content of a policy. */
export interface PolicyTerms {
  readonly resource: string;
  /** Seconds since the Unix epoch, like `notBefore`. */
  readonly notAfter: number;
  readonly notBefore?: number;
  readonly sourceRange?: string;
  /** Whether the policy is a canned one. Then only its expiry is sent. */
  readonly canned?: boolean;
}

/** The credentials of a client, encoded for CloudFront. */
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

/**
 * Credentials with a genuine signature: SHA-256, or SHA-1 for canned policies, as older signers
 * make them.
 */
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

/** Credentials with an invented signature. */
export function forgeTerms(terms: PolicyTerms, random: SeededRandom, keyPairId: string): Presented {
  return {
    terms,
    encodedPolicy: encodeCloudFrontBase64(new TextEncoder().encode(policyText(terms))),
    encodedSignature: encodeCloudFrontBase64(random.bytes(SIGNATURE_BYTES)),
    keyPairId,
    hashAlgorithm: 'SHA256',
  };
}

/** The note that viewer-guard writes about the presented credentials. */
function notedText(presented: Presented): string {
  const { terms, keyPairId, encodedSignature } = presented;
  const scope = terms.canned === true ? '' : terms.resource.replace(/^[a-z*]+:\/\/[^/]*/, '');
  return writeGuardNote({
    keyPairId,
    scope,
    startsAt: String(terms.notBefore ?? ''),
    expiresAt: String(terms.notAfter),
    fingerprint: fingerprintOf(encodedSignature),
  });
}

function spellFields(presented: Presented, form: PresentedForm): Readonly<Record<string, string>> {
  const { terms, encodedPolicy, encodedSignature, keyPairId, hashAlgorithm } = presented;
  const pairs: readonly (readonly [CredentialPart, string])[] = [
    terms.canned === true ? ['expires', String(terms.notAfter)] : ['policy', encodedPolicy],
    ['signature', encodedSignature],
    ['keyPairId', keyPairId],
    ...(hashAlgorithm === undefined ? [] : [['hashAlgorithm', hashAlgorithm] as const]),
  ];
  const spell = (kind: 'cookie' | 'parameter'): string[] =>
    pairs.map(([part, value]) => `${CREDENTIAL_NAMES[part][kind]}=${value}`);
  const noted = { [GUARD_NOTE_FIELD]: notedText(presented) };
  return form === 'url'
    ? { ...noted, 'cs-uri-query': spell('parameter').join('&') }
    : { ...noted, 'cs(Cookie)': spell('cookie').join('; ') };
}

const SPELLED: Readonly<Record<PresentedForm, WeakMap<Presented, ReturnType<typeof spellFields>>>> =
  { cookies: new WeakMap(), url: new WeakMap() };

/**
 * The log fields with the presented credentials. A browser sends the same text with many requests.
 */
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
