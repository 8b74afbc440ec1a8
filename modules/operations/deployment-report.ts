import { TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import type { DeploymentRecord } from '#configuration/deployment-record';
import type { Environment } from '#configuration/environment';
import type { ContentStore } from '../content/content-store';
import type { ContentEdge } from '../edge/content-edge';
import type { FilesFunction } from '../functions/files-function';
import type { HttpApi } from '../functions/http-api';
import type { SessionFunction } from '../functions/session-function';
import type { AccessLogs } from '../logs/access-logs';
import type { SigningKeys } from '../signing/signing-keys';
import { keptResources } from '../synthesis/kept-family';
import type { ResourceOwner } from '../synthesis/resource-names';
import { DeliveryOutputs } from './delivery-outputs';
import { DeploymentParameter } from './deployment-parameter';

/** What `DeploymentReport` is made from. */
export interface DeploymentReportProps {
  /** Environment that is deployed. */
  readonly environment: Environment;
  /** Name, account and region of the environment. */
  readonly owner: ResourceOwner;
  /** Bucket with the content. */
  readonly store: ContentStore;
  /** Signing keys and key group. */
  readonly signing: SigningKeys;
  /** API behind `/api/*`. */
  readonly api: HttpApi;
  /** Distribution and guard. */
  readonly edge: ContentEdge;
  /** Function behind `/api/session`. */
  readonly session: SessionFunction;
  /** Function behind `/api/files`, with its table. */
  readonly files: FilesFunction;
  /** Buckets and deliveries of logs. */
  readonly accessLogs: AccessLogs;
}

/**
 * Says what was deployed: in an SSM parameter for programs, in outputs for people. No secret is in
 * either.
 */
export class DeploymentReport extends Construct {
  constructor(scope: Construct, id: string, props: DeploymentReportProps) {
    super(scope, id);
    const { environmentName } = props.owner;
    const { parameterName } = new DeploymentParameter(this, 'record', {
      environmentName,
      record: describeDeployment(props),
    });
    new DeliveryOutputs(this, 'outputs', {
      contentBaseUrl: props.edge.contentBaseUrl,
      distributionDomainName: props.edge.distribution.distributionDomainName,
      deploymentParameterName: parameterName,
      requiredStatements: props.store.requiredStatements,
      keptOnDestroy: keptResources(TerraformStack.of(this)).map(({ address }) => address),
    });
  }
}

function describeDeployment(props: DeploymentReportProps): DeploymentRecord {
  const { environment, owner, api, edge, session, files, signing } = props;
  const { distributionId: id, distributionArn: arn, distributionDomainName } = edge.distribution;
  return {
    version: 1,
    environment: owner.environmentName,
    target: environment.target,
    region: owner.region,
    accountId: owner.accountId,
    contentBaseUrl: edge.contentBaseUrl,
    distribution: { id, arn, domainName: distributionDomainName },
    keyGroupId: signing.keyGroup.keyGroupId,
    signingSlots: describeSlots(signing),
    buckets: describeBuckets(props),
    api: { id: api.apiId, endpointHost: api.endpointHost },
    functions: {
      session: session.functionName,
      files: files.functionName,
      viewerGuard: edge.viewerGuard.functionName,
    },
    logGroups: {
      session: session.logGroup.logGroupName,
      files: files.logGroup.logGroupName,
      issuedGrants: session.issuedGrants.logGroupName,
    },
    fileTable: files.table.tableName,
    logs: props.accessLogs.description,
    appOrigins: environment.appOrigins,
  };
}

function describeSlots({ slots }: SigningKeys): DeploymentRecord['signingSlots'] {
  return slots.map(({ signingKey, state }) => ({
    slot: signingKey.slot,
    state,
    custody: 'kms',
    keyPairId: signingKey.publicKeyId,
    kmsKeyId: signingKey.kmsKeyId,
  }));
}

function describeBuckets({
  store,
  accessLogs,
}: DeploymentReportProps): DeploymentRecord['buckets'] {
  const { bucketName, bucketRegionalDomainName, bucketArn } = store.bucket;
  return {
    content: { name: bucketName, regionalDomainName: bucketRegionalDomainName, arn: bucketArn },
    logs: { name: accessLogs.bucket.bucketName, arn: accessLogs.bucket.bucketArn },
  };
}
