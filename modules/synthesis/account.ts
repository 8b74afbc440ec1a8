import { DataAwsCallerIdentity } from '@cdktf/provider-aws/lib/data-aws-caller-identity';
import { Construct } from 'constructs';

/**
 * The account that Terraform deploys to.
 *
 * @example
 * const { accountId } = new Account(stack, 'account');
 */
export class Account extends Construct {
  /** The underlying data source. */
  readonly resource: DataAwsCallerIdentity;
  /** 12 digits; a token that Terraform fills in. */
  readonly accountId: string;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.resource = new DataAwsCallerIdentity(this, 'caller');
    this.accountId = this.resource.accountId;
  }
}
