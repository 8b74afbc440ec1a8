import { SsmParameter } from '@cdktf/provider-aws/lib/ssm-parameter';
import { type TerraformProvider, TerraformResource } from 'cdktf';
import { Construct } from 'constructs';
import { claimParameterName } from '#configuration/deployment-record';
import { acceptFindings } from './accepted-findings';
import { addressOf } from './resource-address';

/** What `EnvironmentClaim` is made from. */
export interface EnvironmentClaimProps {
  /** Name of the environment. */
  readonly environmentName: string;
  /** Home region of the environment; the claim's value. */
  readonly region: string;
  /** Provider for us-east-1: one region for all environments of an account. */
  readonly edgeProvider: TerraformProvider;
}

/**
 * A parameter that one environment of a name owns in an account. SNS, EventBridge and CloudWatch
 * take over or overwrite a topic, rule or alarm of the same name without a word; SSM refuses.
 * Whatever has such a name waits for the claim, so a second deployment of the name stops before it
 * changes the first.
 */
export class EnvironmentClaim extends Construct {
  /** The underlying parameter. */
  readonly resource: SsmParameter;

  constructor(scope: Construct, id: string, props: EnvironmentClaimProps) {
    super(scope, id);
    this.resource = new SsmParameter(this, 'parameter', {
      provider: props.edgeProvider,
      name: claimParameterName(props.environmentName),
      description: `Name of an Edgepass environment, deployed in ${props.region}`,
      type: 'String',
      value: props.region,
    });
    acceptFindings(this.resource, { CKV2_AWS_34: 'The value is the name of a region.' });
  }

  /** Lets every resource below a scope wait for the claim. */
  guard(scope: Construct): void {
    for (const node of scope.node.findAll()) {
      if (!(node instanceof TerraformResource)) continue;
      node.dependsOn = [...(node.dependsOn ?? []), addressOf(this.resource)];
    }
  }
}
