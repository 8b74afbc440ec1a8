import {
  CloudWatchLogsClient,
  type DeliverySource,
  DescribeLogGroupsCommand,
  paginateDescribeDeliveries,
  paginateDescribeDeliveryDestinations,
  paginateDescribeDeliverySources,
} from '@aws-sdk/client-cloudwatch-logs';
import { GetBucketPolicyCommand } from '@aws-sdk/client-s3';
import { clientSettings } from '#aws/clients';
import { evaluateResourcePolicy } from '#aws/resource-policy';
import type { DeploymentRecord } from '#configuration/deployment-record';
import { EDGE_REGION } from '#core/contract/edge-region';
import type { DeployedEnvironment } from '../deployed-environment';
import type { CheckContext, CheckResult } from './checklist';

type LogPlace = DeploymentRecord['logs']['traffic'];

/**
 * Checks that refusals are logged: the function and the API have log groups, and the distribution's
 * access logs are delivered to every bucket in the deployment record.
 */
export async function checkRefusalsLogged({ deployed }: CheckContext): Promise<CheckResult> {
  const missing = (await missingLogGroup(deployed)) ?? (await missingDelivery(deployed));
  if (missing !== undefined) return { outcome: 'fail', detail: missing };
  return {
    outcome: 'pass',
    detail:
      'the function logs into groups with a retention, and the access logs of the edge are delivered',
  };
}

async function missingLogGroup(deployed: DeployedEnvironment): Promise<string | undefined> {
  const client = new CloudWatchLogsClient(clientSettings(deployed.variables, 'CLOUDWATCH_LOGS'));
  for (const name of Object.values(deployed.deployment.logGroups)) {
    const { logGroups = [] } = await client.send(
      new DescribeLogGroupsCommand({ logGroupNamePrefix: name }),
    );
    const group = logGroups.find(({ logGroupName }) => logGroupName === name);
    if (group === undefined) return `log group ${name} is missing`;
    if (group.retentionInDays === undefined) return `log group ${name} has no retention`;
  }
  return undefined;
}

async function missingDelivery(deployed: DeployedEnvironment): Promise<string | undefined> {
  const client = new CloudWatchLogsClient({
    ...clientSettings(deployed.variables, 'CLOUDWATCH_LOGS'),
    region: EDGE_REGION,
  });
  const { distribution, logs } = deployed.deployment;
  const source = await findSource(client, distribution.arn);
  if (source === undefined) return `distribution ${distribution.id} has no source of access logs`;
  const delivered = await listDelivered(client, source);
  for (const place of [logs.traffic, ...(logs.evidence ? [logs.evidence] : [])]) {
    const folder = `s3://${place.bucket}/${place.prefix}`;
    if (!delivered.includes(folderArn(place))) return `no access logs are delivered to ${folder}`;
    if (!(await mayWrite(deployed, place, source)))
      return `the bucket policy lets no delivery write to ${folder}`;
  }
  return undefined;
}

/**
 * Returns the ARN of a log folder in the form of a delivery destination, which has no slash at its
 * end.
 */
function folderArn({ bucket, prefix }: LogPlace): string {
  return `arn:aws:s3:::${bucket}/${prefix.replace(/\/$/, '')}`;
}

async function findSource(
  client: CloudWatchLogsClient,
  distributionArn: string,
): Promise<DeliverySource | undefined> {
  for await (const { deliverySources = [] } of paginateDescribeDeliverySources({ client }, {})) {
    const found = deliverySources.find(
      ({ logType, resourceArns = [] }) =>
        logType === 'ACCESS_LOGS' && resourceArns.includes(distributionArn),
    );
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Returns the ARNs of the destinations to which a source is delivered. */
async function listDelivered(
  client: CloudWatchLogsClient,
  source: DeliverySource,
): Promise<(string | undefined)[]> {
  const used = new Set<string | undefined>();
  for await (const { deliveries = [] } of paginateDescribeDeliveries({ client }, {})) {
    for (const { deliverySourceName, deliveryDestinationArn } of deliveries) {
      if (deliverySourceName === source.name) used.add(deliveryDestinationArn);
    }
  }
  const places: (string | undefined)[] = [];
  for await (const page of paginateDescribeDeliveryDestinations({ client }, {})) {
    for (const { arn, deliveryDestinationConfiguration } of page.deliveryDestinations ?? []) {
      if (used.has(arn)) places.push(deliveryDestinationConfiguration?.destinationResourceArn);
    }
  }
  return places;
}

async function mayWrite(
  { clients, deployment }: DeployedEnvironment,
  { bucket, prefix }: LogPlace,
  source: DeliverySource,
): Promise<boolean> {
  const { Policy } = await clients.s3.send(new GetBucketPolicyCommand({ Bucket: bucket }));
  const decision = evaluateResourcePolicy(Policy ?? '{"Statement":[]}', {
    principal: { kind: 'service', service: 'delivery.logs.amazonaws.com' },
    action: 's3:PutObject',
    resource: `arn:aws:s3:::${bucket}/${prefix}edgepass-check`,
    context: {
      'aws:sourceaccount': deployment.accountId,
      'aws:sourcearn': source.arn ?? '',
      'aws:securetransport': 'true',
      's3:x-amz-acl': 'bucket-owner-full-control',
    },
  });
  return decision === 'allow';
}
