import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group';
import { Construct } from 'constructs';

/** What `LogGroup` is made from. */
export interface LogGroupProps {
  readonly name: string;
  readonly retentionDays: number;
  /** `keep`: the group outlives `destroy`. */
  readonly retention: 'keep' | 'delete';
}

/** A log group with an end: without one of ours, AWS makes groups that never expire. */
export class LogGroup extends Construct {
  readonly logGroupName: string;
  readonly logGroupArn: string;

  constructor(scope: Construct, id: string, props: LogGroupProps) {
    super(scope, id);
    const group = new CloudwatchLogGroup(this, 'log-group', {
      name: props.name,
      retentionInDays: props.retentionDays,
      ...(props.retention === 'keep' && { skipDestroy: true }),
    });
    this.logGroupName = group.name;
    this.logGroupArn = group.arn;
  }
}
