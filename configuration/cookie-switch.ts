import { ConfigurationError, type ConfigurationProblem } from './configuration-error';

/** First AWS provider whose `logging_config` needs no bucket (terraform-provider-aws #44838). */
const BUCKETLESS_MAJOR = 6;
const BUCKETLESS_MINOR = 20;

interface CookieSwitchInput {
  /** Of the AWS provider that the stack asks for; undefined when its binding does not say. */
  readonly providerVersion: string | undefined;
  /** Whether legacy logging turns the switch on. */
  readonly v1IncludesCookies: boolean;
}

/**
 * What is wrong with an evidence delivery if the provider cannot turn cookies in logs on. Before
 * provider
 * 6.20 that switch is part of legacy logging; without it the evidence would silently hold no
 * cookies.
 */
export function findCookieSwitchProblems({
  providerVersion = 'of an unknown version',
  v1IncludesCookies,
}: CookieSwitchInput): ConfigurationProblem[] {
  const [major = 0, minor = 0] = providerVersion.split('.').map(Number);
  const isBucketless =
    major > BUCKETLESS_MAJOR || (major === BUCKETLESS_MAJOR && minor >= BUCKETLESS_MINOR);
  if (isBucketless || v1IncludesCookies) return [];
  return [
    {
      key: 'logs.evidence',
      received: `an evidence delivery with AWS provider ${providerVersion}`,
      allowed: `AWS provider ${BUCKETLESS_MAJOR}.${BUCKETLESS_MINOR} or later, which can turn cookies in logs on without legacy logging; or logs.v1.includeCookies, which turns them on`,
    },
  ];
}

/**
 * Refuses an evidence delivery that would hold no cookies.
 *
 * @throws {ConfigurationError} naming the provider's version and the ways out
 */
export function requireCookieSwitch(
  input: CookieSwitchInput & { readonly environmentName: string },
): void {
  const problems = findCookieSwitchProblems(input);
  if (problems.length > 0) throw new ConfigurationError(input.environmentName, problems);
}
