/** Environment variables of a process, as `process.env` gives them. */
export type ProcessEnvironment = Readonly<Record<string, string | undefined>>;

const EMULATOR_CREDENTIALS = {
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
} as const;

/**
 * The environment in which Terraform, the AWS SDK and our own programs reach the emulator: the standard
 * variables only, so that `AWS_ENDPOINT_URL_<SERVICE>` still moves one service elsewhere.
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

/**
 * Endpoint of one service, as the AWS SDKs choose it: the service's own variable, else the general one.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
export function endpointOf(environment: ProcessEnvironment, service: string): URL {
  const specific = environment[`AWS_ENDPOINT_URL_${service}`];
  const endpoint = specific ?? environment['AWS_ENDPOINT_URL'];
  if (endpoint === undefined || endpoint === '') {
    throw new Error(
      `AWS_ENDPOINT_URL_${service} and AWS_ENDPOINT_URL are both unset; one must name an emulator`,
    );
  }
  return new URL(endpoint);
}
