import { SnsTopic } from '@cdktf/provider-aws/lib/sns-topic';
import { SnsTopicPolicy } from '@cdktf/provider-aws/lib/sns-topic-policy';
import { SnsTopicSubscription } from '@cdktf/provider-aws/lib/sns-topic-subscription';
import type { TerraformProvider } from 'cdktf';
import { Construct } from 'constructs';
import { policyDocument, type PolicyStatement } from '../synthesis/policy-document';

/** What `AlarmTopic` is made from. */
export interface AlarmTopicProps {
  /** Name of the topic. */
  readonly name: string;
  readonly accountId: string;
  /** People to tell; each must confirm. */
  readonly emails: readonly string[];
  /** Whether EventBridge rules tell it something as well. @default false */
  readonly takesEvents?: boolean;
  /** @default - the home region */
  readonly provider?: TerraformProvider;
}

/** Where alarms of one region go: an alarm can only notify a topic in its own region. */
export class AlarmTopic extends Construct {
  readonly topicArn: string;

  constructor(scope: Construct, id: string, props: AlarmTopicProps) {
    super(scope, id);
    const place = props.provider === undefined ? {} : { provider: props.provider };
    const topic = new SnsTopic(this, 'topic', { ...place, name: props.name });
    this.topicArn = topic.arn;
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
 * Without a condition: EventBridge fills no condition keys in when it publishes to SNS, so with one the
 * statement never allows, and nothing but a counter of failed invocations would tell.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-sns-permissions
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
