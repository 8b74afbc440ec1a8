import type { KeyPairId } from '#core/signing/signer';
import type { TrustedPublicKey } from '#core/verification/trusted-key';

/** What the edge needs of a deployed distribution, read through the CloudFront API and never from the state. */
export interface Distribution {
  readonly id: string;
  readonly arn: string;
  readonly domainName: string;
  readonly aliases: readonly string[];
  readonly enabled: boolean;
  /** Whether its access logs hold cookies: one switch for v1 and v2. */
  readonly logsCookies: boolean;
  readonly origins: ReadonlyMap<string, Origin>;
  /** In listed order; the default cache behavior (`*`) is the last. */
  readonly behaviors: readonly CacheBehavior[];
  readonly errorResponses: readonly ErrorResponse[];
}

export interface Origin {
  readonly id: string;
  readonly domainName: string;
  readonly originPath: string;
  readonly kind: 's3' | 'custom';
  readonly customHeaders: Readonly<Record<string, string>>;
}

export interface CacheBehavior {
  readonly pathPattern: string;
  readonly originId: string;
  readonly viewerProtocolPolicy: 'allow-all' | 'https-only' | 'redirect-to-https';
  readonly allowedMethods: readonly string[];
  /** Keys of the trusted key groups; undefined where the behavior has none and so opens to everybody. */
  readonly trustedKeys: ReadonlyMap<KeyPairId, TrustedPublicKey> | undefined;
  readonly cachePolicy: CachePolicy;
  readonly originRequestPolicy: ForwardedValues;
  readonly responseHeadersPolicy: ResponseHeadersPolicy | undefined;
  readonly viewerRequestFunction: DeployedFunction | undefined;
}

/** Which of a kind of value is meant: none, all, the named ones, all but the named ones. */
export interface Selection {
  readonly choice: 'none' | 'all' | 'only' | 'allExcept';
  /** Lower-case for headers, as written for cookies and queries. */
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

/** True when a selection includes a name. */
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
