import type { KeyPairId } from '#core/signing/signer';
import type { TrustedPublicKey } from '#core/verification/trusted-key';

/**
 * The parts of a deployed distribution that the edge needs. They are read through the CloudFront
 * API and never from Terraform's state.
 */
export interface Distribution {
  readonly id: string;
  readonly arn: string;
  readonly domainName: string;
  readonly aliases: readonly string[];
  readonly enabled: boolean;
  /** Whether its access logs contain cookies. The setting is the same for v1 and v2 logs. */
  readonly logsCookies: boolean;
  readonly origins: ReadonlyMap<string, Origin>;
  /** The cache behaviors in their order. The default behavior (`*`) is the last. */
  readonly behaviors: readonly CacheBehavior[];
  readonly errorResponses: readonly ErrorResponse[];
}

/** How long the edge waits for an origin, and how often it tries. */
export interface OriginLimits {
  /** Attempts to get an answer, of which the first is one. */
  readonly connectionAttempts: number;
  readonly connectionSeconds: number;
  /** The time for the head of the answer, and between two parts of it. */
  readonly readSeconds: number;
  /** The time for the whole answer. Undefined if there is no limit. */
  readonly completionSeconds: number | undefined;
}

export interface Origin {
  readonly id: string;
  readonly domainName: string;
  readonly originPath: string;
  readonly kind: 's3' | 'custom';
  readonly customHeaders: Readonly<Record<string, string>>;
  readonly limits: OriginLimits;
}

export interface CacheBehavior {
  readonly pathPattern: string;
  readonly originId: string;
  readonly viewerProtocolPolicy: 'allow-all' | 'https-only' | 'redirect-to-https';
  readonly allowedMethods: readonly string[];
  /**
   * The keys of the trusted key groups. Undefined if the behavior has none and is therefore public.
   */
  readonly trustedKeys: ReadonlyMap<KeyPairId, TrustedPublicKey> | undefined;
  readonly cachePolicy: CachePolicy;
  readonly originRequestPolicy: ForwardedValues;
  readonly responseHeadersPolicy: ResponseHeadersPolicy | undefined;
  readonly viewerRequestFunction: DeployedFunction | undefined;
}

/** A selection of names: none, all, the given ones, or all except the given ones. */
export interface Selection {
  readonly choice: 'none' | 'all' | 'only' | 'allExcept';
  /** In lower case for headers; as written for cookies and query parameters. */
  readonly names: readonly string[];
}

export interface ForwardedValues {
  readonly headers: Selection;
  readonly cookies: Selection;
  readonly queries: Selection;
}

export interface CachePolicy extends ForwardedValues {
  readonly minTtlSeconds: number;
  readonly defaultTtlSeconds: number;
  readonly maxTtlSeconds: number;
}

export interface HeaderRule {
  readonly name: string;
  readonly value: string;
  readonly override: boolean;
}

export interface CorsRule {
  readonly allowOrigins: readonly string[];
  readonly allowCredentials: boolean;
  readonly exposeHeaders: readonly string[];
  readonly override: boolean;
}

export interface ResponseHeadersPolicy {
  readonly headers: readonly HeaderRule[];
  readonly cors: CorsRule | undefined;
  readonly remove: readonly string[];
}

export interface DeployedFunction {
  readonly name: string;
  readonly code: string;
}

export interface ErrorResponse {
  readonly errorCode: number;
  readonly cachingMinTtlSeconds: number;
}

/** Returns true if a selection includes a name. */
export function selects({ choice, names }: Selection, name: string): boolean {
  switch (choice) {
    case 'none':
      return false;
    case 'all':
      return true;
    case 'only':
      return names.includes(name);
    case 'allExcept':
      return !names.includes(name);
  }
}
