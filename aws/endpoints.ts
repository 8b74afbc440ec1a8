/** Environment variables of a process, as in `process.env`. */
export type ProcessEnvironment = Readonly<Record<string, string | undefined>>;

const EMULATOR_CREDENTIALS = {
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
} as const;

/**
 * Builds the environment variables with which Terraform, the AWS SDK and the programs of this
 * project reach the emulator. Only standard variables are used, so `AWS_ENDPOINT_URL_<SERVICE>` can
 * still redirect one service.
 */
export function emulatorEnvironment(
  environment: ProcessEnvironment,
  settings: { endpoint: string; region: string },
): Record<string, string> {
  const inherited = Object.fromEntries(
    Object.entries(environment).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && entry[0] !== 'AWS_PROFILE',
    ),
  );
  return {
    ...inherited,
    ...EMULATOR_CREDENTIALS,
    AWS_ENDPOINT_URL: settings.endpoint,
    AWS_REGION: settings.region,
    AWS_DEFAULT_REGION: settings.region,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

/** `AWS_ENDPOINT_URL_<SERVICE>` of every service that has an endpoint of its own. */
export function selectServiceEndpoints(environment: ProcessEnvironment): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter(
      (entry): entry is [string, string] =>
        /^AWS_ENDPOINT_URL_[A-Z0-9_]+$/.test(entry[0]) && (entry[1] ?? '') !== '',
    ),
  );
}

/**
 * Returns the endpoint of one service by the rules of the AWS SDKs: first the variable of the
 * service, then the general one.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
export function endpointOf(environment: ProcessEnvironment, service: string): URL {
  const endpoint = [`AWS_ENDPOINT_URL_${service}`, 'AWS_ENDPOINT_URL']
    .map((name) => environment[name])
    .find((value) => value !== undefined && value !== '');
  if (endpoint === undefined) {
    throw new Error(
      `AWS_ENDPOINT_URL_${service} and AWS_ENDPOINT_URL are both unset; one must name an emulator`,
    );
  }
  return new URL(endpoint);
}
