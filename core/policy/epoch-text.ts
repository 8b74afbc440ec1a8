import { accept, type Outcome, refuse } from '../outcome';

/** Why a time in a policy or in `Expires` is refused. */
export type EpochTextProblem = 'not_whole_seconds' | 'milliseconds';

// The guide's limit (DG:private-content-setting-signed-cookie-canned-policy).
const EPOCH_TEXT_MAX = '9223372036854775807';
// Milliseconds of the years 2001 to 2286, which CloudFront is reported to answer with MalformedPolicy
// (aws-sdk-js #2236, boto #3293). As seconds they would lie after the year 33658.
const MILLISECONDS_DIGITS = 13;

function exceedsLimit(digits: string): boolean {
  return (
    digits.length > EPOCH_TEXT_MAX.length ||
    (digits.length === EPOCH_TEXT_MAX.length && digits > EPOCH_TEXT_MAX)
  );
}

/**
 * Parses the decimal digits of a time in seconds, at most 9223372036854775807. Times beyond 2^53 − 1 become
 * 2^53 − 1: they compare with every clock as the exact value would.
 */
export function parseEpochText(digits: string): Outcome<number, EpochTextProblem> {
  if (!/^(?:0|[1-9][0-9]*)$/.test(digits) || exceedsLimit(digits))
    return refuse('not_whole_seconds');
  if (digits.length === MILLISECONDS_DIGITS) return refuse('milliseconds');
  return accept(Math.min(Number(digits), Number.MAX_SAFE_INTEGER));
}
