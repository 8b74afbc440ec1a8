import type { DistributionConfig } from '@aws-sdk/client-cloudfront';
import type { Distribution } from '#local/cloudfront/distribution';
import {
  DistributionReader,
  UnsupportedDistributionError,
} from '#local/cloudfront/distribution-reader';
import { generateTestKey } from '#test/unit/core/signing-fixture';
import {
  cloudFrontApi,
  CONTENT_API_ORIGIN,
  CONTENT_BEHAVIOR,
  distributionConfig,
} from './cloudfront-api-fixture';
import { DISTRIBUTION_ARN } from './edge-fixture';

type Answers = Parameters<typeof cloudFrontApi>[1];

function read(config: DistributionConfig | undefined, answers?: Answers): Promise<Distribution> {
  return new DistributionReader(cloudFrontApi(config, answers).client).read('E1');
}

/** What the reader says against a distribution; undefined when it reads it. */
async function complaint(
  changes: Record<string, unknown>,
  answers?: Answers,
): Promise<string | undefined> {
  try {
    await read(distributionConfig(changes), answers);
    return undefined;
  } catch (error) {
    if (error instanceof UnsupportedDistributionError) return error.message;
    throw error;
  }
}

const behavior = (changes: Record<string, unknown>): Record<string, unknown> => ({
  DefaultCacheBehavior: { ...CONTENT_BEHAVIOR, ...changes },
});
const contentOrigin = (changes: Record<string, unknown>): Record<string, unknown> => ({
  Origins: {
    Items: [
      { ...CONTENT_API_ORIGIN, ...changes },
      { Id: 'api', CustomOriginConfig: {} },
    ],
  },
});
const policy = (part: string, behaviour: string, names = ['Host']): Answers => ({
  GetCachePolicy: {
    CachePolicy: {
      CachePolicyConfig: {
        ParametersInCacheKeyAndForwardedToOrigin: {
          [`${part}sConfig`]: {
            [`${part}Behavior`]: behaviour,
            [`${part}s`]: { Items: names },
          },
        },
      },
    },
  },
});

describe('How the edge learns what is deployed', () => {
  it('reads behaviors in listed order with the default last, and everything that they refer to', async () => {
    const distribution = await read(distributionConfig());

    expect(distribution).toMatchObject({
      arn: DISTRIBUTION_ARN,
      domainName: 'd111.cloudfront.net',
      aliases: ['media.example.com'],
      enabled: true,
      logsCookies: false,
    });
    expect(distribution.behaviors.map(({ pathPattern }) => pathPattern)).toEqual([
      '/api/*',
      '/t/*',
      '*',
    ]);
    expect(
      distribution.behaviors.map(({ trustedKeys }) => trustedKeys && [...trustedKeys.keys()]),
    ).toEqual([undefined, ['K1'], ['K1']]);
    expect(distribution.behaviors[1]).toMatchObject({
      allowedMethods: ['GET', 'HEAD'],
      cachePolicy: { minTtlSeconds: 0, defaultTtlSeconds: 300, maxTtlSeconds: 3600 },
      viewerRequestFunction: { name: 'guard' },
    });
  });

  it('reads what the API is told: all headers but Host, one cookie, all queries, and the secret header', async () => {
    const distribution = await read(distributionConfig());

    expect(distribution.behaviors[0]?.originRequestPolicy).toEqual({
      headers: { choice: 'allExcept', names: ['host'] },
      cookies: { choice: 'only', names: ['__Secure-edgepass-scopes'] },
      queries: { choice: 'all', names: [] },
    });
    expect(distribution.origins.get('api')).toMatchObject({
      kind: 'custom',
      customHeaders: { 'x-edgepass-origin-secret': 'secret' },
    });
  });

  it.each([
    [{}, {}, { connectionAttempts: 3, connectionSeconds: 10, readSeconds: 30 }],
    [
      { ConnectionAttempts: 1, ConnectionTimeout: 2, ResponseCompletionTimeout: 60 },
      { OriginReadTimeout: 7 },
      { connectionAttempts: 1, connectionSeconds: 2, readSeconds: 7, completionSeconds: 60 },
    ],
    [
      { ConnectionAttempts: 0, ConnectionTimeout: 0, ResponseCompletionTimeout: 0 },
      { OriginReadTimeout: 0 },
      { connectionAttempts: 3, connectionSeconds: 10, readSeconds: 30 },
    ],
  ])('reads the time-outs of its origins: %j, %j', async (origin, ofKind, limits) => {
    const bucket = { ...CONTENT_API_ORIGIN, ...origin };
    const api = {
      ...bucket,
      Id: 'api',
      DomainName: 'abc123.execute-api.eu-central-1.amazonaws.com',
    };
    const Items = [
      { ...bucket, S3OriginConfig: { OriginAccessIdentity: '', ...ofKind } },
      { ...api, S3OriginConfig: undefined, CustomOriginConfig: ofKind },
    ];
    const { origins } = await read(distributionConfig({ Origins: { Items } }));

    for (const id of ['content', 'api'])
      expect(origins.get(id)?.limits).toEqual({ completionSeconds: undefined, ...limits });
  });

  it('reads the response headers policy: CORS, security headers, own headers, removed ones', async () => {
    const { behaviors } = await read(distributionConfig());

    expect(behaviors[1]?.responseHeadersPolicy).toEqual({
      headers: [
        {
          name: 'strict-transport-security',
          value: 'max-age=60; includeSubDomains; preload',
          override: true,
        },
        { name: 'x-content-type-options', value: 'nosniff', override: true },
        { name: 'x-frame-options', value: 'DENY', override: true },
        { name: 'x-xss-protection', value: '1; mode=block', override: true },
        { name: 'referrer-policy', value: 'no-referrer', override: false },
        { name: 'content-security-policy', value: 'sandbox', override: true },
        { name: 'x-own', value: '1', override: false },
      ],
      cors: {
        allowOrigins: ['https://app.example.com'],
        allowCredentials: true,
        exposeHeaders: ['ETag'],
        override: true,
      },
      remove: ['server'],
    });
  });

  it('fetches a public key once: it never changes under its id', async () => {
    const { client, calls } = cloudFrontApi(distributionConfig());
    const reader = new DistributionReader(client);
    await reader.read('E1');
    await reader.read('E1');

    expect(calls.filter((name) => name === 'GetPublicKey')).toHaveLength(1);
    expect(calls.filter((name) => name === 'GetKeyGroup')).toHaveLength(4);
  });

  it('takes a behavior for restricted when it names a key group, switched on or not', async () => {
    const config = distributionConfig(
      behavior({ TrustedKeyGroups: { Enabled: false, Items: ['group'] } }),
    );

    expect((await read(config)).behaviors.at(-1)?.trustedKeys?.size).toBe(1);
  });

  it('trusts nobody where a key group is switched on and empty', async () => {
    const config = distributionConfig(behavior({ TrustedKeyGroups: { Enabled: true } }));

    expect((await read(config)).behaviors.at(-1)?.trustedKeys?.size).toBe(0);
  });

  it('refuses to serve a distribution with anything that it does not enforce', async () => {
    const features: Record<string, Record<string, unknown>> = {
      'a web ACL': { WebACLId: 'arn:aws:wafv2:us-east-1:0:global/webacl/x' },
      'a geographic restriction': {
        Restrictions: { GeoRestriction: { RestrictionType: 'whitelist', Items: ['DE'] } },
      },
      'a default root object': { DefaultRootObject: 'index.html' },
      'origin groups': { OriginGroups: { Items: [{}] } },
      'custom error pages': {
        CustomErrorResponses: { Items: [{ ErrorCode: 403, ResponsePagePath: '/public/403.html' }] },
      },
      'continuous deployment': { ContinuousDeploymentPolicyId: 'x' },
      'certificates of viewers': { ViewerMtlsConfig: {} },
      'a connection function': { ConnectionFunctionAssociation: { Id: 'x' } },
      'distribution tenants': { ConnectionMode: 'tenant-only' },
      'trusted signers': behavior({ TrustedSigners: { Enabled: true, Items: ['self'] } }),
      'Lambda@Edge': behavior({ LambdaFunctionAssociations: { Items: [{}] } }),
      'field-level encryption': behavior({ FieldLevelEncryptionId: 'x' }),
      'Smooth Streaming': behavior({ SmoothStreaming: true }),
      gRPC: behavior({ GrpcConfig: { Enabled: true } }),
      'an origin access identity': contentOrigin({
        S3OriginConfig: { OriginAccessIdentity: 'origin-access-identity/cloudfront/X' },
      }),
      'a bucket without origin access control': contentOrigin({ OriginAccessControlId: '' }),
      'an origin in a VPC': contentOrigin({ VpcOriginConfig: {} }),
    };
    const complaints = await Promise.all(
      Object.values(features).map((changes) => complaint(changes)),
    );

    expect(
      Object.keys(features).filter(
        (feature, at) => !complaints[at]?.includes(`enforce ${feature}`),
      ),
    ).toEqual([]);
  });

  it('S-02: refuses an origin access control that does not sign every request', async () => {
    const configs = [
      { SigningBehavior: 'never' },
      { SigningBehavior: 'no-override' },
      { SigningProtocol: 'none' },
      { OriginAccessControlOriginType: 'mediastore' },
    ];
    const signing = {
      SigningBehavior: 'always',
      SigningProtocol: 'sigv4',
      OriginAccessControlOriginType: 's3',
    };
    const complaints = await Promise.all(
      configs.map((config) =>
        complaint(
          {},
          {
            GetOriginAccessControl: {
              OriginAccessControl: { OriginAccessControlConfig: { ...signing, ...config } },
            },
          },
        ),
      ),
    );

    expect(complaints.filter((text) => !text?.includes('must sign every request'))).toEqual([]);
  });

  it("refuses a policy that would send the viewer's Host, or any query to a bucket", async () => {
    expect(await complaint({}, policy('Header', 'whitelist'))).toContain("viewer's Host");
    expect(await complaint({}, policy('QueryString', 'all'))).toContain('GetObject does not cover');
    expect(await complaint({}, policy('QueryString', 'whitelist', ['size']))).toContain(
      'GetObject',
    );
  });

  it('S-11: takes a policy that sends a bucket the disposition of a download alone', async () => {
    const named = (...names: string[]): Promise<string | undefined> =>
      complaint({}, policy('QueryString', 'whitelist', names));
    const disposition = 'response-content-disposition';

    expect(await named(disposition)).toBeUndefined();
    expect(await named(disposition, 'versionId')).toContain('GetObject does not cover');
    expect(await named('response-content-type')).toContain('GetObject does not cover');
  });

  it('refuses a selection that it does not know', async () => {
    expect(await complaint({}, policy('Cookie', 'allButTuesdays'))).toBe(
      'a policy selects "allButTuesdays", which the edge does not know',
    );
  });

  it('refuses a behavior without cache policy, with two functions, or without its origin', async () => {
    const guard = CONTENT_BEHAVIOR.FunctionAssociations.Items[0];
    const response = { ...guard, EventType: 'viewer-response' };

    expect(await complaint(behavior({ CachePolicyId: undefined }))).toContain(
      'a cache policy is needed',
    );
    expect(
      await complaint(behavior({ FunctionAssociations: { Items: [guard, response] } })),
    ).toContain('only one viewer-request function');
    expect(await complaint(behavior({ FunctionAssociations: { Items: [response] } }))).toContain(
      'only one viewer-request function',
    );
    expect(await complaint(behavior({ TargetOriginId: 'gone' }))).toContain(
      'origin does not exist',
    );
  });

  it('refuses a function without published code, and a key that CloudFront would not store', async () => {
    const pems = [
      '',
      'no key',
      generateTestKey('p256', 'K1').privatePem,
      '-----BEGIN PUBLIC KEY-----\nMFww\n-----END PUBLIC KEY-----',
    ];
    const complaints = await Promise.all(
      pems.map((EncodedKey) =>
        complaint({}, { GetPublicKey: { PublicKey: { PublicKeyConfig: { EncodedKey } } } }),
      ),
    );

    expect(complaints.filter((text) => !text?.startsWith('public key K1: '))).toEqual([]);
    expect(complaints.join()).not.toContain('PRIVATE');
    expect(await complaint({}, { GetFunction: {} })).toBe('function guard has no published code');
  });

  it('refuses a distribution without configuration or without default behavior', async () => {
    await expect(read(undefined)).rejects.toThrow('has no configuration');
    expect(await complaint({ DefaultCacheBehavior: undefined })).toContain(
      'no default cache behavior',
    );
  });

  it('limit: no Lambda@Edge yet, and no web ACL: a distribution that has one is not served at all', async () => {
    expect(await complaint(behavior({ LambdaFunctionAssociations: { Items: [{}] } }))).toContain(
      'it serves nothing',
    );
    expect(await complaint({ WebACLId: 'x' })).toContain('it serves nothing');
  });
});
