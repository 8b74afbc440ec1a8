import { DataAwsCallerIdentity } from '@cdktf/provider-aws/lib/data-aws-caller-identity';
import { Construct } from 'constructs';

/** The account that Terraform deploys to. */
export class Account extends Construct {
  /** Twelve digits, known to Terraform only. */
  readonly accountId: string;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.accountId = new DataAwsCallerIdentity(this, 'caller').accountId;
  }
}
