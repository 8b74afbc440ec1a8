import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { checkQuotas } from '#cli/check/quota-probes';
import { ACCOUNT_QUOTAS } from '#core/contract/account-quotas';
import { makeDeployed } from '../command-fixture';

const LISTS = {
  ListPublicKeysCommand: 'PublicKeyList',
  ListKeyGroupsCommand: 'KeyGroupList',
  ListCachePoliciesCommand: 'CachePolicyList',
  ListOriginRequestPoliciesCommand: 'OriginRequestPolicyList',
  ListResponseHeadersPoliciesCommand: 'ResponseHeadersPolicyList',
  ListFunctionsCommand: 'FunctionList',
  ListOriginAccessControlsCommand: 'OriginAccessControlList',
  ListDistributionsCommand: 'DistributionList',
} as const;
type List = keyof typeof LISTS;

const listOf = (list: List, count: number): object => ({
  [LISTS[list]]: { Items: Array(count).fill({}) },
});
/** An account that holds nothing but the example environment. */
const OWN: Readonly<Record<List, number>> = {
  ListPublicKeysCommand: 2,
  ListKeyGroupsCommand: 1,
  ListCachePoliciesCommand: 1,
  ListOriginRequestPoliciesCommand: 1,
  ListResponseHeadersPoliciesCommand: 3,
  ListFunctionsCommand: 1,
  ListOriginAccessControlsCommand: 1,
  ListDistributionsCommand: 1,
};

function check(
  counts: Partial<Record<List, number>>,
  change: { answers?: object; isDeployed?: boolean; webAcl?: { logs: never } } = {},
) {
  const all = Object.entries({ ...OWN, ...counts }) as [List, number][];
  const answers = Object.fromEntries(all.map(([list, count]) => [list, listOf(list, count)]));
  const deployed = makeDeployed({ ...answers, ...change.answers });
  const { webAcl = deployed.environment.webAcl, isDeployed = true } = change;
  const environment = { ...deployed.environment, ...(webAcl && { webAcl }) };
  return checkQuotas({ ...deployed, environment, isDeployed });
}

describe('the quotas of the account', () => {
  test('have room, and the answer names how much is used', async () => {
    const { outcome, detail } = await check({});
    expect(outcome).toBe('pass');
    expect(detail).toContain('CloudFront public keys: 2 of 10, CloudFront key groups: 1 of 10');
  });

  test.each<[List, string, number]>([
    ['ListPublicKeysCommand', 'CloudFront public keys', 10],
    ['ListKeyGroupsCommand', 'CloudFront key groups', 10],
    ['ListCachePoliciesCommand', 'CloudFront cache policies', 20],
    ['ListOriginRequestPoliciesCommand', 'CloudFront origin request policies', 20],
    ['ListResponseHeadersPoliciesCommand', 'CloudFront response headers policies', 20],
    ['ListFunctionsCommand', 'CloudFront functions', 100],
    ['ListOriginAccessControlsCommand', 'CloudFront origin access controls', 100],
  ])('K-07: %s at its quota leaves no room for a replacement', async (list, name, most) => {
    expect(await check({ [list]: most })).toEqual({
      outcome: 'fail',
      detail: expect.stringContaining(`${name}: ${most} of ${most}, 1 more needed`) as string,
    });
    expect((await check({ [list]: most - 1 })).outcome).toBe('pass');
  });

  test('a distribution is never replaced, so the last one may be ours', async () => {
    expect((await check({ ListDistributionsCommand: 500 })).outcome).toBe('pass');
  });

  test('before the first deployment everything that it makes must fit, and one more', async () => {
    const before = { isDeployed: false };
    expect((await check({ ListPublicKeysCommand: 7 }, before)).outcome).toBe('pass');
    expect(await check({ ListPublicKeysCommand: 8 }, before)).toMatchObject({
      outcome: 'fail',
      detail: expect.stringContaining('public keys: 8 of 10, 3 more needed') as string,
    });
    expect((await check({ ListDistributionsCommand: 500 }, before)).outcome).toBe('fail');
  });

  test('more than the default means that AWS raised the quota: it is not known, not full', async () => {
    const { outcome, detail } = await check({ ListPublicKeysCommand: 11 });
    expect(outcome).toBe('pass');
    expect(detail).toContain('above the default, so raised: CloudFront public keys: 11');
  });

  test('what cannot be counted is not known, and what is full fails all the same', async () => {
    const answers = { ListFunctionsCommand: new Error('AccessDenied') };
    expect(await check({}, { answers })).toEqual({
      outcome: 'unknown',
      detail: 'CloudFront functions: not known (Error)',
    });
    expect((await check({ ListKeyGroupsCommand: 10 }, { answers })).outcome).toBe('fail');
    expect((await check({}, { answers: { ListKeyGroupsCommand: {} } })).outcome).toBe('unknown');
  });

  test('policies for log groups count only where the web ACL logs', async () => {
    const send = jest
      .spyOn(CloudWatchLogsClient.prototype, 'send')
      .mockImplementation(() => ({ resourcePolicies: Array(10).fill({}) }));
    expect((await check({}, { isDeployed: false })).outcome).toBe('pass');
    expect(send).not.toHaveBeenCalled();
    const logging = { isDeployed: false, webAcl: { logs: {} as never } };
    expect((await check({}, logging)).detail).toContain('resource policies in us-east-1: 10 of 10');
    const [client] = send.mock.contexts as CloudWatchLogsClient[];
    expect(await client?.config.region()).toBe('us-east-1');
  });

  test('every page of a list is counted', async () => {
    const deployed = makeDeployed({});
    const { environment } = deployed;
    const asked: unknown[] = [];
    const cloudFront = {
      send: ({ constructor, input }: { constructor: { name: string }; input: object }) => {
        const list = constructor.name as List;
        if (list !== 'ListPublicKeysCommand') return Promise.resolve(listOf(list, OWN[list]));
        asked.push(input);
        const NextMarker = asked.length === 1 ? 'next' : '';
        return Promise.resolve({ PublicKeyList: { Items: Array(5).fill({}), NextMarker } });
      },
    };
    const clients = { cloudFront } as never;
    const result = await checkQuotas({ environment, isDeployed: true, clients, variables: {} });
    expect(asked).toEqual([{}, { Marker: 'next' }]);
    expect(result.detail).toContain('public keys: 10 of 10');
  });

  test('each names its page of AWS', () => {
    for (const { source } of Object.values(ACCOUNT_QUOTAS)) {
      expect(source).toMatch(/^https:\/\/docs\.aws\.amazon\.com\//);
    }
  });
});
