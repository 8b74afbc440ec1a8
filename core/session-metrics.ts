/**
 * Names of the CloudWatch metrics of the session function. The function writes them and the alarms
 * read them.
 */
export const SESSION_METRICS = {
  namespace: 'Edgepass',
  /** Value of the metric dimension `service`. The dimension `function` has the function's name. */
  service: 'edgepass-session',
  issuedGrants: 'IssuedGrants',
  /** Counts answers with status 400 to 499. */
  refusedRequests: 'RefusedRequests',
  /** Counts answers with status 500 and above. */
  failedRequests: 'FailedRequests',
} as const;

const SERVER_ERROR = 500;

/** Returns the name of the metric that counts an answer with this HTTP status. */
export function metricForStatus(status: number): string {
  return status < SERVER_ERROR ? SESSION_METRICS.refusedRequests : SESSION_METRICS.failedRequests;
}
