import { CloudfrontDistribution } from '@cdktf/provider-aws/lib/cloudfront-distribution';
import { CloudfrontResponseHeadersPolicy } from '@cdktf/provider-aws/lib/cloudfront-response-headers-policy';
import { CloudwatchMetricAlarm } from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm';
import { KinesisFirehoseDeliveryStream } from '@cdktf/provider-aws/lib/kinesis-firehose-delivery-stream';
import { LambdaFunction } from '@cdktf/provider-aws/lib/lambda-function';
import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { S3BucketLifecycleConfiguration } from '@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration';
import { Wafv2WebAclLoggingConfiguration } from '@cdktf/provider-aws/lib/wafv2-web-acl-logging-configuration';
import { Aspects, type IAspect, type TerraformStack } from 'cdktf';
import type { IConstruct } from 'constructs';

/** An emulator's key pair: every emulator takes it, AWS never does. */
const EMULATOR_CREDENTIALS = { accessKey: 'test', secretKey: 'test' } as const;
const RETRIES_MAX = 5;

/** What `EmulatorDifferences` is made from. */
export interface EmulatorDifferencesProps {
  /** Base URL of the local edge. */
  readonly localBaseUrl: string;
  /** `AWS_ENDPOINT_URL` and `AWS_ENDPOINT_URL_<SERVICE>` of the process that synthesises. */
  readonly endpointVariables: Readonly<Record<string, string>>;
}

/**
 * Everything that a stack needs differently on an AWS emulator, and nothing else. Applied to a
 * stack, not to the app: cdktf 0.21 ignores aspects there.
 */
export function applyEmulatorDifferences(
  stack: TerraformStack,
  props: EmulatorDifferencesProps,
): void {
  Aspects.of(stack).add(new EmulatorDifferences(props));
}

/**
 * The standard variables that name endpoints, general and per service, out of a process
 * environment.
 */
export function selectEndpointVariables(
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter(
      (entry): entry is [string, string] =>
        /^AWS_ENDPOINT_URL(?:_[A-Z0-9_]+)?$/.test(entry[0]) && (entry[1] ?? '') !== '',
    ),
  );
}

class EmulatorDifferences implements IAspect {
  readonly #props: EmulatorDifferencesProps;

  constructor(props: EmulatorDifferencesProps) {
    this.#props = props;
  }

  visit(node: IConstruct): void {
    removeUnusable(node, this.#props);
    if (node instanceof AwsProvider) usePlaceholderAccount(node);
    if (node instanceof CloudfrontDistribution) relaxDistribution(node, this.#props);
    if (node instanceof CloudfrontResponseHeadersPolicy) forgetTransportSecurity(node);
    if (node instanceof KinesisFirehoseDeliveryStream) forgetTimeZone(node);
    if (node instanceof LambdaFunction) reachEmulator(node, this.#props);
  }
}

function usePlaceholderAccount(provider: AwsProvider): void {
  Object.assign(provider, EMULATOR_CREDENTIALS);
  // Bucket names are not host names on a laptop.
  provider.s3UsePathStyle = true;
  // The key pair is not a real one, and there is no instance metadata to ask.
  provider.skipCredentialsValidation = true;
  provider.skipMetadataApiCheck = 'true';
  // With the provider's default of 25, a call that the emulator does not know looks like a hang.
  provider.maxRetries = RETRIES_MAX;
}

/**
 * Lifecycle rules: the provider polls 55 s for them on every emulator, and nothing lives long
 * enough to expire. Alarms: MiniStack forgets their statistic, so that the provider refuses every
 * later plan. Logs of web ACLs: MiniStack does not know them. A service that has an endpoint of its
 * own is another emulator, which is given everything.
 */
function removeUnusable(node: IConstruct, { endpointVariables }: EmulatorDifferencesProps): void {
  const keepsRules = 'AWS_ENDPOINT_URL_S3' in endpointVariables;
  const keepsAlarms = 'AWS_ENDPOINT_URL_CLOUDWATCH' in endpointVariables;
  const logsWebAcls = 'AWS_ENDPOINT_URL_WAFV2' in endpointVariables;
  for (const child of node.node.children) {
    if (
      (!keepsRules && child instanceof S3BucketLifecycleConfiguration) ||
      (!keepsAlarms && child instanceof CloudwatchMetricAlarm) ||
      (!logsWebAcls && child instanceof Wafv2WebAclLoggingConfiguration)
    ) {
      node.node.tryRemoveChild(child.node.id);
    }
  }
}

function relaxDistribution(
  distribution: CloudfrontDistribution,
  { localBaseUrl }: EmulatorDifferencesProps,
): void {
  // There is nothing to propagate to: the provider would sleep for 30 s.
  distribution.waitForDeployment = false;
  if (!localBaseUrl.startsWith('http:')) return;
  // Browsers treat http on localhost as secure, so the local edge may speak it.
  const viewerProtocolPolicy = 'allow-all';
  const behavior = distribution.defaultCacheBehaviorInput;
  const ordered = distribution.orderedCacheBehaviorInput;
  if (behavior) distribution.putDefaultCacheBehavior({ ...behavior, viewerProtocolPolicy });
  if (Array.isArray(ordered)) {
    distribution.putOrderedCacheBehavior(ordered.map((one) => ({ ...one, viewerProtocolPolicy })));
  }
}

/**
 * A browser that learned it from localhost would refuse plain http to every port of it for two
 * years.
 */
function forgetTransportSecurity(policy: CloudfrontResponseHeadersPolicy): void {
  if (policy.securityHeadersConfigInput === undefined) return;
  policy.securityHeadersConfig.resetStrictTransportSecurity();
}

/**
 * MiniStack does not keep the default that the provider fills in, so that every later plan would
 * set it again.
 */
function forgetTimeZone(stream: KinesisFirehoseDeliveryStream): void {
  stream.lifecycle = { ignoreChanges: ['extended_s3_configuration[0].custom_time_zone'] };
}

/**
 * A function runs beside the emulator, which gives it credentials but not the endpoints of its
 * services.
 */
function reachEmulator(
  handler: LambdaFunction,
  { endpointVariables }: EmulatorDifferencesProps,
): void {
  handler.putEnvironment({
    variables: {
      ...handler.environmentInput?.variables,
      ...endpointVariables,
    },
  });
}
