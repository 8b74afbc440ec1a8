/** Names under which CloudWatch keeps what the function counts; alarms use the same. */
export const REFUSAL_METRICS = {
  namespace: 'Edgepass',
  issuedGrants: 'IssuedGrants',
  /** Answers of 400 to 499. */
  refusedRequests: 'RefusedRequests',
  /** Answers of 500 and above. */
  failedRequests: 'FailedRequests',
} as const;

const SERVER_ERROR = 500;

/** Which of the two an answer counts for. */
export const metricForStatus = (status: number): string =>
  status < SERVER_ERROR ? REFUSAL_METRICS.refusedRequests : REFUSAL_METRICS.failedRequests;
