import { accept, type Outcome, refuse } from '../outcome';

/** The reason why a time is refused: a time in a policy, or the query parameter `Expires`. */
export type EpochTextProblem = 'not_whole_seconds' | 'milliseconds';

// The largest time that the AWS guide allows
// (DG:private-content-setting-signed-cookie-canned-policy).
const EPOCH_TEXT_MAX = '9223372036854775807';
// Times in milliseconds have 13 digits in the years 2001 to 2286. CloudFront is reported to answer
// them with MalformedPolicy (aws-sdk-js #2236, boto #3293). A time in seconds has 13 digits only
// after the year 33658.
const MILLISECONDS_DIGITS = 13;

function exceedsLimit(digits: string): boolean {
  return (
    digits.length > EPOCH_TEXT_MAX.length ||
    (digits.length === EPOCH_TEXT_MAX.length && digits > EPOCH_TEXT_MAX)
  );
}

/**
 * Parses a time in seconds from decimal digits, up to 9223372036854775807. A time beyond 2^53 − 1
 * becomes 2^53 − 1. Comparing it with any clock gives the same result, and a double can hold it
 * exactly.
 */
export function parseEpochText(digits: string): Outcome<number, EpochTextProblem> {
  if (!/^(?:0|[1-9][0-9]*)$/.test(digits) || exceedsLimit(digits))
    return refuse('not_whole_seconds');
  if (digits.length === MILLISECONDS_DIGITS) return refuse('milliseconds');
  return accept(Math.min(Number(digits), Number.MAX_SAFE_INTEGER));
}
