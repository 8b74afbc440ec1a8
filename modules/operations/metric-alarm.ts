import {
  CloudwatchMetricAlarm,
  type CloudwatchMetricAlarmConfig,
} from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm';
import type { TerraformProvider } from 'cdktf';
import { Construct } from 'constructs';
import type { AlarmTopicReference } from './alarm-topic';

/** What `MetricAlarm` is made from. */
export interface MetricAlarmProps {
  /** Name of the alarm. */
  readonly name: string;
  /** What the alarm means and what to do first. */
  readonly description: string;
  /** CloudWatch namespace of the metric, e.g. `AWS/Lambda`. */
  readonly namespace: string;
  /** Name of the metric in its namespace. */
  readonly metricName: string;
  /** Dimensions of the metric, by name. */
  readonly dimensions: Readonly<Record<string, string>>;
  /** Statistic over five minutes. */
  readonly statistic: 'Sum' | 'Maximum';
  /** The alarm goes off at this value or above; in the unit of the metric. */
  readonly threshold: number;
  /** Topic in the region of the metric. */
  readonly topic: AlarmTopicReference;
  /** Provider of the region of the metric. @default - the home region */
  readonly provider?: TerraformProvider;
}

/** Length of the periods over which alarms look. */
export const ALARM_PERIOD_SECONDS = 300;

/** What every alarm has: one period decides, and periods without data raise no alarm. */
export function alarmSettings({
  name,
  description,
  topic,
}: Pick<MetricAlarmProps, 'name' | 'description' | 'topic'>): CloudwatchMetricAlarmConfig {
  return {
    alarmName: name,
    alarmDescription: description,
    evaluationPeriods: 1,
    comparisonOperator: 'GreaterThanOrEqualToThreshold',
    treatMissingData: 'notBreaching',
    alarmActions: [topic.topicArn],
    okActions: [topic.topicArn],
  };
}

/**
 * An alarm on one metric over five minutes. Periods without data raise no alarm.
 *
 * @example
 * new MetricAlarm(stack, 'session-errors', {
 *   name: 'edgepass-production-session-errors',
 *   description: 'The session function failed. Read its log group.',
 *   namespace: 'AWS/Lambda',
 *   metricName: 'Errors',
 *   dimensions: { FunctionName: 'edgepass-production-session' },
 *   statistic: 'Sum',
 *   threshold: 1,
 *   topic,
 * });
 */
export class MetricAlarm extends Construct {
  /** The underlying alarm. */
  readonly resource: CloudwatchMetricAlarm;

  constructor(scope: Construct, id: string, props: MetricAlarmProps) {
    super(scope, id);
    this.resource = new CloudwatchMetricAlarm(this, 'alarm', {
      ...(props.provider !== undefined && { provider: props.provider }),
      ...alarmSettings(props),
      namespace: props.namespace,
      metricName: props.metricName,
      dimensions: props.dimensions,
      statistic: props.statistic,
      period: ALARM_PERIOD_SECONDS,
      threshold: props.threshold,
    });
  }
}
