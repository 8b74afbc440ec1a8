import { userHash } from '#core/user-hash';
import type { CacheBehavior, Distribution } from '#local/cloudfront/distribution';
import { Edge, type Outcome } from '#local/cloudfront/edge';
import type { EdgeRequest } from '#local/cloudfront/exchange';
import type { OriginBackend } from '#local/cloudfront/origin-backend';
import { type EdgeSwitches, everySwitchCombination } from '#local/cloudfront/switches';
import { ViewerFunctionRunner } from '#local/cloudfront/viewer-function';
import {
  bucketPolicy,
  distribution,
  stackBehaviors,
  viewerRequest,
} from '#test/unit/local/cloudfront/edge-fixture';
import { cookiesFor, NOW, P256_KEY, RSA_KEY } from './credentials';
import { answerHelpfully, OWNER_HEADER } from './worst-origin';

/**
 * One function runner for all edges, without a time limit, because contexts and limits would take
 * more time than all the rest.
 */
const FUNCTIONS = new ViewerFunctionRunner(Infinity);

export const COMBINATIONS = everySwitchCombination();

const ISSUER = 'https://issuer.example.com';
const ME = userHash(ISSUER, 'me');
const OTHER = userHash(ISSUER, 'somebody else');

interface StoredObject {
  readonly key: string;
  readonly owner: string;
  /** The narrowest scope whose cookies open the object. */
  readonly scope: string;
}

function tenantObject(tenant: string): StoredObject {
  return { key: `t/${tenant}/photo.jpg`, owner: tenant, scope: `/t/${tenant}/` };
}

function userObject(tenant: string, user: string): StoredObject {
  const scope = `/u/${tenant}/${user}/`;
  return { key: `${scope.slice(1)}f1/photo.jpg`, owner: `${tenant}/${user}`, scope };
}

/**
 * The attacker's tenants and folder. The names of some of the attacker's tenants are similar to the
 * victim's.
 */
export const OWN_OBJECTS: readonly StoredObject[] = [
  ...['acme', 'initech', 'glob', 'globexx', 'globex-', 'GLOBEX'].map(tenantObject),
  userObject('acme', ME),
];

/**
 * Other tenants, also with names similar to the attacker's, and other people of the same tenant.
 */
export const FOREIGN_OBJECTS: readonly StoredObject[] = [
  ...['globex', 'acme-evil', 'acmex', 'ACME', 'a', 'initec', 't', 'u'].map(tenantObject),
  userObject('acme', OTHER),
  userObject('globex', OTHER),
];

const NOBODYS_OBJECTS: readonly StoredObject[] = [
  { key: 'incoming/t/globex/photo.jpg', owner: 'incoming', scope: '/' },
  { key: 'public/notice.txt', owner: 'public', scope: '/' },
];

const OBJECTS = new Map(
  [...OWN_OBJECTS, ...FOREIGN_OBJECTS, ...NOBODYS_OBJECTS].map(({ key, owner }) => [key, owner]),
);
const MAY_OPEN = new Set([...OWN_OBJECTS.map(({ owner }) => owner), 'public']);

/**
 * Returns the person whose object an answer contains or describes. Body and headers must agree.
 */
export function ownerOf({ response }: Outcome): string | undefined {
  const owner = response.headers[OWNER_HEADER];
  const inBody = /this object belongs to (\S+)/.exec(response.body.toString())?.[1];
  return (owner ?? inBody) as string | undefined;
}

/** Returns whether an answer opens an object that is not the attacker's. */
export function opensForeign(outcome: Outcome): boolean {
  const owner = ownerOf(outcome);
  return owner !== undefined && !MAY_OPEN.has(owner);
}

/**
 * The deployment and its origin. By default it is that of the stack; a test can make it weaker.
 */
export interface Deployment {
  readonly content?: Partial<CacheBehavior>;
  readonly distribution?: Partial<Distribution>;
  readonly behaviors?: readonly CacheBehavior[];
  readonly bucketPolicy?: string;
  /** Seconds since the Unix epoch. */
  readonly now?: number;
}

const TRUSTED = new Map([
  [P256_KEY.keyPairId, P256_KEY.trusted],
  [RSA_KEY.keyPairId, RSA_KEY.trusted],
]);

export function contentBehaviors(changes: Partial<CacheBehavior> = {}): CacheBehavior[] {
  return stackBehaviors({ trustedKeys: TRUSTED, ...changes });
}

/**
 * One edge for every combination of switches. Each has the objects of all tenants in its cache.
 */
export class HostileWorld {
  readonly #deployment: Deployment;
  readonly #distribution: Distribution;
  readonly #edges = new Map<EdgeSwitches, Promise<Edge>>();
  readonly #rightful: Promise<readonly { path: string; cookie: string; owner: string }[]>;

  constructor(deployment: Deployment = {}) {
    this.#deployment = deployment;
    this.#distribution = distribution({
      behaviors: deployment.behaviors ?? contentBehaviors(deployment.content),
      ...deployment.distribution,
    });
    this.#rightful = Promise.all(
      [...OWN_OBJECTS, ...FOREIGN_OBJECTS].map(async ({ key, owner, scope }) => ({
        path: `/${key}`,
        cookie: await cookiesFor(scope, { now: deployment.now ?? NOW }),
        owner,
      })),
    );
  }

  async handle(request: EdgeRequest, switches: EdgeSwitches): Promise<Outcome> {
    const edge = await this.edgeFor(switches);
    return edge.handle(request, this.#distribution);
  }

  edgeFor(switches: EdgeSwitches): Promise<Edge> {
    const known = this.#edges.get(switches);
    if (known !== undefined) return known;
    const made = this.#makeWarmEdge(switches);
    this.#edges.set(switches, made);
    return made;
  }

  /** Objects that their owners did not get, or that were not theirs. This must always be empty. */
  async brokenOpens(switches: EdgeSwitches): Promise<string[]> {
    const edge = await this.edgeFor(switches);
    const broken: string[] = [];
    for (const { path, cookie, owner } of await this.#rightful) {
      const request = viewerRequest(path, { headers: { cookie } });
      const outcome = await edge.handle(request, this.#distribution);
      if (outcome.response.status !== 200 || ownerOf(outcome) !== owner) broken.push(path);
    }
    return broken;
  }

  async #makeWarmEdge(switches: EdgeSwitches): Promise<Edge> {
    const { now = NOW } = this.#deployment;
    const edge = new Edge({
      backend: this.#backend(),
      switches,
      hosts: [],
      nowMilliseconds: () => now * 1_000,
      functions: FUNCTIONS,
    });
    for (const { path, cookie } of await this.#rightful) {
      await edge.handle(viewerRequest(path, { headers: { cookie } }), this.#distribution);
    }
    return edge;
  }

  #backend(): OriginBackend {
    return {
      send: ({ origin, rawPath }) =>
        Promise.resolve({
          response:
            origin.kind === 's3'
              ? answerHelpfully(OBJECTS, rawPath)
              : { status: 200, headers: {}, body: Buffer.from('api') },
          firstByteMilliseconds: 0,
          lastByteMilliseconds: 0,
        }),
      readBucketPolicy: () => Promise.resolve(this.#deployment.bucketPolicy ?? bucketPolicy()),
      readDefaultKey: () => Promise.resolve(undefined),
      readKeyPolicy: () => Promise.resolve('{"Statement":[]}'),
    };
  }
}
