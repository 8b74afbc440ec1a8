import { refusalOf, type RefusalReason } from '#core/refusals';
import { Refused } from './refused';
import { describeError, type Telemetry } from './telemetry';

const SERVER_ERROR = 500;

/**
 * Creates a function that logs and counts an error and returns the reason to answer with. A refusal
 * is logged as a warning. An internal error is logged as an error with its cause. It never receives
 * a token.
 */
export function refusalReporter(
  telemetry: Telemetry,
): (error: unknown, method: string) => RefusalReason {
  return (error, method) => {
    const reason = error instanceof Refused ? error.reason : 'internal-error';
    const { status } = refusalOf(reason);
    telemetry.countRefused(reason, status);
    if (status < SERVER_ERROR && error instanceof Refused) {
      telemetry.warn(error.event, { reason, status, method, ...error.details });
      return reason;
    }
    const cause = error instanceof Refused && error.cause !== undefined ? error.cause : error;
    telemetry.error('request failed', { reason, status, method, error: describeError(cause) });
    return reason;
  };
}
