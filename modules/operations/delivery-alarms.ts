import { CloudfrontMonitoringSubscription } from '@cdktf/provider-aws/lib/cloudfront-monitoring-subscription';
import type { TerraformProvider } from 'cdktf';
import { Construct } from 'constructs';
import { FUNCTION_METRICS } from '#core/function-metrics';
import type { ContentDistribution } from '../edge/content-distribution';
import type { FilesFunction } from '../functions/files-function';
import type { HttpApi } from '../functions/http-api';
import type { SessionFunction } from '../functions/session-function';
import { resourceName } from '../synthesis/resource-names';
import type { AlarmTopicReference } from './alarm-topic';
import { MetricAlarm } from './metric-alarm';
import { RateAlarm } from './rate-alarm';

const SERVER_ERROR_PERCENT = 5;
/**
 * Requests in five minutes. A page without a login asks once or twice, so this many mean a fault
 * or an attack.
 */
const REFUSED_REQUESTS = 100;
const FAILED_REQUESTS = 5;
/** Firehose delivers after five minutes at most; it tries again while it cannot. */
const LATE_LOG_SECONDS = 1_800;

/** What `DeliveryAlarms` is made from. */
export interface DeliveryAlarmsProps {
  /** Prefix of the names of all alarms. */
  readonly environmentName: string;
  /** Function whose failures and refusals are watched. */
  readonly session: Pick<SessionFunction, 'functionName'>;
  /** Function of the files API, which is watched in the same way. */
  readonly files: Pick<FilesFunction, 'functionName'>;
  /** API whose server errors are watched. */
  readonly api: Pick<HttpApi, 'apiId'>;
  /** Distribution whose server errors and refusals are watched. */
  readonly distribution: Pick<ContentDistribution, 'distributionId'>;
  /** Names of the Firehose streams that deliver logs. */
  readonly logStreamNames: readonly string[];
  /** Provider for us-east-1, where CloudFront's metrics are. */
  readonly edgeProvider: TerraformProvider;
  /** Topic in the home region. */
  readonly topic: AlarmTopicReference;
  /** Topic in us-east-1. */
  readonly edgeTopic: AlarmTopicReference;
  /** Requests in five minutes below which the alarms on rates stay quiet. */
  readonly rateRequestsMin: number;
  /**
   * Alarm when more than this share of requests (percent) is refused. @default - no alarm, no paid
   * monitoring
   */
  readonly refusalRatePercent?: number;
}

/** A function, and what its alarms say. */
interface WatchedFunction {
  readonly part: keyof typeof FUNCTION_METRICS.services;
  readonly functionName: string;
  readonly failure: string;
  readonly failedAnswers: string;
  readonly refusedAnswers: string;
}

function watchedFunctions({ session, files }: DeliveryAlarmsProps): readonly WatchedFunction[] {
  return [
    {
      part: 'session',
      functionName: session.functionName,
      failure: 'people cannot log in',
      failedAnswers:
        'Sessions fail: its configuration, KMS, the grant log or an identity provider. Read `reason` in its log group.',
      refusedAnswers:
        'Many requests for sessions are refused: a changed identity provider, or somebody who tries. Read `reason` in its log group.',
    },
    {
      part: 'files',
      functionName: files.functionName,
      failure: 'people get no signed URLs',
      failedAnswers:
        'Requests for files fail: its configuration, the table of files, KMS or the grant log. Read `reason` in its log group.',
      refusedAnswers:
        'Many requests for files are refused: somebody asks for files of others, or tries ids. Read `file-access-refused` in its log group.',
    },
  ];
}

/**
 * Alarms on sessions that fail or are refused, and on content that fails or is refused too often.
 *
 * @example
 * new DeliveryAlarms(stack, 'delivery-alarms', {
 *   environmentName: 'production',
 *   session,
 *   files,
 *   api,
 *   distribution,
 *   logStreamNames: ['edgepass-production-issued-grants'],
 *   edgeProvider,
 *   topic,
 *   edgeTopic,
 *   rateRequestsMin: 100,
 *   refusalRatePercent: 20,
 * });
 */
export class DeliveryAlarms extends Construct {
  constructor(scope: Construct, id: string, props: DeliveryAlarmsProps) {
    super(scope, id);
    for (const watched of watchedFunctions(props)) {
      this.#watchFunction(props, watched);
      this.#watchAnswers(props, watched);
    }
    this.#watchApi(props);
    this.#watchDistribution(props);
    this.#watchLogs(props);
  }

  #watchFunction({ environmentName, topic }: DeliveryAlarmsProps, watched: WatchedFunction): void {
    const { part, functionName, failure } = watched;
    const metric = {
      namespace: 'AWS/Lambda',
      dimensions: { FunctionName: functionName },
      statistic: 'Sum',
      threshold: 1,
      topic,
    } as const;
    new MetricAlarm(this, `${part}-errors`, {
      ...metric,
      name: resourceName(environmentName, `${part}-errors`),
      description: `The ${part} function failed: ${failure}. Read its log group.`,
      metricName: 'Errors',
    });
    new MetricAlarm(this, `${part}-throttles`, {
      ...metric,
      name: resourceName(environmentName, `${part}-throttles`),
      description: `The ${part} function was throttled: raise concurrency or look for abuse.`,
      metricName: 'Throttles',
    });
  }

  /** Metrics of the function itself: it answers every failure, so Lambda counts none. */
  #watchAnswers({ environmentName, topic }: DeliveryAlarmsProps, watched: WatchedFunction): void {
    const { part, functionName, failedAnswers, refusedAnswers } = watched;
    const metric = {
      namespace: FUNCTION_METRICS.namespace,
      dimensions: { service: FUNCTION_METRICS.services[part], function: functionName },
      statistic: 'Sum',
      topic,
    } as const;
    new MetricAlarm(this, `${part}-failed-requests`, {
      ...metric,
      name: resourceName(environmentName, `${part}-failed-requests`),
      description: failedAnswers,
      metricName: FUNCTION_METRICS.failedRequests,
      threshold: FAILED_REQUESTS,
    });
    new MetricAlarm(this, `${part}-refused-requests`, {
      ...metric,
      name: resourceName(environmentName, `${part}-refused-requests`),
      description: refusedAnswers,
      metricName: FUNCTION_METRICS.refusedRequests,
      threshold: REFUSED_REQUESTS,
    });
  }

  #watchApi({ environmentName, api, topic }: DeliveryAlarmsProps): void {
    new MetricAlarm(this, 'api-server-errors', {
      name: resourceName(environmentName, 'api-server-errors'),
      description:
        'The API answered 5xx: KMS, the grant log or an identity provider is out of reach.',
      namespace: 'AWS/ApiGateway',
      metricName: '5xx',
      dimensions: { ApiId: api.apiId },
      statistic: 'Sum',
      threshold: 5,
      topic,
    });
  }

  /** Object Lock, a key or a policy can keep a delivery out; nothing else would say so. */
  #watchLogs({ environmentName, logStreamNames, topic }: DeliveryAlarmsProps): void {
    for (const [index, streamName] of logStreamNames.entries()) {
      new MetricAlarm(this, `late-logs-${index}`, {
        name: `${streamName}-late`,
        description: `${environmentName}: records wait for their delivery to the log bucket. Read the errors of the stream ${streamName}.`,
        namespace: 'AWS/Firehose',
        metricName: 'DeliveryToS3.DataFreshness',
        dimensions: { DeliveryStreamName: streamName },
        statistic: 'Maximum',
        threshold: LATE_LOG_SECONDS,
        topic,
      });
    }
  }

  #watchDistribution(props: DeliveryAlarmsProps): void {
    const rate = {
      edgeProvider: props.edgeProvider,
      distributionId: props.distribution.distributionId,
      requestsMin: props.rateRequestsMin,
      topic: props.edgeTopic,
    };
    new RateAlarm(this, 'edge-server-errors', {
      ...rate,
      name: resourceName(props.environmentName, 'edge-server-errors'),
      description: 'CloudFront answers 5xx: an origin is out of reach.',
      rateName: '5xxErrorRate',
      thresholdPercent: SERVER_ERROR_PERCENT,
    });
    if (props.refusalRatePercent === undefined) return;
    // CloudFront counts single status codes only with this paid subscription.
    new CloudfrontMonitoringSubscription(this, 'additional-metrics', {
      distributionId: props.distribution.distributionId,
      monitoringSubscription: {
        realtimeMetricsSubscriptionConfig: { realtimeMetricsSubscriptionStatus: 'Enabled' },
      },
    });
    new RateAlarm(this, 'edge-refusals', {
      ...rate,
      name: resourceName(props.environmentName, 'edge-refusals'),
      description: 'Many requests are refused: a lost key, a broken signer, or somebody who tries.',
      rateName: '403ErrorRate',
      thresholdPercent: props.refusalRatePercent,
    });
  }
}
