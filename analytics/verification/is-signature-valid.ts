import type { Verdict } from '#core/verification/verify-viewer-request';
import type { ViewerRefusalReason } from '#core/verification/viewer-refusals';

/**
 * Reasons for which the signature has been verified as well. For other reasons it was not checked,
 * or it is not known which signature counts.
 */
const BESIDE_A_SIGNATURE: readonly ViewerRefusalReason[] = [
  'expired',
  'not_yet_valid',
  'outside_resource',
  'wrong_address',
  'cookies_ignored',
  'bad_signature',
];

/** Whether the signature of a request is valid; undefined when the verdict does not tell. */
export function isSignatureValid(verdict: Verdict): boolean | undefined {
  if (verdict.allowed) return true;
  if (!verdict.reasons.every((reason) => BESIDE_A_SIGNATURE.includes(reason))) return undefined;
  return !verdict.reasons.includes('bad_signature');
}
