import { CloudwatchMetricAlarm } from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm';
import type { TerraformProvider } from 'cdktf';
import { Construct } from 'constructs';
import { ALARM_PERIOD_SECONDS, alarmSettings } from './metric-alarm';

/** What `RateAlarm` is made from. */
export interface RateAlarmProps {
  /** Name of the alarm. */
  readonly name: string;
  /** What the alarm means and what to do first. */
  readonly description: string;
  /** Metric of CloudFront that is a share of requests in percent, e.g. `5xxErrorRate`. */
  readonly rateName: string;
  /** Id of the distribution. */
  readonly distributionId: string;
  /** The alarm goes off at this share or above, in percent. */
  readonly thresholdPercent: number;
  /** Requests in five minutes below which the alarm stays quiet. */
  readonly requestsMin: number;
  /** Topic in us-east-1. */
  readonly topic: { readonly topicArn: string };
  /** Provider for us-east-1, where CloudFront's metrics are. */
  readonly edgeProvider: TerraformProvider;
}

/**
 * An alarm on a share of a distribution's requests over five minutes, which stays quiet while
 * there are few:
 * one refusal of two requests is no attack.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 *
 * @example
 * new RateAlarm(stack, 'edge-server-errors', {
 *   name: 'edgepass-production-edge-server-errors',
 *   description: 'CloudFront answers 5xx: an origin is out of reach.',
 *   rateName: '5xxErrorRate',
 *   distributionId: 'E1EXAMPLE',
 *   thresholdPercent: 5,
 *   requestsMin: 100,
 *   topic,
 *   edgeProvider,
 * });
 */
export class RateAlarm extends Construct {
  /** The underlying alarm. */
  readonly resource: CloudwatchMetricAlarm;

  constructor(scope: Construct, id: string, props: RateAlarmProps) {
    super(scope, id);
    this.resource = new CloudwatchMetricAlarm(this, 'alarm', {
      ...alarmSettings(props),
      provider: props.edgeProvider,
      threshold: props.thresholdPercent,
      metricQuery: [
        {
          id: 'enough',
          expression: `IF(requests >= ${props.requestsMin}, rate, 0)`,
          label: `${props.rateName} of at least ${props.requestsMin} requests`,
          returnData: true,
        },
        query(props, 'rate', { stat: 'Average', metricName: props.rateName }),
        query(props, 'requests', { stat: 'Sum', metricName: 'Requests' }),
      ],
    });
  }
}

function query(
  { distributionId }: RateAlarmProps,
  id: string,
  metric: { readonly stat: string; readonly metricName: string },
) {
  return {
    id,
    metric: {
      namespace: 'AWS/CloudFront',
      ...metric,
      dimensions: { DistributionId: distributionId, Region: 'Global' },
      period: ALARM_PERIOD_SECONDS,
    },
  };
}
