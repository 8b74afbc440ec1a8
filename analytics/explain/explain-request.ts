import { type EpochSeconds, epochSeconds, toRfc3339 } from '#core/clock';
import { EPOCH_SECONDS_MAX } from '#core/contract/time';
import { decodeCloudFrontBase64 } from '#core/policy/cloudfront-base64';
import { parseCustomPolicy } from '#core/policy/parse-custom-policy';
import type { CustomPolicy } from '#core/policy/policy';
import { fingerprintOf } from '#core/signing/fingerprint';
import { readCredentials } from '#core/verification/credentials';
import type { TrustedKeys } from '#core/verification/trusted-key';
import {
  DEFAULT_SWITCHES,
  type VerificationSwitches,
  verifyViewerRequest,
  type ViewerRequest,
} from '#core/verification/verify-viewer-request';
import { VIEWER_REFUSALS, type ViewerRefusalReason } from '#core/verification/viewer-refusals';
import { parseViewerUrl } from '#core/verification/viewer-url';
import { isSignatureValid } from '../verification/is-signature-valid';
import type { Cause } from './advice';

/** A request and the settings for its decision. */
export interface RequestToExplain {
  readonly request: ViewerRequest;
  readonly now: EpochSeconds;
  /** Trusted keys. Without them, key and signature are not checked. */
  readonly trustedKeys: TrustedKeys | undefined;
  /** @default - those that follow CloudFront */
  readonly switches?: VerificationSwitches;
}

/** A condition that fails, described with its values. */
export interface FailingCondition {
  readonly reason: ViewerRefusalReason;
  readonly description: string;
}

/** What is known about a request's grant. */
export interface RequestExplanation {
  readonly allowed: boolean;
  /**
   * Whether the signature was verified with a trusted key and is valid. The request can still be
   * refused because of the policy.
   */
  readonly proven: boolean;
  /**
   * The decoded policy as the client sent it. It is genuine only when the signature was verified.
   */
  readonly policy: string | undefined;
  readonly keyPairId: string | undefined;
  /** Beginning of the signature, which identifies the grant. */
  readonly fingerprint: string | undefined;
  readonly failing: readonly FailingCondition[];
  /** Checks that were not possible. */
  readonly unchecked: readonly string[];
}

/** Reasons that can be found only with trusted keys. */
const NEEDS_KEYS: readonly ViewerRefusalReason[] = [
  'unknown_key',
  'unsupported_key',
  'bad_signature',
];

function decodePolicy(encoded: string | undefined): string | undefined {
  const bytes = encoded === undefined ? undefined : decodeCloudFrontBase64(encoded);
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
}

/** The last second that RFC 3339 can express. A policy may contain later ones. */
const LAST_SECOND = epochSeconds(EPOCH_SECONDS_MAX);

function timesApart(moment: number, now: EpochSeconds): string {
  const at = toRfc3339(epochSeconds(Math.min(moment, LAST_SECOND)));
  return `${at}, ${Math.abs(now - moment)} s ${moment <= now ? 'before' : 'after'} the request`;
}

type ValueWriter = (
  policy: Omit<CustomPolicy, 'kind'>,
  given: RequestToExplain,
) => string | undefined;

/** Values that explain a reason. */
const VALUES: Readonly<Partial<Record<ViewerRefusalReason, ValueWriter>>> = {
  expired: ({ expiresAt }, { now }) => `DateLessThan ${timesApart(expiresAt, now)}`,
  not_yet_valid: ({ startsAt }, { now }) =>
    startsAt === undefined ? undefined : `DateGreaterThan ${timesApart(startsAt, now)}`,
  outside_resource: ({ resource }) => `Resource ${resource ?? '*'}`,
  wrong_address: (_policy, { request }) => request.clientIp,
};

function describeReason(
  reason: ViewerRefusalReason,
  policy: Omit<CustomPolicy, 'kind'> | undefined,
  given: RequestToExplain,
): string {
  const values = policy === undefined ? undefined : VALUES[reason]?.(policy, given);
  const { description } = VIEWER_REFUSALS[reason];
  return values === undefined ? description : `${description} (${values})`;
}

/**
 * Decides a request by the rules of `edgepass verify` and describes every condition that fails. The
 * result never contains a part of the signature.
 */
export function explainRequest(given: RequestToExplain): RequestExplanation {
  const { request, now, trustedKeys, switches = DEFAULT_SWITCHES } = given;
  const verdict = verifyViewerRequest(request, {
    now,
    trustedKeys: trustedKeys ?? new Map(),
    switches,
  });
  const url = parseViewerUrl(request.url);
  const parts =
    url === undefined ? {} : readCredentials(url, request.headers['cookie'] ?? '', 'first').parts;
  const policy = decodePolicy(parts.policy);
  const parsed = policy === undefined ? undefined : parseCustomPolicy(policy);
  const conditions = parsed?.ok === true ? parsed.value : undefined;
  const reasons = verdict.allowed ? [] : verdict.reasons;
  const told = reasons.filter(
    (reason) => trustedKeys !== undefined || !NEEDS_KEYS.includes(reason),
  );
  return {
    allowed: verdict.allowed,
    proven: isSignatureValid(verdict) === true,
    policy,
    keyPairId: parts.keyPairId,
    fingerprint: parts.signature === undefined ? undefined : fingerprintOf(parts.signature),
    failing: told.map((reason) => ({
      reason,
      description: describeReason(reason, conditions, given),
    })),
    unchecked:
      trustedKeys === undefined && parts.keyPairId !== undefined
        ? ['whether the key is trusted and the signature fits: give --public-keys']
        : [],
  };
}

const CAUSE_OF_REASON: Readonly<Partial<Record<ViewerRefusalReason, Cause>>> = {
  expired: 'expired',
  not_yet_valid: 'not_yet_valid',
  outside_resource: 'outside_path',
  unsupported_resource: 'outside_path',
  wrong_address: 'wrong_address',
  bad_signature: 'bad_signature_proven',
};

const CAUSE_OF_CODE: Readonly<Record<string, Cause>> = {
  MissingKey: 'no_signature',
  InvalidKey: 'unknown_key',
  MalformedPolicy: 'malformed_policy',
  MalformedSignature: 'malformed_signature',
};

/**
 * The cause that the query `refusals` would give for the reasons of one request, in the same order.
 */
export function causeOf(reasons: readonly ViewerRefusalReason[]): Cause {
  const codes = reasons.map((reason) => CAUSE_OF_CODE[VIEWER_REFUSALS[reason].code]);
  for (const code of Object.values(CAUSE_OF_CODE)) if (codes.includes(code)) return code;
  if (reasons.includes('bad_signature')) return 'bad_signature_proven';
  const found = Object.entries(CAUSE_OF_REASON).find(([reason]) =>
    reasons.includes(reason as ViewerRefusalReason),
  );
  return found?.[1] ?? 'denied_unspecified';
}
