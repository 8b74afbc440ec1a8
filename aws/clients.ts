import { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import {
  deploymentParameterName,
  type DeploymentRecord,
  parseDeploymentRecord,
} from '#configuration/deployment-record';
import { endpointOf, type ProcessEnvironment } from './endpoints';

const GLOBAL_SERVICES_REGION = 'us-east-1';

/** The AWS clients of the local cloud. */
export interface AwsClients {
  readonly s3: S3Client;
  readonly ssm: SSMClient;
  readonly kms: KMSClient;
  readonly cloudFront: CloudFrontClient;
}

/**
 * Makes clients for the region and the endpoints that the environment variables name. Without an endpoint
 * they reach AWS, with the SDK's own chain of credentials.
 */
export function createAwsClients(environment: ProcessEnvironment): AwsClients {
  const settingsOf = (service: string): ClientSettings => clientSettings(environment, service);
  return {
    s3: new S3Client({ ...settingsOf('S3'), forcePathStyle: isEmulator(environment) }),
    ssm: new SSMClient(settingsOf('SSM')),
    kms: new KMSClient(settingsOf('KMS')),
    cloudFront: new CloudFrontClient({
      ...settingsOf('CLOUDFRONT'),
      region: GLOBAL_SERVICES_REGION,
    }),
  };
}

/** What a client needs to reach one service. */
export interface ClientSettings {
  readonly region: string;
  readonly endpoint?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

function isEmulator(environment: ProcessEnvironment): boolean {
  return (environment['AWS_ENDPOINT_URL'] ?? '') !== '';
}

/** Region, and where an emulator is meant its endpoint and its credentials. */
export function clientSettings(environment: ProcessEnvironment, service: string): ClientSettings {
  const region = environment['AWS_REGION'] ?? GLOBAL_SERVICES_REGION;
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
