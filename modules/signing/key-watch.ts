import { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule';
import { CloudwatchEventTarget } from '@cdktf/provider-aws/lib/cloudwatch-event-target';
import { Construct } from 'constructs';
import { resourceName } from '../synthesis/resource-names';

/** Calls that stop a key from signing or change who may use it. */
const WATCHED_CALLS = ['CreateGrant', 'DisableKey', 'PutKeyPolicy', 'ScheduleKeyDeletion'];

/** What `KeyWatch` is made from. */
export interface KeyWatchProps {
  /** Prefix of the rule's name. */
  readonly environmentName: string;
  /** ARNs of the KMS keys to watch. */
  readonly kmsKeyArns: readonly string[];
  /** ARN of an SNS topic in the home region, to which EventBridge may publish. */
  readonly topicArn: string;
}

/**
 * Sends a message when somebody disables a key, schedules its deletion, or changes its policy or
 * grants (K-04). It is an EventBridge rule because KMS has no metric for these calls. EventBridge
 * sees them only in accounts with a CloudTrail trail that logs management events.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys-creating-cloudwatch-alarm.html
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
 *
 * @example
 * new KeyWatch(stack, 'key-watch', {
 *   environmentName: 'production',
 *   kmsKeyArns: [signingKey.kmsKeyArn],
 *   topicArn: 'arn:aws:sns:eu-central-1:123456789012:alarms',
 * });
 */
export class KeyWatch extends Construct {
  /** The underlying EventBridge rule. */
  readonly resource: CloudwatchEventRule;

  constructor(scope: Construct, id: string, props: KeyWatchProps) {
    super(scope, id);
    this.resource = new CloudwatchEventRule(this, 'rule', {
      name: resourceName(props.environmentName, 'key-changes'),
      description: 'A key is disabled, scheduled for deletion, or its policy or grants change',
      eventPattern: JSON.stringify({
        source: ['aws.kms'],
        'detail-type': ['AWS API Call via CloudTrail'],
        detail: {
          eventSource: ['kms.amazonaws.com'],
          eventName: WATCHED_CALLS,
          resources: { ARN: props.kmsKeyArns },
        },
      }),
    });
    new CloudwatchEventTarget(this, 'target', {
      rule: this.resource.name,
      arn: props.topicArn,
    });
  }
}
