/** Names under which CloudWatch keeps what the session function counts; its alarms name the same. */
export const SESSION_METRICS = {
  namespace: 'Edgepass',
  /** Value of the dimension `service`. The dimension `function` is the function's own name. */
  service: 'edgepass-session',
  issuedGrants: 'IssuedGrants',
  /** Answers of 400 to 499. */
  refusedRequests: 'RefusedRequests',
  /** Answers of 500 and above. */
  failedRequests: 'FailedRequests',
} as const;

const SERVER_ERROR = 500;

/** Which of the two an answer counts for, by its HTTP status. */
export function metricForStatus(status: number): string {
  return status < SERVER_ERROR ? SESSION_METRICS.refusedRequests : SESSION_METRICS.failedRequests;
}
