import { ConfigurationError } from '#configuration/configuration-error';

/** First AWS provider whose `logging_config` needs no bucket (terraform-provider-aws #44838). */
const BUCKETLESS_MAJOR = 6;
const BUCKETLESS_MINOR = 20;

/** What the distribution logs by itself, beside its deliveries. */
export interface DistributionLogging {
  /** One switch for every log of the distribution, v1 and v2. */
  readonly includeCookies: boolean;
  /** Legacy logging. @default - none */
  readonly v1?: { readonly bucketDomainName: string; readonly prefix: string };
}

/**
 * Refuses evidence where the cookie switch cannot be turned on: before provider 6.20 it is part of legacy
 * logging, so that evidence would hold no cookie and nobody would be told.
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
