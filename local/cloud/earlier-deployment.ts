import type { SSMClient } from '@aws-sdk/client-ssm';
import { readDeployment } from '#aws/clients';
import { ConfigurationError } from '#configuration/configuration-error';
import type { DeploymentRecord } from '#configuration/deployment-record';

/**
 * The result of an earlier run: no deployment, a stack whose record has another version, or a stack
 * with its record.
 */
export type EarlierDeployment =
  | { readonly kind: 'none' | 'other-version' }
  | { readonly kind: 'this-version'; readonly record: DeploymentRecord };

/**
 * Reads the earlier deployment. A record from an older checkout is not an error, because the next
 * apply writes it again.
 */
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
