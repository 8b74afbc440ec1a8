import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import type { Environment } from '#configuration/environment';
import { Account } from '../synthesis/account';
import { applyEmulatorDifferences } from '../synthesis/emulator-differences';
import type { ResourceOwner } from '../synthesis/resource-names';
import { useStateBackend } from '../synthesis/state-backend';

/** First Terraform that knows everything in use here: `removed` blocks and locks of state in S3. */
const TERRAFORM_VERSION = '>= 1.11.0';

/** What every stack of an environment is made from. */
export interface EnvironmentStackProps {
  /** Checked environment, with all defaults filled in. */
  readonly environment: Environment;
  /** Absolute path of the folder for local state files. */
  readonly stateFolder: string;
  /**
   * `AWS_ENDPOINT_URL…` variables of the emulator, for target `emulator`. @default - no variables
   */
  readonly endpointVariables?: Readonly<Record<string, string>>;
}

/** State backend, provider of the home region and account of an environment's stack. */
export abstract class EnvironmentStack extends TerraformStack {
  protected readonly environment: Environment;
  protected readonly owner: ResourceOwner;
  protected readonly homeProvider: AwsProvider;

  protected constructor(scope: Construct, id: string, props: EnvironmentStackProps) {
    super(scope, id);
    const { environment, stateFolder, endpointVariables = {} } = props;
    this.environment = environment;
    this.addOverride('terraform.required_version', TERRAFORM_VERSION);
    useStateBackend(this, { ...environment.state, folder: stateFolder });
    this.homeProvider = this.createProvider('aws', { region: environment.region });
    this.owner = {
      environmentName: environment.name,
      region: environment.region,
      accountId: new Account(this, 'account').accountId,
    };
    const localBaseUrl = environment.contentHost?.localBaseUrl;
    if (environment.target === 'emulator' && localBaseUrl !== undefined) {
      applyEmulatorDifferences(this, { localBaseUrl, endpointVariables });
    }
  }

  /** A provider that puts the environment's tags on everything. */
  protected createProvider(
    id: string,
    place: { readonly region: string; readonly alias?: string },
  ): AwsProvider {
    const { account, tags } = this.environment;
    return new AwsProvider(this, id, {
      ...place,
      defaultTags: [{ tags }],
      ...(account !== undefined && { allowedAccountIds: [account] }),
    });
  }
}
