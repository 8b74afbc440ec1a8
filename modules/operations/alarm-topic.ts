import { SnsTopic } from '@cdktf/provider-aws/lib/sns-topic';
import { SnsTopicPolicy } from '@cdktf/provider-aws/lib/sns-topic-policy';
import { SnsTopicSubscription } from '@cdktf/provider-aws/lib/sns-topic-subscription';
import type { TerraformProvider } from 'cdktf';
import { Construct } from 'constructs';
import { acceptFindings } from '../synthesis/accepted-findings';
import { policyDocument, type PolicyStatement } from '../synthesis/policy-document';
import { resourceName, type ResourceOwner } from '../synthesis/resource-names';

/** What `AlarmTopic` is made from. */
export interface AlarmTopicProps {
  /** Name of the topic. */
  readonly name: string;
  /** Account whose alarms may publish: 12 digits. */
  readonly accountId: string;
  /** E-mail addresses that get the messages; each must confirm the subscription. */
  readonly emails: readonly string[];
  /** Whether EventBridge rules may publish too. @default false */
  readonly takesEvents?: boolean;
  /** Provider of the region of the topic. @default - the home region */
  readonly provider?: TerraformProvider;
}

/** The topic that an alarm notifies: ours or one of yours. */
export interface AlarmTopicReference {
  /** ARN of a topic in the region of the alarms. */
  readonly topicArn: string;
}

/** Name of the topic in the home region. */
export const HOME_TOPIC = 'alarms';

/** The topic in the home region, by its name: for stacks that do not create it. */
export function homeAlarmTopic(
  { environmentName, region, accountId }: ResourceOwner,
  { topicArn }: { readonly topicArn?: string },
): AlarmTopicReference {
  const name = resourceName(environmentName, HOME_TOPIC);
  return { topicArn: topicArn ?? `arn:aws:sns:${region}:${accountId}:${name}` };
}

/**
 * The topic for the alarms of one region. An alarm can notify only a topic in its own region.
 *
 * @example
 * const topic = new AlarmTopic(stack, 'alarms-topic', {
 *   name: 'edgepass-production-alarms',
 *   accountId: '123456789012',
 *   emails: ['operations@example.com'],
 * });
 */
export class AlarmTopic extends Construct implements AlarmTopicReference {
  /** The underlying topic. */
  readonly resource: SnsTopic;
  readonly topicArn: string;

  constructor(scope: Construct, id: string, props: AlarmTopicProps) {
    super(scope, id);
    const place = props.provider === undefined ? {} : { provider: props.provider };
    this.resource = new SnsTopic(this, 'topic', { ...place, name: props.name });
    const topic = this.resource;
    this.topicArn = topic.arn;
    acceptFindings(topic, {
      CKV_AWS_26:
        'CloudWatch cannot publish to a topic that is encrypted with the AWS-managed key. Messages hold names and numbers of alarms; for a topic with your own key, set `alarms.topicArn`.',
    });
    new SnsTopicPolicy(this, 'policy', {
      ...place,
      arn: topic.arn,
      policy: policyDocument([
        alarmsPublish(topic.arn, props.accountId),
        ...(props.takesEvents === true ? [eventsPublish(topic.arn)] : []),
      ]),
    });
    for (const [index, endpoint] of props.emails.entries()) {
      new SnsTopicSubscription(this, `email-${index}`, {
        ...place,
        topicArn: topic.arn,
        protocol: 'email',
        endpoint,
      });
    }
  }
}

function alarmsPublish(topicArn: string, accountId: string): PolicyStatement {
  return {
    Sid: 'AlarmsPublish',
    Effect: 'Allow',
    Principal: { Service: 'cloudwatch.amazonaws.com' },
    Action: 'sns:Publish',
    Resource: topicArn,
    Condition: { StringEquals: { 'aws:SourceAccount': accountId } },
  };
}

/**
 * This statement has no condition: EventBridge sends no condition keys when it publishes to SNS,
 * so a
 * statement with a condition would never allow anything.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-
 * sns-permissions
 */
function eventsPublish(topicArn: string): PolicyStatement {
  return {
    Sid: 'EventsPublish',
    Effect: 'Allow',
    Principal: { Service: 'events.amazonaws.com' },
    Action: 'sns:Publish',
    Resource: topicArn,
  };
}
