import { SsmParameter } from '@cdktf/provider-aws/lib/ssm-parameter';
import { Construct } from 'constructs';
import { deploymentParameterName, type DeploymentRecord } from '#configuration/deployment-record';
import { acceptFindings } from '../synthesis/accepted-findings';

/** What `DeploymentParameter` is made from. */
export interface DeploymentParameterProps {
  /** Part of the parameter's name. */
  readonly environmentName: string;
  /** Ids, hosts and slots of the deployment; no secret. */
  readonly record: DeploymentRecord;
}

/**
 * The SSM parameter with the deployment record. The local edge, the command line and the tests read
 * it to learn what is deployed; they never read the Terraform state.
 *
 * @example
 * new DeploymentParameter(stack, 'deployment', { environmentName: 'production', record });
 */
export class DeploymentParameter extends Construct {
  /** The underlying parameter. */
  readonly resource: SsmParameter;
  readonly parameterName: string;

  constructor(scope: Construct, id: string, props: DeploymentParameterProps) {
    super(scope, id);
    this.parameterName = deploymentParameterName(props.environmentName);
    this.resource = new SsmParameter(this, 'parameter', {
      name: this.parameterName,
      description: 'What Edgepass deployed: ids, hosts, slots; no secret',
      type: 'String',
      value: JSON.stringify(props.record),
    });
    acceptFindings(this.resource, {
      CKV2_AWS_34: 'The record holds ids, hosts and slots, and no secret.',
    });
  }
}
