import {
  type CloudFrontClient,
  ListCachePoliciesCommand,
  ListDistributionsCommand,
  ListFunctionsCommand,
  ListKeyGroupsCommand,
  ListOriginAccessControlsCommand,
  ListOriginRequestPoliciesCommand,
  ListPublicKeysCommand,
  ListResponseHeadersPoliciesCommand,
} from '@aws-sdk/client-cloudfront';
import {
  CloudWatchLogsClient,
  DescribeResourcePoliciesCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import type { AwsClients } from '#aws/clients';
import { clientSettings } from '#aws/clients';
import type { ProcessEnvironment } from '#aws/endpoints';
import type { Environment } from '#configuration/environment';
import {
  ACCOUNT_QUOTAS,
  type AccountQuota,
  type AccountQuotaId,
} from '#core/contract/account-quotas';
import { EDGE_REGION } from '#core/contract/edge-region';
import type { CheckResult } from './checklist';

/** An account whose quotas are checked, before or after the environment is deployed there. */
export interface QuotaContext {
  readonly environment: Environment;
  /** Whether the environment is deployed, so that the counts include what it needs. */
  readonly isDeployed: boolean;
  readonly clients: Pick<AwsClients, 'cloudFront'>;
  readonly variables: ProcessEnvironment;
}

/** Returns how many of each quota an environment uses. */
export function neededOf(environment: Environment): Readonly<Record<AccountQuotaId, number>> {
  const { signingKeys, publicPrefix, webAcl } = environment;
  return {
    publicKeys: Object.keys(signingKeys).length,
    keyGroups: 1,
    cachePolicies: 1,
    originRequestPolicies: 1,
    responseHeadersPolicies: publicPrefix ? 3 : 2,
    functions: 1,
    originAccessControls: 1,
    distributions: 1,
    logResourcePolicies: webAcl?.logs === undefined ? 0 : 1,
  };
}

/** One page of a list of CloudFront. */
interface Page {
  readonly Items?: readonly unknown[] | undefined;
  readonly NextMarker?: string | undefined;
}

type ListPage = (
  client: CloudFrontClient,
  at: { readonly Marker?: string },
) => Promise<Page | undefined>;

/** Policies of AWS itself do not count, so only those of the account are listed. */
const LISTS: Readonly<Record<Exclude<AccountQuotaId, 'logResourcePolicies'>, ListPage>> = {
  publicKeys: async (client, at) =>
    (await client.send(new ListPublicKeysCommand(at))).PublicKeyList,
  keyGroups: async (client, at) => (await client.send(new ListKeyGroupsCommand(at))).KeyGroupList,
  cachePolicies: async (client, at) =>
    (await client.send(new ListCachePoliciesCommand({ ...at, Type: 'custom' }))).CachePolicyList,
  originRequestPolicies: async (client, at) =>
    (await client.send(new ListOriginRequestPoliciesCommand({ ...at, Type: 'custom' })))
      .OriginRequestPolicyList,
  responseHeadersPolicies: async (client, at) =>
    (await client.send(new ListResponseHeadersPoliciesCommand({ ...at, Type: 'custom' })))
      .ResponseHeadersPolicyList,
  functions: async (client, at) =>
    (await client.send(new ListFunctionsCommand({ ...at, Stage: 'DEVELOPMENT' }))).FunctionList,
  originAccessControls: async (client, at) =>
    (await client.send(new ListOriginAccessControlsCommand(at))).OriginAccessControlList,
  distributions: async (client, at) =>
    (await client.send(new ListDistributionsCommand(at))).DistributionList,
};

async function countPages(list: ListPage, client: CloudFrontClient): Promise<number> {
  let count = 0;
  let marker: string | undefined;
  do {
    const page = await list(client, marker === undefined ? {} : { Marker: marker });
    if (page === undefined) throw new Error('no list in the answer');
    count += page.Items?.length ?? 0;
    marker = page.NextMarker === '' ? undefined : page.NextMarker;
  } while (marker !== undefined);
  return count;
}

async function countLogResourcePolicies(variables: ProcessEnvironment): Promise<number> {
  const client = new CloudWatchLogsClient({
    ...clientSettings(variables, 'CLOUDWATCH_LOGS'),
    region: EDGE_REGION,
  });
  // One page holds more than an account can have.
  const { resourcePolicies = [] } = await client.send(new DescribeResourcePoliciesCommand({}));
  return resourcePolicies.length;
}

function countOf(id: AccountQuotaId, { clients, variables }: QuotaContext): Promise<number> {
  return id === 'logResourcePolicies'
    ? countLogResourcePolicies(variables)
    : countPages(LISTS[id], clients.cloudFront);
}

interface Finding {
  readonly state: 'room' | 'full' | 'raised' | 'unknown';
  readonly text: string;
}

function judge(
  { name, defaultMax, spare }: AccountQuota,
  { used, needed }: { readonly used: number; readonly needed: number },
): Finding {
  // An account with more than the default has a higher quota, which is not known here.
  if (used > defaultMax) return { state: 'raised', text: `${name}: ${used}` };
  const text = `${name}: ${used} of ${defaultMax}`;
  const missing = used + needed + spare - defaultMax;
  return missing <= 0
    ? { state: 'room', text }
    : { state: 'full', text: `${text}, ${needed + spare} more needed` };
}

async function inspect(id: AccountQuotaId, context: QuotaContext): Promise<Finding | undefined> {
  const needed = neededOf(context.environment)[id];
  if (needed === 0) return undefined;
  const quota: AccountQuota = ACCOUNT_QUOTAS[id];
  try {
    const used = await countOf(id, context);
    return judge(quota, { used, needed: context.isDeployed ? 0 : needed });
  } catch (error) {
    const why = error instanceof Error ? error.name : 'no answer';
    return { state: 'unknown', text: `${quota.name}: not known (${why})` };
  }
}

/**
 * Checks whether the quotas of the account have room: for the first deployment, or for the next
 * change of a deployed environment. It compares with the default quotas of AWS, because the account
 * may not be asked for its own without a further right.
 */
export async function checkQuotas(context: QuotaContext): Promise<CheckResult> {
  const ids = Object.keys(ACCOUNT_QUOTAS) as AccountQuotaId[];
  const found = await Promise.all(ids.map((id) => inspect(id, context)));
  const textsOf = (state: Finding['state']): string[] =>
    found.filter((one) => one?.state === state).map((one) => one?.text ?? '');
  const [full, unknown, raised] = [textsOf('full'), textsOf('unknown'), textsOf('raised')];
  if (full.length > 0) {
    const detail = `${full.join('; ')}. Ask AWS for a higher quota, unless it has raised yours (docs/quotas.md)`;
    return { outcome: 'fail', detail };
  }
  if (unknown.length > 0) return { outcome: 'unknown', detail: unknown.join('; ') };
  const more = raised.length === 0 ? '' : `; above the default, so raised: ${raised.join(', ')}`;
  return { outcome: 'pass', detail: `${textsOf('room').join(', ')}${more}` };
}
