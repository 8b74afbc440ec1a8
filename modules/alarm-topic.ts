import { SnsTopic } from '@cdktf/provider-aws/lib/sns-topic';
import { SnsTopicPolicy } from '@cdktf/provider-aws/lib/sns-topic-policy';
import { SnsTopicSubscription } from '@cdktf/provider-aws/lib/sns-topic-subscription';
import type { TerraformProvider } from 'cdktf';
import { Construct } from 'constructs';
import { policyDocument } from './policy-document';

/** What `AlarmTopic` is made from. */
export interface AlarmTopicProps {
  /** Name of the topic. */
  readonly name: string;
  readonly accountId: string;
  /** People to tell; each must confirm. */
  readonly emails: readonly string[];
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
        {
          Sid: 'AlarmsAndEventsPublish',
          Effect: 'Allow',
          Principal: { Service: ['cloudwatch.amazonaws.com', 'events.amazonaws.com'] },
          Action: 'sns:Publish',
          Resource: topic.arn,
          Condition: { StringEquals: { 'aws:SourceAccount': props.accountId } },
        },
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
