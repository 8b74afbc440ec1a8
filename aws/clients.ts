import { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import {
  deploymentParameterName,
  type DeploymentRecord,
  parseDeploymentRecord,
} from '#configuration/deployment-record';
import { EDGE_REGION } from '#core/contract/edge-region';
import { endpointOf, type ProcessEnvironment } from './endpoints';

/** The AWS clients for the local cloud. */
export interface AwsClients {
  readonly s3: S3Client;
  readonly ssm: SSMClient;
  readonly kms: KMSClient;
  readonly cloudFront: CloudFrontClient;
}

/**
 * Creates clients for the region and the endpoints in the environment variables. Without an
 * endpoint variable they use AWS itself, with the normal credential chain of the SDK.
 */
export function createAwsClients(environment: ProcessEnvironment): AwsClients {
  const settingsOf = (service: string): ClientSettings => clientSettings(environment, service);
  return {
    s3: new S3Client({ ...settingsOf('S3'), forcePathStyle: isEmulator(environment) }),
    ssm: new SSMClient(settingsOf('SSM')),
    kms: new KMSClient(settingsOf('KMS')),
    cloudFront: new CloudFrontClient({
      ...settingsOf('CLOUDFRONT'),
      region: EDGE_REGION,
    }),
  };
}

/** The settings with which a client reaches one service. */
export interface ClientSettings {
  readonly region: string;
  readonly endpoint?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

function isEmulator(environment: ProcessEnvironment): boolean {
  return (environment['AWS_ENDPOINT_URL'] ?? '') !== '';
}

/** Returns the region and, if an emulator is used, its endpoint and credentials. */
export function clientSettings(environment: ProcessEnvironment, service: string): ClientSettings {
  const region = environment['AWS_REGION'] ?? EDGE_REGION;
  if (!isEmulator(environment)) return { region };
  return {
    region,
    endpoint: endpointOf(environment, service).href,
    credentials: {
      accessKeyId: environment['AWS_ACCESS_KEY_ID'] ?? '',
      secretAccessKey: environment['AWS_SECRET_ACCESS_KEY'] ?? '',
    },
  };
}

/** Reads the deployment record of an environment. Returns undefined if nothing was deployed. */
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
