import type { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import {
  GetCachePolicyCommand,
  GetDistributionCommand,
  GetFunctionCommand,
  GetKeyGroupCommand,
  GetOriginRequestPolicyCommand,
  GetPublicKeyCommand,
  GetResponseHeadersPolicyCommand,
  type CacheBehavior as ApiBehavior,
  type DefaultCacheBehavior,
  type DistributionConfig,
  type Origin as ApiOrigin,
  type ResponseHeadersPolicyConfig,
} from '@aws-sdk/client-cloudfront';
import { parseKeyPairId, type KeyPairId } from '../../core/signing/signer';
import { parseTrustedPublicKey, type TrustedPublicKey } from '../../core/verification/trusted-key';
import type {
  CacheBehavior,
  CachePolicy,
  DeployedFunction,
  Distribution,
  ForwardedValues,
  HeaderRule,
  Origin,
  ResponseHeadersPolicy,
  Selection,
} from './distribution';

const NOTHING: Selection = { choice: 'none', names: [] };
const NOTHING_FORWARDED: ForwardedValues = { headers: NOTHING, cookies: NOTHING, queries: NOTHING };

/** A deployed distribution that the edge cannot enforce; it refuses to serve rather than to guess. */
export class UnsupportedDistributionError extends Error {
  override readonly name = 'UnsupportedDistributionError';
}

interface ApiValues {
  readonly HeadersConfig?: {
    readonly HeaderBehavior: string | undefined;
    readonly Headers?: ApiNames;
  };
  readonly CookiesConfig?: {
    readonly CookieBehavior: string | undefined;
    readonly Cookies?: ApiNames;
  };
  readonly QueryStringsConfig?: {
    readonly QueryStringBehavior: string | undefined;
    readonly QueryStrings?: ApiNames;
  };
}
type ApiNames = { readonly Items?: readonly string[] | undefined } | undefined;

function selection(behavior: string | undefined, names: ApiNames): Selection {
  const items = names?.Items ?? [];
  switch (behavior) {
    case undefined:
    case 'none':
      return NOTHING;
    case 'all':
    case 'allViewer':
      return { choice: 'all', names: [] };
    case 'whitelist':
      return { choice: 'only', names: items };
    case 'allExcept':
      return { choice: 'allExcept', names: items };
    default:
      throw new UnsupportedDistributionError(
        `a policy selects "${behavior}", which the edge does not know`,
      );
  }
}

function forwardedValues(values: ApiValues): ForwardedValues {
  const { HeadersConfig: headers, CookiesConfig: cookies, QueryStringsConfig: queries } = values;
  const lowerCase = { Items: headers?.Headers?.Items?.map((name) => name.toLowerCase()) };
  return {
    headers: selection(headers?.HeaderBehavior, lowerCase),
    cookies: selection(cookies?.CookieBehavior, cookies?.Cookies),
    queries: selection(queries?.QueryStringBehavior, queries?.QueryStrings),
  };
}

/** Reads one distribution and everything it refers to; each referred thing once. */
export class DistributionReader {
  readonly #client: CloudFrontClient;
  readonly #publicKeys = new Map<string, Promise<TrustedPublicKey>>();

  constructor(client: CloudFrontClient) {
    this.#client = client;
  }

  /**
   * Reads the distribution as it is deployed now.
   *
   * @throws UnsupportedDistributionError when it uses something that the edge does not enforce.
   */
  async read(distributionId: string): Promise<Distribution> {
    const { Distribution: found } = await this.#client.send(
      new GetDistributionCommand({ Id: distributionId }),
    );
    const config = found?.DistributionConfig;
    if (found === undefined || config === undefined) {
      throw new UnsupportedDistributionError(`distribution ${distributionId} has no configuration`);
    }
    return {
      id: distributionId,
      arn: found.ARN ?? '',
      domainName: found.DomainName ?? '',
      aliases: config.Aliases?.Items ?? [],
      enabled: config.Enabled ?? false,
      defaultRootObject: config.DefaultRootObject ?? '',
      origins: new Map(
        (config.Origins?.Items ?? []).map((origin) => [origin.Id ?? '', readOrigin(origin)]),
      ),
      behaviors: await this.#readBehaviors(config),
      errorResponses: (config.CustomErrorResponses?.Items ?? []).map(
        ({ ErrorCode, ErrorCachingMinTTL }) => ({
          errorCode: ErrorCode ?? 0,
          cachingMinTtlSeconds: ErrorCachingMinTTL ?? 10,
        }),
      ),
    };
  }

  #readBehaviors(config: DistributionConfig): Promise<CacheBehavior[]> {
    const listed = (config.CacheBehaviors?.Items ?? []).map((behavior) =>
      this.#readBehavior(behavior.PathPattern ?? '', behavior),
    );
    if (config.DefaultCacheBehavior === undefined) {
      throw new UnsupportedDistributionError('the distribution has no default cache behavior');
    }
    return Promise.all([...listed, this.#readBehavior('*', config.DefaultCacheBehavior)]);
  }

  async #readBehavior(
    pathPattern: string,
    behavior: ApiBehavior | DefaultCacheBehavior,
  ): Promise<CacheBehavior> {
    if (
      behavior.TrustedSigners?.Enabled === true ||
      (behavior.LambdaFunctionAssociations?.Quantity ?? 0) > 0
    ) {
      throw new UnsupportedDistributionError(
        `behavior ${pathPattern}: trusted signers and Lambda@Edge are not enforced by this edge`,
      );
    }
    const [
      trustedKeys,
      cachePolicy,
      originRequestPolicy,
      responseHeadersPolicy,
      viewerRequestFunction,
    ] = await Promise.all([
      this.#readTrustedKeys(behavior),
      this.#readCachePolicy(pathPattern, behavior.CachePolicyId),
      this.#readOriginRequestPolicy(behavior.OriginRequestPolicyId),
      this.#readResponseHeadersPolicy(behavior.ResponseHeadersPolicyId),
      this.#readViewerRequestFunction(pathPattern, behavior),
    ]);
    return {
      pathPattern,
      originId: behavior.TargetOriginId ?? '',
      viewerProtocolPolicy: behavior.ViewerProtocolPolicy ?? 'https-only',
      allowedMethods: behavior.AllowedMethods?.Items ?? ['GET', 'HEAD'],
      trustedKeys,
      cachePolicy,
      originRequestPolicy,
      responseHeadersPolicy,
      viewerRequestFunction,
    };
  }

  async #readTrustedKeys(
    behavior: ApiBehavior | DefaultCacheBehavior,
  ): Promise<ReadonlyMap<KeyPairId, TrustedPublicKey> | null> {
    if (behavior.TrustedKeyGroups?.Enabled !== true) return null;
    const groups = await Promise.all(
      (behavior.TrustedKeyGroups.Items ?? []).map((Id) =>
        this.#client.send(new GetKeyGroupCommand({ Id })),
      ),
    );
    const ids = groups.flatMap(({ KeyGroup }) => KeyGroup?.KeyGroupConfig?.Items ?? []);
    return new Map(
      await Promise.all(
        ids.map(async (id): Promise<[KeyPairId, TrustedPublicKey]> => [
          parseKeyPairId(id),
          await this.#readPublicKey(id),
        ]),
      ),
    );
  }

  /** A public key never changes under its id, so it is fetched once. */
  #readPublicKey(id: string): Promise<TrustedPublicKey> {
    const known = this.#publicKeys.get(id);
    if (known !== undefined) return known;
    const reading = this.#client.send(new GetPublicKeyCommand({ Id: id })).then(({ PublicKey }) =>
      parseTrustedPublicKey(PublicKey?.PublicKeyConfig?.EncodedKey ?? '', {
        allowTestKeySizes: false,
      }),
    );
    this.#publicKeys.set(id, reading);
    reading.catch(() => this.#publicKeys.delete(id));
    return reading;
  }

  async #readCachePolicy(pathPattern: string, id: string | undefined): Promise<CachePolicy> {
    if (id === undefined || id === '') {
      throw new UnsupportedDistributionError(`behavior ${pathPattern}: a cache policy is needed`);
    }
    const { CachePolicy: found } = await this.#client.send(new GetCachePolicyCommand({ Id: id }));
    const config = found?.CachePolicyConfig;
    return {
      ...forwardedValues((config?.ParametersInCacheKeyAndForwardedToOrigin ?? {}) as ApiValues),
      minTtlSeconds: config?.MinTTL ?? 0,
      defaultTtlSeconds: config?.DefaultTTL ?? 86_400,
      maxTtlSeconds: config?.MaxTTL ?? 31_536_000,
    };
  }

  async #readOriginRequestPolicy(id: string | undefined): Promise<ForwardedValues> {
    if (id === undefined || id === '') return NOTHING_FORWARDED;
    const { OriginRequestPolicy: found } = await this.#client.send(
      new GetOriginRequestPolicyCommand({ Id: id }),
    );
    return forwardedValues((found?.OriginRequestPolicyConfig ?? {}) as ApiValues);
  }

  async #readResponseHeadersPolicy(id: string | undefined): Promise<ResponseHeadersPolicy | null> {
    if (id === undefined || id === '') return null;
    const { ResponseHeadersPolicy: found } = await this.#client.send(
      new GetResponseHeadersPolicyCommand({ Id: id }),
    );
    const config = found?.ResponseHeadersPolicyConfig;
    return config === undefined ? null : responseHeadersPolicy(config);
  }

  async #readViewerRequestFunction(
    pathPattern: string,
    behavior: ApiBehavior | DefaultCacheBehavior,
  ): Promise<DeployedFunction | null> {
    const associations = behavior.FunctionAssociations?.Items ?? [];
    const [association, ...others] = associations;
    if (association === undefined) return null;
    if (others.length > 0 || association.EventType !== 'viewer-request') {
      throw new UnsupportedDistributionError(
        `behavior ${pathPattern}: only one viewer-request function is run`,
      );
    }
    const name = (association.FunctionARN ?? '').split('/').at(-1) ?? '';
    const { FunctionCode } = await this.#client.send(
      new GetFunctionCommand({ Name: name, Stage: 'LIVE' }),
    );
    if (FunctionCode === undefined) {
      throw new UnsupportedDistributionError(`function ${name} has no published code`);
    }
    return { name, code: Buffer.from(FunctionCode).toString('utf8') };
  }
}

function readOrigin(origin: ApiOrigin): Origin {
  const headers = origin.CustomHeaders?.Items ?? [];
  return {
    id: origin.Id ?? '',
    domainName: origin.DomainName ?? '',
    originPath: origin.OriginPath ?? '',
    kind: origin.CustomOriginConfig === undefined ? 's3' : 'custom',
    customHeaders: Object.fromEntries(
      headers.map(({ HeaderName, HeaderValue }) => [
        (HeaderName ?? '').toLowerCase(),
        HeaderValue ?? '',
      ]),
    ),
    signed: (origin.OriginAccessControlId ?? '') !== '',
  };
}

function securityHeaders(config: ResponseHeadersPolicyConfig): HeaderRule[] {
  const security = config.SecurityHeadersConfig;
  const rule = (
    name: string,
    found: { Override: boolean | undefined } | undefined,
    value?: string,
  ): HeaderRule[] =>
    found === undefined || value === undefined
      ? []
      : [{ name, value, override: found.Override ?? false }];
  const transport = security?.StrictTransportSecurity;
  const transportValue = [
    `max-age=${transport?.AccessControlMaxAgeSec ?? 0}`,
    ...(transport?.IncludeSubdomains === true ? ['includeSubDomains'] : []),
    ...(transport?.Preload === true ? ['preload'] : []),
  ].join('; ');
  return [
    ...rule('strict-transport-security', transport, transportValue),
    ...rule('x-content-type-options', security?.ContentTypeOptions, 'nosniff'),
    ...rule('x-frame-options', security?.FrameOptions, security?.FrameOptions?.FrameOption),
    ...rule('referrer-policy', security?.ReferrerPolicy, security?.ReferrerPolicy?.ReferrerPolicy),
    ...rule(
      'content-security-policy',
      security?.ContentSecurityPolicy,
      security?.ContentSecurityPolicy?.ContentSecurityPolicy,
    ),
  ];
}

function responseHeadersPolicy(config: ResponseHeadersPolicyConfig): ResponseHeadersPolicy {
  const cors = config.CorsConfig;
  const custom = (config.CustomHeadersConfig?.Items ?? []).map(({ Header, Value, Override }) => ({
    name: (Header ?? '').toLowerCase(),
    value: Value ?? '',
    override: Override ?? false,
  }));
  return {
    headers: [...securityHeaders(config), ...custom],
    cors:
      cors === undefined
        ? null
        : {
            allowOrigins: cors.AccessControlAllowOrigins?.Items ?? [],
            allowCredentials: cors.AccessControlAllowCredentials ?? false,
            exposeHeaders: cors.AccessControlExposeHeaders?.Items ?? [],
            override: cors.OriginOverride ?? false,
          },
    remove: (config.RemoveHeadersConfig?.Items ?? []).map(({ Header }) =>
      (Header ?? '').toLowerCase(),
    ),
  };
}
