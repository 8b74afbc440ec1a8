/**
 * All reasons for which the HTTP API refuses a request, and the answer for each. The answer is an
 * RFC 9457 problem document with status, type and title. Many reasons have the same document, byte
 * for byte, so the caller does not learn the reason. The log has it, and metrics count by it.
 */

const PROBLEMS = {
  unauthenticated: { status: 401, title: 'Authentication is required' },
  forbidden: { status: 403, title: 'The request is not allowed' },
  'invalid-request': { status: 400, title: 'The request is not valid' },
  'not-found': { status: 404, title: 'There is nothing here' },
  'file-not-found': { status: 404, title: 'There is no such file' },
  'method-not-allowed': { status: 405, title: 'The method is not allowed here' },
  'content-too-large': { status: 413, title: 'The request body is too large' },
  'unsupported-media-type': { status: 415, title: 'The request body must be application/json' },
  'internal-error': { status: 500, title: 'The request could not be completed' },
  unavailable: { status: 503, title: 'The service is temporarily unavailable' },
  'not-configured': { status: 503, title: 'The service is not configured' },
} as const;

/** Name of a problem that the caller sees. It is the last part of the problem's `type`. */
export type ProblemName = keyof typeof PROBLEMS;

const REASONS = {
  'authorization-missing': 'unauthenticated',
  'authorization-duplicate': 'unauthenticated',
  'authorization-malformed': 'unauthenticated',
  'token-in-query': 'unauthenticated',
  'token-sources-conflict': 'unauthenticated',
  'token-oversized': 'unauthenticated',
  'token-malformed': 'unauthenticated',
  'token-header-refused': 'unauthenticated',
  'token-algorithm-refused': 'unauthenticated',
  'kid-missing': 'unauthenticated',
  'kid-malformed': 'unauthenticated',
  'kid-unknown': 'unauthenticated',
  'kid-duplicate': 'unauthenticated',
  'token-issuer-unknown': 'unauthenticated',
  'token-signature-invalid': 'unauthenticated',
  'claim-missing': 'unauthenticated',
  'claim-malformed': 'unauthenticated',
  'claim-mismatch': 'unauthenticated',
  'token-expired': 'unauthenticated',
  'token-not-yet-valid': 'unauthenticated',
  'token-issued-in-future': 'unauthenticated',
  'token-too-old': 'unauthenticated',
  'audience-missing': 'unauthenticated',
  'audience-mismatch': 'unauthenticated',
  'token-type-mismatch': 'unauthenticated',
  'session-pending': 'unauthenticated',
  'tenant-claims-disagree': 'unauthenticated',
  'role-claims-disagree': 'unauthenticated',
  'origin-secret-refused': 'forbidden',
  'request-origin-refused': 'forbidden',
  'request-origin-missing': 'forbidden',
  'tenant-claim-malformed': 'forbidden',
  'no-tenant': 'forbidden',
  'tenant-denied': 'forbidden',
  'tenant-not-granted': 'forbidden',
  'impersonator-reads-only': 'forbidden',
  'request-malformed': 'invalid-request',
  'query-malformed': 'invalid-request',
  'cursor-malformed': 'invalid-request',
  'lifetime-refused': 'invalid-request',
  'body-not-json': 'invalid-request',
  'body-shape': 'invalid-request',
  'body-too-large': 'content-too-large',
  'body-media-type': 'unsupported-media-type',
  'route-unknown': 'not-found',
  'file-path-unknown': 'file-not-found',
  'no-such-file': 'file-not-found',
  'other-tenant': 'file-not-found',
  'other-owner': 'file-not-found',
  'not-ready': 'file-not-found',
  'method-refused': 'method-not-allowed',
  'internal-error': 'internal-error',
  'jwks-unavailable': 'unavailable',
  'signing-failed': 'unavailable',
  'grant-log-failed': 'unavailable',
  'registry-failed': 'unavailable',
  'removal-failed': 'unavailable',
  'answer-too-large': 'internal-error',
  'not-configured': 'not-configured',
} as const satisfies Record<string, ProblemName>;

/**
 * A reason code as it appears in the log (member `reason`), in the metric and in alarms. It is
 * never sent to a caller.
 */
export type RefusalReason = keyof typeof REASONS;

/**
 * Everything that is needed to answer with a refusal. `status` is an HTTP status and `problemType`
 * is a stable URI.
 */
export interface Refusal {
  readonly reason: RefusalReason;
  readonly problem: ProblemName;
  readonly status: number;
  readonly problemType: `urn:edgepass:problem:${ProblemName}`;
  readonly title: string;
}

/** All reason codes, in the order of the table. */
export const REFUSAL_REASONS = Object.keys(REASONS) as readonly RefusalReason[];

/**
 * Returns the refusal for a reason.
 *
 * @see RFC 9457 section 3.1 for `type`, `title` and `status`
 */
export function refusalOf(reason: RefusalReason): Refusal {
  const problem = REASONS[reason];
  const { status, title } = PROBLEMS[problem];
  return { reason, problem, status, problemType: `urn:edgepass:problem:${problem}`, title };
}
