import fc from 'fast-check';
import type { Outcome } from '#local/cloudfront/edge';
import { propertyRuns } from '../core/property-runs';
import {
  ATTACKER_KEY,
  boundlessCookies,
  cannedUrl,
  cookiesFor,
  handmadeCookies,
  HOST,
  NOW,
  opensslCookies,
  OTHER_HOST,
  ownCookies,
  ownUrls,
  P256_KEY,
  policyText,
  RSA_KEY,
  sdkCookies,
  sdkUrl,
  urlFor,
  worthlessCookies,
  worthlessUrls,
} from './credentials';
import { type HostileRequest, hostileRequest, type Loot, rightfulFrame } from './hostile-requests';
import {
  COMBINATIONS,
  contentBehaviors,
  FOREIGN_OBJECTS,
  HostileWorld,
  opensForeign,
  OWN_OBJECTS,
  ownerOf,
} from './hostile-world';

/** The number of hostile requests is 100,000 if the default of propertyRuns is used. */
const HOSTILE_RUNS = 100;
/** The number of requests that are tried with every combination of switches. */
const BATTERY = 0.05;
/** Enough requests to find any deliberate weakness. The first find ends the search. */
const WEAK_RUNS = { numRuns: 20_000, endOnFailure: true } as const;

async function collectLoot(): Promise<Loot> {
  const rights = await Promise.all(
    OWN_OBJECTS.map(async (own) => ({ scope: own.scope, cookies: await ownCookies(own) })),
  );
  const urls = await Promise.all(OWN_OBJECTS.map(ownUrls));
  const finds = await Promise.all(
    FOREIGN_OBJECTS.map(async ({ key, scope }) => ({
      key,
      cookies: [...(await worthlessCookies(scope)), ...boundlessCookies()],
      urls: await worthlessUrls(key),
    })),
  );
  return {
    rights,
    finds,
    cookies: [...rights, ...finds].flatMap(({ cookies }) => cookies),
    urls: [...urls.flat(), ...finds.flatMap((find) => find.urls)],
  };
}

/** Credentials in which the cookies of a careless signer replace the worthless ones. */
function withCookies(loot: Loot, cookies: readonly string[]): Loot {
  return { ...loot, cookies, finds: loot.finds.map((find) => ({ ...find, cookies })) };
}

/** Returns what refused a request, or `opened`. */
function layerOf(outcome: Outcome): string {
  return outcome.refusal?.layer ?? (ownerOf(outcome) === undefined ? 'nobody' : 'opened');
}

/**
 * Returns whether the test finds a foreign object behind an edge that was weakened deliberately.
 */
async function findsLeak(world: HostileWorld, loot: Loot): Promise<boolean> {
  const property = fc.asyncProperty(hostileRequest(loot), async ({ request, switches }) => {
    expect(opensForeign(await world.handle(request, switches))).toBe(false);
  });
  const { failed } = await fc.check(property, WEAK_RUNS);
  return failed;
}

describe('C-03, C-11, C-20, C-21, C-30, C-51, C-56: hostile requests', () => {
  it('open nothing of another tenant or person, each under one of all combinations of the switches', async () => {
    const loot = await collectLoot();
    const world = new HostileWorld();
    const layers = new Set<string>();
    let requests = 0;
    await fc.assert(
      fc.asyncProperty(hostileRequest(loot), async ({ request, switches }) => {
        const outcome = await world.handle(request, switches);
        requests += 1;
        layers.add(layerOf(outcome));

        expect(opensForeign(outcome)).toBe(false);
      }),
      propertyRuns(HOSTILE_RUNS),
    );

    expect(requests).toBeGreaterThanOrEqual(propertyRuns(HOSTILE_RUNS).numRuns);
    // Every check refused some requests, and some requests opened the attacker's own objects.
    expect([...layers]).toEqual(
      expect.arrayContaining(['guard', 'host', 'method', 'opened', 'protocol', 'signature']),
    );
  });

  it('open nothing under any combination, the same ones under each, and spoil nothing for the rightful', async () => {
    const loot = await collectLoot();
    const world = new HostileWorld();
    const battery = fc.sample(hostileRequest(loot), propertyRuns(BATTERY).numRuns);
    const leaks: HostileRequest[] = [];
    const broken: string[] = [];
    for (const switches of COMBINATIONS) {
      for (const { request } of battery) {
        const outcome = await world.handle(request, switches);
        if (opensForeign(outcome)) leaks.push({ request, switches });
      }
      broken.push(...(await world.brokenOpens(switches)));
    }

    expect(leaks).toEqual([]);
    expect(broken).toEqual([]);
  });
});

describe('The same requests with the right credentials', () => {
  interface Right {
    readonly target: string;
    readonly cookie?: string;
    readonly owner: string;
    readonly sha1: boolean;
  }

  async function rightsOf({ key, owner, scope }: (typeof OWN_OBJECTS)[number]): Promise<Right[]> {
    const target = `/${key}`;
    const sdk = sdkCookies(scope);
    const sha256 = [
      await cookiesFor(scope),
      await cookiesFor(scope, { key: RSA_KEY }),
      ...sdk.sha256,
      opensslCookies(scope, RSA_KEY),
      opensslCookies(scope, P256_KEY),
    ];
    const urls = [await urlFor(key), await urlFor(key, { key: RSA_KEY }), sdkUrl(target)];
    return [
      ...sha256.map((cookie) => ({ target, cookie, owner, sha1: false })),
      ...sdk.sha1.map((cookie) => ({ target, cookie, owner, sha1: true })),
      ...urls.map((url) => ({ target: url, owner, sha1: false })),
      { target: cannedUrl(target), owner, sha1: true },
    ];
  }

  function withRight({ request }: HostileRequest, { target, cookie }: Right) {
    const [rawPath = '', rawQuery] = target.split('?');
    const headers = { ...request.headers, ...(cookie !== undefined && { cookie }) };
    return { ...request, rawPath, rawQuery, headers };
  }

  it("M-01: open, whether our signer, the AWS SDK or OpenSSL made them, and nobody else's do", async () => {
    const world = new HostileWorld();
    const objects = [...OWN_OBJECTS, ...FOREIGN_OBJECTS];
    const rights = await Promise.all(objects.map(rightsOf));
    const index = fc.nat();
    const asked = fc.record({ frame: rightfulFrame(), mine: index, other: index, kind: index });
    await fc.assert(
      fc.asyncProperty(asked, async ({ frame, mine, other, kind }) => {
        const own = rights[mine % rights.length] ?? [];
        const right = own[kind % own.length];
        const wrong = rights[other % rights.length]?.[kind % own.length];
        if (right === undefined || wrong === undefined) throw new Error('every object has rights');
        const outcome = await world.handle(withRight(frame, right), frame.switches);
        const refused = right.sha1 && frame.switches.strictSha256;

        expect(ownerOf(outcome)).toBe(refused ? undefined : right.owner);
        fc.pre(wrong.owner !== right.owner && wrong.cookie !== undefined);
        const mixed = withRight(frame, { ...wrong, target: right.target.split('?')[0] ?? '' });
        expect(ownerOf(await world.handle(mixed, frame.switches))).toBeUndefined();
      }),
      propertyRuns(4),
    );
  });
});

describe('A weakness that is planted on purpose is found', () => {
  it('an edge without the guard', async () => {
    const world = new HostileWorld({ content: { viewerRequestFunction: undefined } });

    expect(await findsLeak(world, await collectLoot())).toBe(true);
  });

  it('an edge without the key group, or with a signature check that allows everything', async () => {
    const world = new HostileWorld({ content: { trustedKeys: undefined } });

    expect(await findsLeak(world, await collectLoot())).toBe(true);
  });

  it("a key group that trusts the attacker's own key", async () => {
    const trustedKeys = new Map([
      [P256_KEY.keyPairId, P256_KEY.trusted],
      [ATTACKER_KEY.keyPairId, ATTACKER_KEY.trusted],
    ]);

    expect(
      await findsLeak(new HostileWorld({ content: { trustedKeys } }), await collectLoot()),
    ).toBe(true);
  });

  it('C-03: a signer that leaves the slash before the wildcard out', async () => {
    const loot = await collectLoot();
    const sloppy = ['glob', 'acme', 'a'].map((tenant) =>
      handmadeCookies(policyText(`https://${HOST}/t/${tenant}*`)),
    );

    expect(await findsLeak(new HostileWorld(), withCookies(loot, sloppy))).toBe(true);
  });

  it('C-01: a signer that lets a wildcard into a tenant id', async () => {
    const loot = await collectLoot();
    const sloppy = ['*', 'globe?', 'acme*'].map((tenant) =>
      handmadeCookies(policyText(`https://${HOST}/t/${tenant}/*`)),
    );

    expect(await findsLeak(new HostileWorld(), withCookies(loot, sloppy))).toBe(true);
  });

  it('C-40: an edge whose clock stands still', async () => {
    const world = new HostileWorld({ now: NOW - 450 });

    expect(await findsLeak(world, await collectLoot())).toBe(true);
  });

  it('C-05: two distributions that share a key group', async () => {
    const world = new HostileWorld({ distribution: { aliases: [HOST, OTHER_HOST] } });

    expect(await findsLeak(world, await collectLoot())).toBe(true);
  });

  it('C-52, S-03: an unsigned default behavior before a bucket that is open to the whole distribution', async () => {
    const everything = JSON.stringify({
      Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: '*' }],
    });
    const behaviors = contentBehaviors().map((behavior) =>
      behavior.pathPattern === '*' ? { ...behavior, trustedKeys: undefined } : behavior,
    );
    const loot = await collectLoot();

    expect(await findsLeak(new HostileWorld({ behaviors, bucketPolicy: everything }), loot)).toBe(
      true,
    );
  });
});
