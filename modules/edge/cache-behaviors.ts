/** Managed policy `CachingDisabled`; the ids of managed policies are constants of CloudFront. */
const CACHING_DISABLED = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad';
/** Managed policy `CachingOptimized`: no cookie, header or query in the key. */
const CACHING_OPTIMIZED = '658327ea-f89d-4fab-a63d-7e88639e58f6';

const READING = ['GET', 'HEAD'];
/** CloudFront has no smaller set with POST and DELETE in it; the function refuses the rest. */
const EVERY_METHOD = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];

/** Ids of what the behaviors refer to. */
export interface CacheBehaviorParts {
  readonly contentOriginId: string;
  readonly apiOriginId: string;
  readonly keyGroupId: string;
  readonly viewerGuardArn: string;
  readonly contentCachePolicyId: string;
  readonly apiOriginRequestPolicyId: string;
  readonly tenantHeadersPolicyId: string;
  readonly userHeadersPolicyId: string;
  /** @default - no behavior for `/public/*` */
  readonly publicHeadersPolicyId?: string;
}

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

/** Content that only a grant opens: signature by the key group, path hygiene by the guard. */
function grantedBehavior(parts: CacheBehaviorParts, headersPolicyId: string): CacheBehavior {
  return {
    targetOriginId: parts.contentOriginId,
    // Not redirect-to-https: the request that is redirected has already shown its cookies (S-04).
    viewerProtocolPolicy: 'https-only',
    allowedMethods: READING,
    cachedMethods: READING,
    cachePolicyId: parts.contentCachePolicyId,
    responseHeadersPolicyId: headersPolicyId,
    trustedKeyGroups: [parts.keyGroupId],
    functionAssociation: [{ eventType: 'viewer-request', functionArn: parts.viewerGuardArn }],
    compress: false,
  };
}

function apiBehavior(parts: CacheBehaviorParts): OrderedCacheBehavior {
  return {
    pathPattern: '/api/*',
    targetOriginId: parts.apiOriginId,
    viewerProtocolPolicy: 'https-only',
    allowedMethods: EVERY_METHOD,
    cachedMethods: READING,
    cachePolicyId: CACHING_DISABLED,
    originRequestPolicyId: parts.apiOriginRequestPolicyId,
    compress: false,
  };
}

function publicBehavior(
  parts: CacheBehaviorParts,
  responseHeadersPolicyId: string,
): OrderedCacheBehavior {
  return {
    pathPattern: '/public/*',
    targetOriginId: parts.contentOriginId,
    viewerProtocolPolicy: 'https-only',
    allowedMethods: READING,
    cachedMethods: READING,
    cachePolicyId: CACHING_OPTIMIZED,
    responseHeadersPolicyId,
    // Anybody may read here, but only what is here: a path that could also name private content is refused.
    functionAssociation: [{ eventType: 'viewer-request', functionArn: parts.viewerGuardArn }],
    compress: true,
  };
}

/**
 * The behaviors in the order in which CloudFront tries them. The first match wins and odd paths fall to
 * the default, so the default is as strict as `/t/*` and the public one comes last (C-52).
 */
export function buildCacheBehaviors(parts: CacheBehaviorParts): {
  readonly ordered: OrderedCacheBehavior[];
  readonly default: CacheBehavior;
} {
  const { publicHeadersPolicyId } = parts;
  const tenant = grantedBehavior(parts, parts.tenantHeadersPolicyId);
  const user = grantedBehavior(parts, parts.userHeadersPolicyId);
  return {
    ordered: [
      apiBehavior(parts),
      { pathPattern: '/t/*', ...tenant },
      { pathPattern: '/u/*', ...user },
      ...(publicHeadersPolicyId === undefined
        ? []
        : [publicBehavior(parts, publicHeadersPolicyId)]),
    ],
    default: tenant,
  };
}
