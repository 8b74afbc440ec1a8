import { SsmParameter } from '@cdktf/provider-aws/lib/ssm-parameter';
import { Construct } from 'constructs';
import { deploymentParameterName, type DeploymentRecord } from '#configuration/deployment-record';

/** What `DeploymentParameter` is made from. */
export interface DeploymentParameterProps {
  readonly environmentName: string;
  /** Ids, hosts and slots; no secret. */
  readonly record: DeploymentRecord;
}

/** The one place where edge, command line and tests learn what is deployed; they never read the state. */
export class DeploymentParameter extends Construct {
  readonly parameterName: string;

  constructor(scope: Construct, id: string, props: DeploymentParameterProps) {
    super(scope, id);
    this.parameterName = deploymentParameterName(props.environmentName);
    new SsmParameter(this, 'parameter', {
      name: this.parameterName,
      description: 'What Edgepass deployed: ids, hosts, slots; no secret',
      type: 'String',
      value: JSON.stringify(props.record),
    });
  }
}
