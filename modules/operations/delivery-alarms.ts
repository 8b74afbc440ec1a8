import { CloudfrontMonitoringSubscription } from '@cdktf/provider-aws/lib/cloudfront-monitoring-subscription';
import type { TerraformProvider } from 'cdktf';
import { Construct } from 'constructs';
import { SESSION_METRICS } from '#core/session-metrics';
import { MetricAlarm } from './metric-alarm';

const SERVER_ERROR_PERCENT = 5;
/** Requests in five minutes. A page that lost its login asks once or twice; this is a fault, or somebody who tries. */
const REFUSED_REQUESTS = 100;
const FAILED_REQUESTS = 5;

/** What `DeliveryAlarms` is made from. */
export interface DeliveryAlarmsProps {
  readonly environmentName: string;
  readonly functionName: string;
  readonly apiId: string;
  readonly distributionId: string;
  /** Provider for us-east-1, where CloudFront's metrics are. */
  readonly edgeProvider: TerraformProvider;
  /** Topic in the home region. */
  readonly topicArn: string;
  /** Topic in us-east-1. */
  readonly edgeTopicArn: string;
  /** @default - no alarm on refusals, and no paid monitoring subscription */
  readonly refusalRatePercent?: number;
}

/** What somebody should be told about: sessions that fail, and content that fails or is refused too often. */
export class DeliveryAlarms extends Construct {
  constructor(scope: Construct, id: string, props: DeliveryAlarmsProps) {
    super(scope, id);
    this.#watchFunction(props);
    this.#watchAnswers(props);
    this.#watchApi(props);
    this.#watchDistribution(props);
  }

  #watchFunction({ environmentName, functionName, topicArn }: DeliveryAlarmsProps): void {
    const metric = {
      namespace: 'AWS/Lambda',
      dimensions: { FunctionName: functionName },
      statistic: 'Sum',
      threshold: 1,
      topicArn,
    } as const;
    new MetricAlarm(this, 'session-errors', {
      ...metric,
      name: `${environmentName}-session-errors`,
      description: 'The session function failed: people cannot log in. Read its log group.',
      metricName: 'Errors',
    });
    new MetricAlarm(this, 'session-throttles', {
      ...metric,
      name: `${environmentName}-session-throttles`,
      description: 'The session function was throttled: raise concurrency or look for abuse.',
      metricName: 'Throttles',
    });
  }

  /** What the function itself counts: it answers every failure, so that Lambda sees none. */
  #watchAnswers({ environmentName, functionName, topicArn }: DeliveryAlarmsProps): void {
    const metric = {
      namespace: SESSION_METRICS.namespace,
      dimensions: { service: SESSION_METRICS.service, function: functionName },
      statistic: 'Sum',
      topicArn,
    } as const;
    new MetricAlarm(this, 'session-failed-requests', {
      ...metric,
      name: `${environmentName}-session-failed-requests`,
      description:
        'Sessions fail: its configuration, KMS, the grant log or an identity provider. Read `reason` in its log group.',
      metricName: SESSION_METRICS.failedRequests,
      threshold: FAILED_REQUESTS,
    });
    new MetricAlarm(this, 'session-refused-requests', {
      ...metric,
      name: `${environmentName}-session-refused-requests`,
      description:
        'Many requests for sessions are refused: a changed identity provider, or somebody who tries. Read `reason` in its log group.',
      metricName: SESSION_METRICS.refusedRequests,
      threshold: REFUSED_REQUESTS,
    });
  }

  #watchApi({ environmentName, apiId, topicArn }: DeliveryAlarmsProps): void {
    new MetricAlarm(this, 'api-server-errors', {
      name: `${environmentName}-api-server-errors`,
      description:
        'The API answered 5xx: KMS, the grant log or an identity provider is out of reach.',
      namespace: 'AWS/ApiGateway',
      metricName: '5xx',
      dimensions: { ApiId: apiId },
      statistic: 'Sum',
      threshold: 5,
      topicArn,
    });
  }

  #watchDistribution(props: DeliveryAlarmsProps): void {
    const metric = {
      provider: props.edgeProvider,
      namespace: 'AWS/CloudFront',
      dimensions: { DistributionId: props.distributionId, Region: 'Global' },
      statistic: 'Average',
      topicArn: props.edgeTopicArn,
    } as const;
    new MetricAlarm(this, 'edge-server-errors', {
      ...metric,
      name: `${props.environmentName}-edge-server-errors`,
      description: 'CloudFront answers 5xx: an origin is out of reach.',
      metricName: '5xxErrorRate',
      threshold: SERVER_ERROR_PERCENT,
    });
    if (props.refusalRatePercent === undefined) return;
    // The rate of one status code is an additional metric: paid, and only with this subscription.
    new CloudfrontMonitoringSubscription(this, 'additional-metrics', {
      distributionId: props.distributionId,
      monitoringSubscription: {
        realtimeMetricsSubscriptionConfig: { realtimeMetricsSubscriptionStatus: 'Enabled' },
      },
    });
    new MetricAlarm(this, 'edge-refusals', {
      ...metric,
      name: `${props.environmentName}-edge-refusals`,
      description: 'Many requests are refused: a lost key, a broken signer, or somebody who tries.',
      metricName: '403ErrorRate',
      threshold: props.refusalRatePercent,
    });
  }
}
