import { DataAwsSsmParameter } from '@cdktf/provider-aws/lib/data-aws-ssm-parameter';
import { Fn } from 'cdktf';
import { Construct } from 'constructs';
import { deploymentParameterName } from '#configuration/deployment-record';

/** What `DeployedDistribution` is made from. */
export interface DeployedDistributionProps {
  /** Name of the environment whose delivery stack was applied before. */
  readonly environmentName: string;
}

/**
 * The distribution of an environment that is already deployed, read from its deployment record.
 *
 * @example
 * const distribution = new DeployedDistribution(stack, 'delivered', { environmentName: 'production'
 * });
 */
export class DeployedDistribution extends Construct {
  /** The underlying data source. */
  readonly resource: DataAwsSsmParameter;
  readonly distributionId: string;

  constructor(scope: Construct, id: string, { environmentName }: DeployedDistributionProps) {
    super(scope, id);
    this.resource = new DataAwsSsmParameter(this, 'deployment', {
      name: deploymentParameterName(environmentName),
    });
    // The record holds no secret. As a sensitive value it would hide the Glue tables in a plan.
    const record = Fn.jsondecode(this.resource.insecureValue) as unknown;
    this.distributionId = Fn.lookupNested(record, ['distribution', 'id']) as string;
  }
}
