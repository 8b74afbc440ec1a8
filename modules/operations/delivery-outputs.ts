import { TerraformOutput } from 'cdktf';
import { Construct } from 'constructs';
import type { PolicyStatement } from '../synthesis/policy-document';

/** What `DeliveryOutputs` is made from. */
export interface DeliveryOutputsProps {
  /** Scheme and host from which viewers load content. */
  readonly contentBaseUrl: string;
  /** Domain name that CloudFront gave. */
  readonly distributionDomainName: string;
  /** Name of the SSM parameter with the deployment record. */
  readonly deploymentParameterName: string;
  /**
   * Statements that you must add to a bucket or key of yours, by its ARN; empty when we created
   * both.
   */
  readonly requiredStatements: Readonly<Record<string, readonly PolicyStatement[]>>;
  /** Terraform addresses of the resources that `retention: keep` protects. */
  readonly keptOnDestroy: readonly string[];
}

/** The outputs of the stack. Their names are part of the contract: programs read them. */
export class DeliveryOutputs extends Construct {
  constructor(scope: Construct, id: string, props: DeliveryOutputsProps) {
    super(scope, id);
    this.#print('content_base_url', props.contentBaseUrl, 'Where viewers load content');
    this.#print(
      'distribution_domain_name',
      props.distributionDomainName,
      'Where the DNS name of the content host must point',
    );
    this.#print(
      'deployment_parameter',
      props.deploymentParameterName,
      'SSM parameter with the deployment record',
    );
    this.#print(
      'required_policy_statements',
      JSON.stringify(props.requiredStatements),
      'Statements that you must add to the policies of a bucket or key of your own',
    );
    this.#print(
      'kept_on_destroy',
      props.keptOnDestroy,
      'Resources that `edgepass destroy` leaves in the account',
    );
  }

  #print(name: string, value: unknown, description: string): void {
    new TerraformOutput(this, name, { value, description }).overrideLogicalId(name);
  }
}
