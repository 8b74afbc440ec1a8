import type { ViewerErrorCode } from '../contract/error-bodies';
import { decodeCloudFrontBase64 } from '../policy/cloudfront-base64';
import type { EpochSeconds } from '../policy/epoch-seconds';
import { ipv4RangeContains } from '../policy/ipv4-range';
import type { CustomPolicy } from '../policy/policy';
import { matchResource, type SignedForm } from '../policy/resource-pattern';
import { isKeyPairId, type KeyPairId } from '../signing/signer';
import { type Credentials, type DuplicateCookie, readCredentials } from './credentials';
import { readPresentedPolicy } from './presented-policy';
import { isCloudFrontKeySize, type TrustedKeys, type TrustedPublicKey } from './trusted-key';
import { type HashAlgorithm, verifySignature } from './verify-signature';
import { buildErrorBody, firstErrorCode, type ViewerRefusalReason } from './viewer-refusals';
import { type MatchedPath, parseViewerUrl, urlSections, type ViewerUrl } from './viewer-url';

/** A request as the viewer sent it. */
export interface ViewerRequest {
  /**
   * The absolute raw URL: scheme, `Host` header and request target joined together. It must not
   * have passed through a URL parser, because a parser would change it.
   */
  readonly url: string;
  /**
   * The HTTP method. It does not change the result, because CloudFront checks methods elsewhere.
   */
  readonly method: string;
  /**
   * Headers with names in lower case. Only `cookie` is read. No header can change the viewer's
   * address.
   */
  readonly headers: Readonly<Record<string, string>>;
  /** The IP address from which the connection came. */
  readonly clientIp: string;
}

/** Settings for behavior that AWS does not document. A design must be safe under every setting. */
export interface VerificationSwitches {
  /** Which form of the path is compared with the Resource of a custom policy. */
  readonly matchedPath: MatchedPath;
  readonly duplicateCookie: DuplicateCookie;
  /** Whether to refuse SHA-1 signatures. CloudFront still accepts them. */
  readonly strictSha256: boolean;
  /** Whether to accept trusted RSA keys of sizes that CloudFront would not store. */
  readonly allowTestKeySizes: boolean;
}

/**
 * The behavior of CloudFront that is documented or reported. Where nothing is known, the request is
 * refused.
 */
export const DEFAULT_SWITCHES: VerificationSwitches = {
  matchedPath: 'raw',
  duplicateCookie: 'refuse',
  strictSha256: false,
  allowTestKeySizes: false,
};

/** What is needed to decide about a request, apart from the request itself. */
export interface VerificationContext {
  readonly now: EpochSeconds;
  readonly trustedKeys: TrustedKeys;
  readonly switches: VerificationSwitches;
}

/** The request is allowed, with the credentials that allow it. */
export interface AllowedVerdict {
  readonly allowed: true;
  readonly form: SignedForm;
  readonly policyKind: 'canned' | 'custom';
  readonly keyPairId: KeyPairId;
  readonly hashAlgorithm: HashAlgorithm;
}

/**
 * The request is refused in the same way as CloudFront refuses it, with every reason that applies.
 */
export interface RefusedVerdict {
  readonly allowed: false;
  readonly status: 403;
  readonly code: ViewerErrorCode;
  readonly body: string;
  readonly reasons: readonly ViewerRefusalReason[];
}

/**
 * What CloudFront would decide about a request, if its cache behavior has a trusted key group:
 * allow it, or refuse it with an error.
 */
export type Verdict = AllowedVerdict | RefusedVerdict;

type Reasons = Set<ViewerRefusalReason>;

function refuse(reasons: Reasons): RefusedVerdict {
  const code = firstErrorCode(reasons);
  return { allowed: false, status: 403, code, body: buildErrorBody(code), reasons: [...reasons] };
}

interface TrustedKey {
  readonly keyPairId: KeyPairId;
  readonly key: TrustedPublicKey;
}

function findKey(
  keyPairId: string | undefined,
  { trustedKeys, switches }: VerificationContext,
  reasons: Reasons,
): TrustedKey | undefined {
  if (keyPairId === undefined) {
    reasons.add('missing_key_id');
    return undefined;
  }
  if (!isKeyPairId(keyPairId)) {
    reasons.add('malformed_key_id');
    return undefined;
  }
  const key = trustedKeys.get(keyPairId);
  if (key === undefined) {
    reasons.add('unknown_key');
    return undefined;
  }
  if (!switches.allowTestKeySizes && !isCloudFrontKeySize(key)) reasons.add('unsupported_key');
  return { keyPairId, key };
}

function readHashAlgorithm(
  marker: string | undefined,
  { strictSha256 }: VerificationSwitches,
  reasons: Reasons,
): HashAlgorithm | undefined {
  const hashAlgorithm = marker ?? 'SHA1';
  if (hashAlgorithm !== 'SHA1' && hashAlgorithm !== 'SHA256') {
    reasons.add('unsupported_hash');
    return undefined;
  }
  if (hashAlgorithm === 'SHA1' && strictSha256) reasons.add('sha1_refused');
  return hashAlgorithm;
}

function readSignature(encoded: string | undefined, reasons: Reasons): Uint8Array | undefined {
  if (encoded === undefined) {
    reasons.add('missing_signature');
    return undefined;
  }
  const signature = decodeCloudFrontBase64(encoded);
  if (signature === undefined) reasons.add('malformed_signature');
  return signature;
}

function checkConditions(
  { resource, expiresAt, startsAt, sourceIpRange }: Omit<CustomPolicy, 'kind'>,
  request: { url: ViewerUrl; form: SignedForm; clientIp: string },
  { now, switches }: VerificationContext,
): ViewerRefusalReason[] {
  const sections = urlSections(request.url, switches.matchedPath);
  const match = matchResource(resource, sections, request.form);
  const reasons: ViewerRefusalReason[] = [];
  if (match !== 'inside') {
    reasons.push(match === 'outside' ? 'outside_resource' : 'unsupported_resource');
  }
  if (startsAt !== undefined && now <= startsAt) reasons.push('not_yet_valid');
  if (now >= expiresAt) reasons.push('expired');
  if (sourceIpRange !== undefined && !ipv4RangeContains(sourceIpRange, request.clientIp)) {
    reasons.push('wrong_address');
  }
  return reasons;
}

interface Judgement {
  readonly request: { readonly url: ViewerUrl; readonly clientIp: string };
  readonly context: VerificationContext;
  readonly reasons: Reasons;
}

/**
 * Checks the credentials and adds every reason that applies. Returns an allowing verdict only if
 * all parts of the credentials are present; the caller uses it only if no reason was added.
 */
function judge(
  { form, parts }: Credentials,
  { request, context, reasons }: Judgement,
): AllowedVerdict | undefined {
  const trusted = findKey(parts.keyPairId, context, reasons);
  // Without any credentials, the reason `missing_policy` would be of no additional use.
  if (Object.keys(parts).length === 0) return undefined;

  const policy = readPresentedPolicy(parts, request.url, reasons);
  const signature = readSignature(parts.signature, reasons);
  const hashAlgorithm = readHashAlgorithm(parts.hashAlgorithm, context.switches, reasons);
  if (policy?.conditions !== undefined) {
    const problems = checkConditions(policy.conditions, { ...request, form }, context);
    problems.forEach((problem) => reasons.add(problem));
  }
  if (trusted === undefined || hashAlgorithm === undefined) return undefined;
  if (policy?.signedBytes === undefined || signature === undefined) return undefined;
  const { keyPairId, key } = trusted;
  if (!verifySignature({ message: policy.signedBytes, signature, key, hashAlgorithm })) {
    reasons.add('bad_signature');
  }
  return { allowed: true, form, policyKind: policy.kind, keyPairId, hashAlgorithm };
}

/**
 * Decides about one request as CloudFront does on a behavior with a trusted key group. It finds the
 * credentials that count, the key and the signed policy, and then checks whether the policy allows
 * this request now. A refusal has every reason that applies and the body that CloudFront would
 * answer. No request makes it throw an InputError.
 *
 * @see DG:private-content-choosing-signed-urls-cookies
 * @see DG:private-content-signed-cookies
 * @throws {AssumptionError} when the request has a SHA-1 signature and the platform's OpenSSL
 * cannot verify SHA-1
 */
export function verifyViewerRequest(request: ViewerRequest, context: VerificationContext): Verdict {
  const url = parseViewerUrl(request.url);
  if (url === undefined) return refuse(new Set(['malformed_url']));
  const credentials = readCredentials(
    url,
    request.headers['cookie'] ?? '',
    context.switches.duplicateCookie,
  );
  const reasons: Reasons = new Set(credentials.reasons);
  const verdict = judge(credentials, {
    request: { url, clientIp: request.clientIp },
    context,
    reasons,
  });
  if (verdict !== undefined && reasons.size === 0) return verdict;
  if (credentials.hidesCookies) reasons.add('cookies_ignored');
  return refuse(reasons);
}
