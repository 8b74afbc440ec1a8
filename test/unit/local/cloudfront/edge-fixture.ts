import { readFileSync } from 'node:fs';
import path from 'node:path';
import { buildSync } from 'esbuild';
import { signCookies } from '#core/signing/signed-cookies';
import { tenantScope } from '#core/tenancy/path-scope';
import { parseTenantId } from '#core/tenancy/tenant-id';
import type {
  CacheBehavior,
  CachePolicy,
  DeployedFunction,
  Distribution,
  ForwardedValues,
  Origin,
  OriginLimits,
  Selection,
} from '#local/cloudfront/distribution';
import { Edge, type Outcome } from '#local/cloudfront/edge';
import type { EdgeRequest, EdgeResponse } from '#local/cloudfront/exchange';
import type { OriginBackend } from '#local/cloudfront/origin-backend';
import type { OriginRequest } from '#local/cloudfront/origin-request';
import { DEFAULT_EDGE_SWITCHES, type EdgeSwitches } from '#local/cloudfront/switches';
import {
  BASE_URL,
  cookieHeader,
  generateTestKey,
  NOW,
  type TestKey,
} from '#test/unit/core/signing-fixture';

export const HOST = 'media.example.com';
export const DISTRIBUTION_ARN = 'arn:aws:cloudfront::000000000000:distribution/E1';
const BUCKET_ARN = 'arn:aws:s3:::content';
export const KEY = generateTestKey('p256', 'K1');

const NOTHING: Selection = { choice: 'none', names: [] };
export const EVERYTHING: Selection = { choice: 'all', names: [] };
export const NONE_FORWARDED: ForwardedValues = {
  headers: NOTHING,
  cookies: NOTHING,
  queries: NOTHING,
};

/** The content cache policy of the stack: the path, and the disposition of a download. */
export const CONTENT_CACHE: CachePolicy = {
  ...NONE_FORWARDED,
  queries: { choice: 'only', names: ['response-content-disposition'] },
  minTtlSeconds: 0,
  defaultTtlSeconds: 300,
  maxTtlSeconds: 3600,
};
export const NO_CACHE: CachePolicy = {
  ...NONE_FORWARDED,
  minTtlSeconds: 0,
  defaultTtlSeconds: 0,
  maxTtlSeconds: 0,
};

const ROOT = path.resolve(__dirname, '../../../..');

/** The guard function as it is deployed, bundled as lambdas/build-functions.mjs does it. */
export const GUARD: DeployedFunction = {
  name: 'viewer-guard',
  code: buildSync({
    stdin: {
      contents: readFileSync(path.join(ROOT, 'lambdas/viewer-guard/viewer-guard.ts'), 'utf8'),
      resolveDir: path.join(ROOT, 'lambdas/viewer-guard'),
      loader: 'ts',
    },
    bundle: true,
    write: false,
    platform: 'neutral',
    target: 'es2018',
    format: 'esm',
    external: ['cloudfront'],
  })
    .outputFiles.map(({ text }) => text)
    .join('')
    .replace(/export\s*\{\s*handler\s*\};?\s*$/, ''),
};

const LIMITS: OriginLimits = {
  connectionAttempts: 3,
  connectionSeconds: 10,
  readSeconds: 30,
  completionSeconds: undefined,
};

export const CONTENT_ORIGIN: Origin = {
  id: 'content',
  domainName: 'content.s3.eu-central-1.amazonaws.com',
  originPath: '',
  kind: 's3',
  customHeaders: {},
  limits: LIMITS,
};
export const API_ORIGIN: Origin = {
  id: 'api',
  domainName: 'abc123.execute-api.eu-central-1.amazonaws.com',
  originPath: '',
  kind: 'custom',
  customHeaders: { 'x-edgepass-origin-secret': 'the-origin-secret' },
  limits: LIMITS,
};

/** A behavior as the stack makes it for the content of tenants. */
export function contentBehavior(changes: Partial<CacheBehavior> = {}): CacheBehavior {
  return {
    pathPattern: '/t/*',
    originId: 'content',
    viewerProtocolPolicy: 'https-only',
    allowedMethods: ['GET', 'HEAD'],
    trustedKeys: new Map([[KEY.keyPairId, KEY.trusted]]),
    cachePolicy: CONTENT_CACHE,
    originRequestPolicy: NONE_FORWARDED,
    responseHeadersPolicy: undefined,
    viewerRequestFunction: GUARD,
    ...changes,
  };
}

export function apiBehavior(changes: Partial<CacheBehavior> = {}): CacheBehavior {
  return contentBehavior({
    pathPattern: '/api/*',
    originId: 'api',
    allowedMethods: ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'],
    trustedKeys: undefined,
    cachePolicy: NO_CACHE,
    originRequestPolicy: {
      headers: { choice: 'allExcept', names: ['host'] },
      queries: EVERYTHING,
      cookies: { choice: 'only', names: ['__Secure-edgepass-scopes'] },
    },
    viewerRequestFunction: undefined,
    ...changes,
  });
}

export function publicBehavior(changes: Partial<CacheBehavior> = {}): CacheBehavior {
  return contentBehavior({ pathPattern: '/public/*', trustedKeys: undefined, ...changes });
}

/** The behaviors of the delivery stack. All content behaviors have the same changes. */
export function stackBehaviors(changes: Partial<CacheBehavior> = {}): CacheBehavior[] {
  return [
    apiBehavior(),
    contentBehavior(changes),
    contentBehavior({ pathPattern: '/u/*', ...changes }),
    publicBehavior(),
    contentBehavior({ pathPattern: '*', ...changes }),
  ];
}

export function distribution(changes: Partial<Distribution> = {}): Distribution {
  return {
    id: 'E1',
    arn: DISTRIBUTION_ARN,
    domainName: 'd111.cloudfront.net',
    aliases: [HOST],
    enabled: true,
    logsCookies: false,
    origins: new Map([
      ['content', CONTENT_ORIGIN],
      ['api', API_ORIGIN],
    ]),
    behaviors: stackBehaviors(),
    errorResponses: [],
    ...changes,
  };
}

/** A distribution whose content behaviors differ from the stack's. */
export function distributionWith(changes: Partial<CacheBehavior>): Distribution {
  return distribution({ behaviors: stackBehaviors(changes) });
}

/** The bucket policy of the stack. */
export function bucketPolicy(prefixes: readonly string[] = ['t', 'u', 'public']): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'cloudfront.amazonaws.com' },
        Action: 's3:GetObject',
        Resource: prefixes.map((prefix) => `${BUCKET_ARN}/${prefix}/*`),
        Condition: { StringEquals: { 'AWS:SourceArn': DISTRIBUTION_ARN } },
      },
      {
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:*',
        Resource: [BUCKET_ARN, `${BUCKET_ARN}/*`],
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ],
  });
}

/** An origin in memory that records its requests. */
export interface MemoryBackend extends OriginBackend {
  readonly sent: OriginRequest[];
}

export function answer(body: string, changes: Partial<EdgeResponse> = {}): EdgeResponse {
  return {
    status: 200,
    headers: { 'content-type': 'text/plain', etag: '"1"' },
    body: Buffer.from(body),
    ...changes,
  };
}

/** A backend that passes every request to `respond`. */
export function memoryBackend(
  respond: (request: OriginRequest) => EdgeResponse = ({ rawPath }) => answer(`body of ${rawPath}`),
  policies: Partial<OriginBackend> = {},
): MemoryBackend {
  const sent: OriginRequest[] = [];
  return {
    sent,
    send: (request) => {
      sent.push(request);
      const response = respond(request);
      return Promise.resolve({ response, firstByteMilliseconds: 1, lastByteMilliseconds: 2 });
    },
    readBucketPolicy: () => Promise.resolve(bucketPolicy()),
    readDefaultKey: () => Promise.resolve(undefined),
    readKeyPolicy: () => Promise.reject(new Error('no key policy is expected to be read')),
    ...policies,
  };
}

/**
 * The target of a request line with the other values of a request, sent to the content host over
 * TLS.
 */
export function viewerRequest(target: string, changes: Partial<EdgeRequest> = {}): EdgeRequest {
  const [rawPath = '', ...query] = target.split('?');
  return {
    method: 'GET',
    protocol: 'https',
    host: HOST,
    rawPath,
    rawQuery: query.length === 0 ? undefined : query.join('?'),
    headers: {},
    body: Buffer.alloc(0),
    clientIp: '203.0.113.7',
    clientPort: 50_000,
    httpVersion: '1.1',
    ...changes,
  };
}

/** The `Cookie` header of a person with a grant for a whole tenant. */
export async function tenantCookies(
  tenant: string,
  key: TestKey = KEY,
  now = NOW,
): Promise<string> {
  const grant = { contentBaseUrl: BASE_URL, lifetimeSeconds: 900, now, signer: key.signer };
  return cookieHeader(await signCookies({ ...grant, scope: tenantScope(parseTenantId(tenant)) }));
}

/** An edge with an origin in memory and a clock that the test moves. */
export class TestEdge {
  readonly backend: MemoryBackend;
  nowSeconds: number = NOW;
  readonly edge: Edge;
  distribution: Distribution;

  constructor(
    settings: {
      readonly backend?: MemoryBackend;
      readonly distribution?: Distribution;
      readonly switches?: Partial<EdgeSwitches>;
    } = {},
  ) {
    this.backend = settings.backend ?? memoryBackend();
    this.distribution = settings.distribution ?? distribution();
    this.edge = new Edge({
      backend: this.backend,
      switches: { ...DEFAULT_EDGE_SWITCHES, ...settings.switches },
      hosts: [],
      nowMilliseconds: () => this.nowSeconds * 1_000,
    });
  }

  handle(target: string, changes: Partial<EdgeRequest> = {}): Promise<Outcome> {
    return this.edge.handle(viewerRequest(target, changes), this.distribution);
  }

  /**
   * Describes a request in one line: its status and, if it was refused, by which check and for
   * which reason.
   */
  async ask(target: string, changes: Partial<EdgeRequest> = {}): Promise<string> {
    const { response, refusal } = await this.handle(target, changes);
    const why = refusal === undefined ? '' : ` ${refusal.layer}: ${refusal.reasons.join(', ')}`;
    return `${response.status}${why}`;
  }
}

export { BASE_URL, NOW } from '#test/unit/core/signing-fixture';
