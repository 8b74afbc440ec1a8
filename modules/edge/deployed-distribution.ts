import { DataAwsSsmParameter } from '@cdktf/provider-aws/lib/data-aws-ssm-parameter';
import { Fn } from 'cdktf';
import { Construct } from 'constructs';
import { deploymentParameterName } from '#configuration/deployment-record';

/** The distribution of an environment that is deployed already, from its deployment record. */
export class DeployedDistribution extends Construct {
  readonly distributionId: string;

  constructor(scope: Construct, id: string, environmentName: string) {
    super(scope, id);
    const parameter = new DataAwsSsmParameter(this, 'deployment', {
      name: deploymentParameterName(environmentName),
    });
    // The record holds no secret; as a sensitive value it would hide the tables from a plan.
    const record = Fn.jsondecode(parameter.insecureValue) as unknown;
    this.distributionId = Fn.lookupNested(record, ['distribution', 'id']) as string;
  }
}
