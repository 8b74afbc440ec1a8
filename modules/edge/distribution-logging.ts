/** The settings of logging that are part of the distribution itself. */
export interface DistributionLogging {
  /**
   * Whether logs hold cookies. CloudFront has one switch for all logs of a distribution, v1 and
   * v2.
   */
  readonly includeCookies: boolean;
  /** Where legacy logs (v1) go. @default - no legacy logging */
  readonly v1?: { readonly bucketDomainName: string; readonly prefix: string };
}
