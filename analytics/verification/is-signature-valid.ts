import type { Verdict } from '#core/verification/verify-viewer-request';
import type { ViewerRefusalReason } from '#core/verification/viewer-refusals';

/** Reasons beside which a signature was verified. Beside any other nobody looked at it, or nobody knows which one counts. */
const BESIDE_A_SIGNATURE: readonly ViewerRefusalReason[] = [
  'expired',
  'not_yet_valid',
  'outside_resource',
  'wrong_address',
  'cookies_ignored',
  'bad_signature',
];

/** Whether the signature of a request fits what it came with; undefined when the verdict does not say. */
export function isSignatureValid(verdict: Verdict): boolean | undefined {
  if (verdict.allowed) return true;
  if (!verdict.reasons.every((reason) => BESIDE_A_SIGNATURE.includes(reason))) return undefined;
  return !verdict.reasons.includes('bad_signature');
}
