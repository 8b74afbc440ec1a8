import type { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import {
  type CacheBehavior as ApiBehavior,
  type DefaultCacheBehavior,
  type DistributionConfig,
  GetCachePolicyCommand,
  GetDistributionCommand,
  GetFunctionCommand,
  GetKeyGroupCommand,
  GetOriginAccessControlCommand,
  GetOriginRequestPolicyCommand,
  GetPublicKeyCommand,
  GetResponseHeadersPolicyCommand,
  type Origin as ApiOrigin,
} from '@aws-sdk/client-cloudfront';
import { DISPOSITION_PARAMETER } from '#core/contract/download';
import { type KeyPairId, parseKeyPairId } from '#core/signing/signer';
import { parseTrustedPublicKey, type TrustedPublicKey } from '#core/verification/trusted-key';
import type {
  CacheBehavior,
  CachePolicy,
  DeployedFunction,
  Distribution,
  ForwardedValues,
  Origin,
  OriginLimits,
  ResponseHeadersPolicy,
} from './distribution';
import { type Selection, selects } from './distribution';
import { type ApiValues, NOTHING_FORWARDED, readForwardedValues } from './read-forwarded-values';
import { readResponseHeadersPolicy } from './read-response-headers-policy';
import {
  requireSupportedBehavior,
  requireSupportedDistribution,
  requireSupportedOrigin,
  UnsupportedDistributionError,
} from './unsupported-features';

export { UnsupportedDistributionError } from './unsupported-features';

/** Reads a distribution and everything that it refers to. Each object is read only once. */
export class DistributionReader {
  readonly #client: CloudFrontClient;
  readonly #publicKeys = new Map<string, Promise<TrustedPublicKey>>();

  constructor(client: CloudFrontClient) {
    this.#client = client;
  }

  /**
   * Reads the distribution in its deployed state.
   *
   * @throws UnsupportedDistributionError when it uses a feature that the edge does not enforce
   */
  async read(distributionId: string): Promise<Distribution> {
    const { Distribution: found } = await this.#client.send(
      new GetDistributionCommand({ Id: distributionId }),
    );
    const config = found?.DistributionConfig;
    if (found === undefined || config === undefined) {
      throw new UnsupportedDistributionError(`distribution ${distributionId} has no configuration`);
    }
    requireSupportedDistribution(config);
    const distribution: Distribution = {
      id: distributionId,
      arn: found.ARN ?? '',
      domainName: found.DomainName ?? '',
      aliases: config.Aliases?.Items ?? [],
      enabled: config.Enabled ?? false,
      logsCookies: config.Logging?.IncludeCookies ?? false,
      origins: await this.#readOrigins(config.Origins?.Items ?? []),
      behaviors: await this.#readBehaviors(config),
      errorResponses: (config.CustomErrorResponses?.Items ?? []).map(
        ({ ErrorCode, ErrorCachingMinTTL }) => ({
          errorCode: ErrorCode ?? 0,
          cachingMinTtlSeconds: ErrorCachingMinTTL ?? 10,
        }),
      ),
    };
    distribution.behaviors.forEach((behavior) => {
      requireSupportedForwarding(behavior, distribution.origins.get(behavior.originId));
    });
    return distribution;
  }

  async #readOrigins(origins: readonly ApiOrigin[]): Promise<ReadonlyMap<string, Origin>> {
    const read = await Promise.all(
      origins.map(async (origin) => {
        requireSupportedOrigin(origin);
        await this.#requireSignedAccess(origin);
        return readOrigin(origin);
      }),
    );
    return new Map(read.map((origin) => [origin.id, origin]));
  }

  /**
   * Requires signing behavior `always`. With the other values CloudFront may send unsigned
   * requests, but the bucket policy is evaluated for signed ones.
   */
  async #requireSignedAccess({ Id, OriginAccessControlId }: ApiOrigin): Promise<void> {
    if (OriginAccessControlId === undefined || OriginAccessControlId === '') return;
    const { OriginAccessControl: found } = await this.#client.send(
      new GetOriginAccessControlCommand({ Id: OriginAccessControlId }),
    );
    const config = found?.OriginAccessControlConfig;
    if (
      config?.SigningBehavior === 'always' &&
      config.SigningProtocol === 'sigv4' &&
      config.OriginAccessControlOriginType === 's3'
    )
      return;
    throw new UnsupportedDistributionError(
      `origin ${Id ?? ''}: its origin access control must sign every request to S3 with sigv4`,
    );
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
    requireSupportedBehavior(pathPattern, behavior);
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
  ): Promise<ReadonlyMap<KeyPairId, TrustedPublicKey> | undefined> {
    const groupIds = behavior.TrustedKeyGroups?.Items ?? [];
    if (behavior.TrustedKeyGroups?.Enabled !== true && groupIds.length === 0) return undefined;
    const groups = await Promise.all(
      groupIds.map((Id) => this.#client.send(new GetKeyGroupCommand({ Id }))),
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

  /** Fetches a public key only once, because the key of an id never changes. */
  #readPublicKey(id: string): Promise<TrustedPublicKey> {
    const known = this.#publicKeys.get(id);
    if (known !== undefined) return known;
    const reading = this.#client
      .send(new GetPublicKeyCommand({ Id: id }))
      .then(({ PublicKey }) => parsePublicKey(id, PublicKey?.PublicKeyConfig?.EncodedKey ?? ''));
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
      ...readForwardedValues((config?.ParametersInCacheKeyAndForwardedToOrigin ?? {}) as ApiValues),
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
    return readForwardedValues((found?.OriginRequestPolicyConfig ?? {}) as ApiValues);
  }

  async #readResponseHeadersPolicy(
    id: string | undefined,
  ): Promise<ResponseHeadersPolicy | undefined> {
    if (id === undefined || id === '') return undefined;
    const { ResponseHeadersPolicy: found } = await this.#client.send(
      new GetResponseHeadersPolicyCommand({ Id: id }),
    );
    const config = found?.ResponseHeadersPolicyConfig;
    return config === undefined ? undefined : readResponseHeadersPolicy(config);
  }

  async #readViewerRequestFunction(
    pathPattern: string,
    behavior: ApiBehavior | DefaultCacheBehavior,
  ): Promise<DeployedFunction | undefined> {
    const associations = behavior.FunctionAssociations?.Items ?? [];
    const [association, ...others] = associations;
    if (association === undefined) return undefined;
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

function parsePublicKey(id: string, pem: string): TrustedPublicKey {
  try {
    return parseTrustedPublicKey(pem, { allowTestKeySizes: false });
  } catch (error) {
    const message = error instanceof Error ? error.message : 'it cannot be read';
    throw new UnsupportedDistributionError(`public key ${id}: ${message}`, { cause: error });
  }
}

/** GetObject covers an answer with another disposition, and no other query that is sent here. */
function isHarmlessToBucket({ choice, names }: Selection): boolean {
  return (
    choice === 'none' ||
    (choice === 'only' && names.every((name) => name === DISPOSITION_PARAMETER))
  );
}

/**
 * Refuses settings with which CloudFront would send the origin another request than this edge does.
 */
function requireSupportedForwarding(behavior: CacheBehavior, origin: Origin | undefined): void {
  const { pathPattern, cachePolicy, originRequestPolicy } = behavior;
  const policies = [cachePolicy, originRequestPolicy];
  if (origin === undefined) {
    throw new UnsupportedDistributionError(`behavior ${pathPattern}: its origin does not exist`);
  }
  if (policies.some(({ headers }) => selects(headers, 'host'))) {
    throw new UnsupportedDistributionError(
      `behavior ${pathPattern}: the viewer's Host would reach the origin, which this edge never sends`,
    );
  }
  if (origin.kind === 's3' && policies.some(({ queries }) => !isHarmlessToBucket(queries))) {
    throw new UnsupportedDistributionError(
      `behavior ${pathPattern}: a query can ask S3 for what GetObject does not cover; this edge sends ${DISPOSITION_PARAMETER} alone`,
    );
  }
}

/** @see https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_Origin.html */
const LIMITS_OF_AWS = { connectionAttempts: 3, connectionSeconds: 10, readSeconds: 30 } as const;

/** Emulators leave out what was not set, or say 0. */
function isSet(value: number | undefined): value is number {
  return value !== undefined && value > 0;
}

function readOriginLimits(origin: ApiOrigin): OriginLimits {
  const { ConnectionAttempts, ConnectionTimeout, ResponseCompletionTimeout } = origin;
  const readTimeout = (origin.CustomOriginConfig ?? origin.S3OriginConfig)?.OriginReadTimeout;
  const { connectionAttempts, connectionSeconds, readSeconds } = LIMITS_OF_AWS;
  return {
    connectionAttempts: isSet(ConnectionAttempts) ? ConnectionAttempts : connectionAttempts,
    connectionSeconds: isSet(ConnectionTimeout) ? ConnectionTimeout : connectionSeconds,
    readSeconds: isSet(readTimeout) ? readTimeout : readSeconds,
    completionSeconds: isSet(ResponseCompletionTimeout) ? ResponseCompletionTimeout : undefined,
  };
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
    limits: readOriginLimits(origin),
  };
}
