import type { ApiOriginRequestPolicy } from './api-origin-request-policy';
import type { ContentCachePolicy } from './content-cache-policy';
import type { ContentResponseHeaders } from './content-response-headers';
import type { ViewerGuard } from './viewer-guard';

/** Managed policy `CachingDisabled`; the ids of managed policies are constants of CloudFront. */
const CACHING_DISABLED = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad';
/** Managed policy `CachingOptimized`: no cookie, header or query in the key. */
const CACHING_OPTIMIZED = '658327ea-f89d-4fab-a63d-7e88639e58f6';

const READING = ['GET', 'HEAD'];
/** CloudFront has no smaller set with POST and DELETE in it; the function refuses the rest. */
const EVERY_METHOD = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];

/** Ids of the two origins. Access logs and the local edge show them. */
export const ORIGIN_IDS = { content: 'content', api: 'api' } as const;

/** Policies and functions that the behaviors refer to. */
export interface CacheBehaviorParts {
  /** Key group whose signatures open content. */
  readonly keyGroup: { readonly keyGroupId: string };
  /** Function that runs before every read of the bucket. */
  readonly viewerGuard: Pick<ViewerGuard, 'functionArn'>;
  /** Cache policy of private content. */
  readonly cachePolicy: Pick<ContentCachePolicy, 'cachePolicyId'>;
  /** What CloudFront forwards to the API. */
  readonly apiRequestPolicy: Pick<ApiOriginRequestPolicy, 'originRequestPolicyId'>;
  /**
   * Response headers of each kind of content; with `public`, `/public/*` is served to everybody.
   */
  readonly responseHeaders: {
    readonly tenant: HeadersPolicy;
    readonly user: HeadersPolicy;
    readonly public?: HeadersPolicy;
  };
}

type HeadersPolicy = Pick<ContentResponseHeaders, 'responseHeadersPolicyId'>;

/** A behavior as the provider takes it; `pathPattern` is absent on the default behavior only. */
export interface CacheBehavior {
  readonly targetOriginId: string;
  readonly viewerProtocolPolicy: 'https-only';
  readonly allowedMethods: string[];
  readonly cachedMethods: string[];
  readonly cachePolicyId: string;
  readonly originRequestPolicyId?: string;
  readonly responseHeadersPolicyId?: string;
  readonly trustedKeyGroups?: string[];
  readonly functionAssociation?: { readonly eventType: string; readonly functionArn: string }[];
  readonly compress: boolean;
}

/** A behavior with the pattern that selects it. */
export type OrderedCacheBehavior = CacheBehavior & { readonly pathPattern: string };

function guardAssociation({ viewerGuard }: CacheBehaviorParts) {
  return [{ eventType: 'viewer-request', functionArn: viewerGuard.functionArn }];
}

/** Private content: CloudFront checks the signature, the guard checks the path. */
function grantedBehavior(parts: CacheBehaviorParts, headers: HeadersPolicy): CacheBehavior {
  return {
    targetOriginId: ORIGIN_IDS.content,
    // Not redirect-to-https: a request that is redirected has already sent its cookies in clear
    // (S-04).
    viewerProtocolPolicy: 'https-only',
    allowedMethods: READING,
    cachedMethods: READING,
    cachePolicyId: parts.cachePolicy.cachePolicyId,
    responseHeadersPolicyId: headers.responseHeadersPolicyId,
    trustedKeyGroups: [parts.keyGroup.keyGroupId],
    functionAssociation: guardAssociation(parts),
    compress: false,
  };
}

function apiBehavior(parts: CacheBehaviorParts): OrderedCacheBehavior {
  return {
    pathPattern: '/api/*',
    targetOriginId: ORIGIN_IDS.api,
    viewerProtocolPolicy: 'https-only',
    allowedMethods: EVERY_METHOD,
    cachedMethods: READING,
    cachePolicyId: CACHING_DISABLED,
    originRequestPolicyId: parts.apiRequestPolicy.originRequestPolicyId,
    compress: false,
  };
}

function publicBehavior(parts: CacheBehaviorParts, headers: HeadersPolicy): OrderedCacheBehavior {
  return {
    pathPattern: '/public/*',
    targetOriginId: ORIGIN_IDS.content,
    viewerProtocolPolicy: 'https-only',
    allowedMethods: READING,
    cachedMethods: READING,
    cachePolicyId: CACHING_OPTIMIZED,
    responseHeadersPolicyId: headers.responseHeadersPolicyId,
    // Everybody may read here. The guard refuses paths that could also name private content.
    functionAssociation: guardAssociation(parts),
    compress: true,
  };
}

/**
 * The behaviors in the order in which CloudFront tries them. The first match wins, and paths that
 * match nothing fall to the default behavior. The default is therefore as strict as `/t/*`, and the
 * public behavior comes last (C-52).
 */
export function buildCacheBehaviors(parts: CacheBehaviorParts): {
  readonly ordered: OrderedCacheBehavior[];
  readonly default: CacheBehavior;
} {
  const { responseHeaders } = parts;
  const tenant = grantedBehavior(parts, responseHeaders.tenant);
  const user = grantedBehavior(parts, responseHeaders.user);
  return {
    ordered: [
      apiBehavior(parts),
      { pathPattern: '/t/*', ...tenant },
      { pathPattern: '/u/*', ...user },
      ...(responseHeaders.public === undefined
        ? []
        : [publicBehavior(parts, responseHeaders.public)]),
    ],
    default: tenant,
  };
}
