/**
 * Names of the CloudWatch metrics of the functions of the API. The functions write them and the
 * alarms read them.
 */
export const FUNCTION_METRICS = {
  namespace: 'Edgepass',
  /** Values of the metric dimension `service`. The dimension `function` has the function's name. */
  services: { session: 'edgepass-session', files: 'edgepass-files' },
  issuedGrants: 'IssuedGrants',
  /** Counts answers with status 400 to 499. */
  refusedRequests: 'RefusedRequests',
  /** Counts answers with status 500 and above. */
  failedRequests: 'FailedRequests',
} as const;

const SERVER_ERROR = 500;

/** Returns the name of the metric that counts an answer with this HTTP status. */
export function metricForStatus(status: number): string {
  return status < SERVER_ERROR ? FUNCTION_METRICS.refusedRequests : FUNCTION_METRICS.failedRequests;
}
