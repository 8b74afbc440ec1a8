import type { Distribution } from '#local/cloudfront/distribution';
import { UnsupportedDistributionError } from '#local/cloudfront/distribution-reader';
import { DistributionWatcher } from '#local/cloudfront/distribution-watcher';
import { generateTestKey } from '#test/unit/core/signing-fixture';
import { distribution, distributionWith, KEY, NOW, tenantCookies, TestEdge } from './edge-fixture';

const OTHER_KEY = generateTestKey('p256', 'K2');
const withOtherKey = distributionWith({
  trustedKeys: new Map([[OTHER_KEY.keyPairId, OTHER_KEY.trusted]]),
});
const withBothKeys = distributionWith({
  trustedKeys: new Map([
    [KEY.keyPairId, KEY.trusted],
    [OTHER_KEY.keyPairId, OTHER_KEY.trusted],
  ]),
});

/** What is deployed, a watcher that follows it, and a clock. */
class Deployment {
  now = NOW * 1_000;
  failures: unknown[] = [];
  deployed: Distribution | Error = distribution();

  watch(keyGroupDelaySeconds = 0): Promise<DistributionWatcher> {
    return DistributionWatcher.start({
      read: () =>
        this.deployed instanceof Error
          ? Promise.reject(this.deployed)
          : Promise.resolve(this.deployed),
      keyGroupDelaySeconds,
      nowMilliseconds: () => this.now,
      onFailure: (error) => this.failures.push(error),
    });
  }
}

function keyIds({ current }: DistributionWatcher): string[] {
  return [...(current.behaviors[1]?.trustedKeys?.keys() ?? [])];
}

beforeEach(() => {
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
});

describe('How the edge follows a changed deployment', () => {
  it('picks it up by itself, every three seconds, until it is stopped', async () => {
    const deployment = new Deployment();
    const watcher = await deployment.watch();
    deployment.deployed = distribution({ enabled: false });
    await jest.advanceTimersByTimeAsync(2_999);
    const before = watcher.current.enabled;
    await jest.advanceTimersByTimeAsync(1);
    const after = watcher.current.enabled;
    watcher.stop();
    deployment.deployed = distribution();
    await jest.advanceTimersByTimeAsync(10_000);

    expect([before, after, watcher.current.enabled]).toEqual([true, false, false]);
  });

  it('a key that left the key group opens nothing from then on, a new one opens', async () => {
    const deployment = new Deployment();
    const watcher = await deployment.watch();
    const edge = new TestEdge();
    const ask = async (key: typeof KEY): Promise<string> => {
      edge.distribution = watcher.current;
      const cookie = await tenantCookies('acme', key);
      return edge.ask('/t/acme/x', { headers: { cookie } });
    };
    const before = [await ask(KEY), await ask(OTHER_KEY)];
    deployment.deployed = withOtherKey;
    await watcher.refresh();

    expect(before).toEqual(['200', '403 signature: unknown_key']);
    expect([await ask(KEY), await ask(OTHER_KEY)]).toEqual(['403 signature: unknown_key', '200']);
    watcher.stop();
  });

  it('has a switch that makes it follow key groups late, as an edge location may', async () => {
    const deployment = new Deployment();
    const watcher = await deployment.watch(60);
    deployment.deployed = withBothKeys;
    await watcher.refresh();
    const seen = [keyIds(watcher)];
    deployment.now += 59_999;
    seen.push(keyIds(watcher));
    deployment.now += 1;
    seen.push(keyIds(watcher));

    expect(seen).toEqual([['K1'], ['K1'], ['K1', 'K2']]);
    watcher.stop();
  });

  it('does not start to wait anew when it reads the same change again', async () => {
    const deployment = new Deployment();
    const watcher = await deployment.watch(60);
    deployment.deployed = withBothKeys;
    await watcher.refresh();
    deployment.now += 30_000;
    await watcher.refresh();
    deployment.now += 30_000;

    expect(keyIds(watcher)).toEqual(['K1', 'K2']);
    watcher.stop();
  });

  it('forgets a change that was taken back while it waited', async () => {
    const deployment = new Deployment();
    const watcher = await deployment.watch(60);
    deployment.deployed = withBothKeys;
    await watcher.refresh();
    deployment.deployed = distribution();
    await watcher.refresh();
    deployment.now += 120_000;

    expect(keyIds(watcher)).toEqual(['K1']);
    watcher.stop();
  });

  it('follows everything but key groups at once, whatever the switch', async () => {
    const deployment = new Deployment();
    const watcher = await deployment.watch(60);
    deployment.deployed = distribution({ aliases: ['other.example.com'] });
    await watcher.refresh();

    expect(watcher.current.aliases).toEqual(['other.example.com']);
    watcher.stop();
  });

  it("goes on with what it knows while CloudFront's API does not answer", async () => {
    const deployment = new Deployment();
    const watcher = await deployment.watch();
    deployment.deployed = new Error('connect ECONNREFUSED');
    await jest.advanceTimersByTimeAsync(6_000);

    expect(watcher.current.enabled).toBe(true);
    expect(deployment.failures).toHaveLength(2);
    watcher.stop();
  });

  it('serves nothing as soon as what is deployed is more than it can enforce, or is gone', async () => {
    const gone = Object.assign(new Error('gone'), { name: 'NoSuchDistribution' });
    for (const change of [new UnsupportedDistributionError('a web ACL'), gone]) {
      const deployment = new Deployment();
      const watcher = await deployment.watch();
      deployment.deployed = change;
      await expect(watcher.refresh()).rejects.toBe(change);
      expect(() => watcher.current).toThrow(change);
      deployment.deployed = distribution();
      await watcher.refresh();

      expect(watcher.current.enabled).toBe(true);
      watcher.stop();
    }
  });

  it('does not start at all on what it cannot read', async () => {
    const deployment = new Deployment();
    deployment.deployed = new UnsupportedDistributionError('Lambda@Edge');

    await expect(deployment.watch()).rejects.toThrow('Lambda@Edge');
  });
});
