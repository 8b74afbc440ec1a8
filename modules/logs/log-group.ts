import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group';
import type { TerraformProvider } from 'cdktf';
import { Construct } from 'constructs';
import { acceptFindings } from '../synthesis/accepted-findings';
import { keep, type Retention } from '../synthesis/kept-family';

/** Shorter retentions are a finding of the policy scanner. */
const DAYS_OF_A_YEAR = 365;

/** What `LogGroup` is made from. */
export interface LogGroupProps {
  /** Full name, e.g. `/aws/lambda/edgepass-production-session`. */
  readonly name: string;
  /** Days for which events are kept; one of the values that CloudWatch Logs allows. */
  readonly retentionDays: number;
  /** `keep`: the group stays when the stack is destroyed. `delete`: it goes. */
  readonly retention: Retention;
  /** Region of the group and the provider for it. @default - the home region */
  readonly place?: { readonly provider: TerraformProvider; readonly region: string };
}

/**
 * A log group with a retention. Without one, a service of AWS makes a group whose events never
 * expire.
 *
 * @example
 * const log = new LogGroup(stack, 'log', {
 *   name: '/aws/lambda/edgepass-production-session',
 *   retentionDays: 90,
 *   retention: 'keep',
 * });
 */
export class LogGroup extends Construct {
  /** The underlying log group. */
  readonly resource: CloudwatchLogGroup;
  readonly logGroupName: string;
  readonly logGroupArn: string;

  constructor(scope: Construct, id: string, props: LogGroupProps) {
    super(scope, id);
    const { name, place } = props;
    this.resource = new CloudwatchLogGroup(this, 'log-group', {
      ...(place !== undefined && { provider: place.provider }),
      name,
      retentionInDays: props.retentionDays,
      ...(props.retention === 'keep' && { skipDestroy: true }),
    });
    if (props.retention === 'keep') {
      keep(this.resource, { name, ...(place !== undefined && { region: place.region }) });
    }
    acceptFindings(this.resource, {
      CKV_AWS_158:
        'CloudWatch Logs encrypts with its own keys. The events hold no credential (K-01), so a KMS key would add costs and no boundary.',
      ...(props.retentionDays < DAYS_OF_A_YEAR && {
        CKV_AWS_338:
          'The environment file decides how long events are kept. They describe requests of persons, so a year is not the default.',
      }),
    });
    this.logGroupName = this.resource.name;
    this.logGroupArn = this.resource.arn;
  }
}
