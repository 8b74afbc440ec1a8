import type { SSMClient } from '@aws-sdk/client-ssm';
import { readDeployment } from '#aws/clients';
import { ConfigurationError } from '#configuration/configuration-error';
import type { DeploymentRecord } from '#configuration/deployment-record';

/** What an earlier run deployed: nothing, a stack whose record is of another version, or one with its record. */
export type EarlierDeployment =
  | { readonly kind: 'none' | 'other-version' }
  | { readonly kind: 'this-version'; readonly record: DeploymentRecord };

/** Reads it. A record that an older checkout wrote is no failure: the next apply writes it anew. */
export async function readEarlierDeployment(
  client: SSMClient,
  environmentName: string,
): Promise<EarlierDeployment> {
  try {
    const record = await readDeployment(client, environmentName);
    return record === undefined ? { kind: 'none' } : { kind: 'this-version', record };
  } catch (error) {
    if (error instanceof ConfigurationError) return { kind: 'other-version' };
    throw error;
  }
}
