import { ConfigurationError } from '#configuration/configuration-error';

/** First AWS provider whose `logging_config` needs no bucket (terraform-provider-aws #44838). */
const BUCKETLESS_MAJOR = 6;
const BUCKETLESS_MINOR = 20;

/** The settings of logging that are part of the distribution itself. */
export interface DistributionLogging {
  /** Whether logs hold cookies. CloudFront has one switch for all logs of a distribution, v1 and v2. */
  readonly includeCookies: boolean;
  /** Where legacy logs (v1) go. @default - no legacy logging */
  readonly v1?: { readonly bucketDomainName: string; readonly prefix: string };
}

/**
 * Refuses an evidence delivery if the provider cannot turn cookies in logs on. Before provider 6.20 that
 * switch is part of legacy logging; without it the evidence would silently hold no cookies.
 *
 * @throws {ConfigurationError} naming the provider's version and the ways out
 */
export function requireCookieSwitch(input: {
  readonly environmentName: string;
  /** Of the AWS provider that the stack asks for; undefined when its binding does not say. */
  readonly providerVersion: string | undefined;
  /** Whether legacy logging turns the switch on. */
  readonly v1IncludesCookies: boolean;
}): void {
  const { environmentName, providerVersion = 'of an unknown version', v1IncludesCookies } = input;
  const [major = 0, minor = 0] = providerVersion.split('.').map(Number);
  const isBucketless =
    major > BUCKETLESS_MAJOR || (major === BUCKETLESS_MAJOR && minor >= BUCKETLESS_MINOR);
  if (isBucketless || v1IncludesCookies) return;
  throw new ConfigurationError(environmentName, [
    {
      key: 'logs.evidence',
      received: `an evidence delivery with AWS provider ${providerVersion}`,
      allowed: `AWS provider ${BUCKETLESS_MAJOR}.${BUCKETLESS_MINOR} or later, which can turn cookies in logs on without legacy logging; or logs.v1.includeCookies, which turns them on`,
    },
  ]);
}
