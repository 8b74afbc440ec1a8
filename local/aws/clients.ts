import { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import { S3Client } from '@aws-sdk/client-s3';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import {
  deploymentParameterName,
  parseDeploymentRecord,
  type DeploymentRecord,
} from '../../configuration/deployment-record';
import { endpointOf, type ProcessEnvironment } from './endpoints';

const GLOBAL_SERVICES_REGION = 'us-east-1';

/** The AWS clients of the local cloud. */
export interface AwsClients {
  readonly s3: S3Client;
  readonly ssm: SSMClient;
  readonly cloudFront: CloudFrontClient;
}

/** Makes clients for the endpoints and the region that the environment variables name. */
export function createAwsClients(environment: ProcessEnvironment): AwsClients {
  const region = environment['AWS_REGION'] ?? GLOBAL_SERVICES_REGION;
  const credentials = {
    accessKeyId: environment['AWS_ACCESS_KEY_ID'] ?? '',
    secretAccessKey: environment['AWS_SECRET_ACCESS_KEY'] ?? '',
  };
  const settingsOf = (
    service: string,
  ): { region: string; endpoint: string; credentials: typeof credentials } => ({
    region,
    endpoint: endpointOf(environment, service).href,
    credentials,
  });
  return {
    s3: new S3Client({ ...settingsOf('S3'), forcePathStyle: true }),
    ssm: new SSMClient(settingsOf('SSM')),
    cloudFront: new CloudFrontClient({
      ...settingsOf('CLOUDFRONT'),
      region: GLOBAL_SERVICES_REGION,
    }),
  };
}

/** Reads what an environment deployed, or undefined when it deployed nothing. */
export async function readDeployment(
  client: SSMClient,
  environmentName: string,
): Promise<DeploymentRecord | undefined> {
  try {
    const { Parameter } = await client.send(
      new GetParameterCommand({ Name: deploymentParameterName(environmentName) }),
    );
    return Parameter?.Value === undefined ? undefined : parseDeploymentRecord(Parameter.Value);
  } catch (error) {
    if (error instanceof Error && error.name === 'ParameterNotFound') return undefined;
    throw error;
  }
}
