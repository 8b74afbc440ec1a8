import { buildErrorPage } from './error-pages';
import { refuse, type Step } from './exchange';

/**
 * The origin did not accept a connection or did not answer within the time-outs of the
 * distribution.
 */
export class OriginTimeoutError extends Error {
  override readonly name = 'OriginTimeoutError';
  /** What was waited for. */
  readonly phase: 'connection' | 'response';

  constructor(phase: OriginTimeoutError['phase'], seconds: number) {
    const what = phase === 'connection' ? 'accept a connection' : 'answer';
    super(`the origin did not ${what} within ${seconds} seconds`);
    this.phase = phase;
  }
}

/** Returns whether the origin refused the connection. It has then not seen the request. */
export function isConnectionRefused(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED';
}

/**
 * Returns the answer for a request whose origin failed: 504 after a time-out, otherwise 502.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/http-504-gateway-timeout.html
 */
export function answerOriginFailure(error: unknown): Step {
  const reason = error instanceof Error ? error.message : 'the origin could not be reached';
  const refusal = { layer: 'origin', reasons: [reason] } as const;
  if (error instanceof OriginTimeoutError) {
    const page = buildErrorPage(504, 'The origin did not answer CloudFront in time.');
    return refuse(page, refusal, 'OriginCommError');
  }
  const page = buildErrorPage(502, 'CloudFront could not connect to the origin.');
  const detail = isConnectionRefused(error) ? 'OriginConnectError' : 'OriginCommError';
  return refuse(page, refusal, detail);
}
