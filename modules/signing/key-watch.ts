import { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule';
import { CloudwatchEventTarget } from '@cdktf/provider-aws/lib/cloudwatch-event-target';
import { Construct } from 'constructs';

/** Calls that stop a key from signing or change who may use it. */
const WATCHED_CALLS = ['CreateGrant', 'DisableKey', 'PutKeyPolicy', 'ScheduleKeyDeletion'];

/** What `KeyWatch` is made from. */
export interface KeyWatchProps {
  readonly environmentName: string;
  /** Keys to watch. */
  readonly kmsKeyArns: readonly string[];
  /** Topic in the home region. */
  readonly topicArn: string;
}

/**
 * Tells about changes to the keys as CloudTrail records them (K-04). An event, not a metric: KMS has none
 * for these calls. EventBridge learns of them only where the account has a trail that logs management events.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys-creating-cloudwatch-alarm.html
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
 */
export class KeyWatch extends Construct {
  constructor(scope: Construct, id: string, props: KeyWatchProps) {
    super(scope, id);
    const rule = new CloudwatchEventRule(this, 'rule', {
      name: `${props.environmentName}-key-changes`,
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
    new CloudwatchEventTarget(this, 'target', { rule: rule.name, arn: props.topicArn });
  }
}
