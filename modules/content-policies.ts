import { CloudfrontCachePolicy } from '@cdktf/provider-aws/lib/cloudfront-cache-policy';
import { CloudfrontOriginAccessControl } from '@cdktf/provider-aws/lib/cloudfront-origin-access-control';
import { CloudfrontOriginRequestPolicy } from '@cdktf/provider-aws/lib/cloudfront-origin-request-policy';
import { Construct } from 'constructs';

const CONTENT_SECONDS = { min: 0, default: 300, max: 3600 } as const;

/** The one cookie that the API sees: which scopes were granted, for reporting and clearing. */
const SCOPES_COOKIE = '__Secure-edgepass-scopes';

/** What `EnvironmentName` is made from. */
export interface EnvironmentNameProps {
  readonly environmentName: string;
}

/** How CloudFront signs its requests to the bucket: always, whatever the viewer sent. */
export class OriginAccess extends Construct {
  readonly originAccessControlId: string;

  constructor(scope: Construct, id: string, { environmentName }: EnvironmentNameProps) {
    super(scope, id);
    this.originAccessControlId = new CloudfrontOriginAccessControl(this, 'control', {
      name: `${environmentName}-content`,
      description: `${environmentName}: the distribution reads the content bucket`,
      originAccessControlOriginType: 's3',
      signingBehavior: 'always',
      signingProtocol: 'sigv4',
    }).id;
  }
}

/**
 * Content is cached by its path alone: no header, cookie or query reaches the key or the origin, so
 * nothing that a viewer adds can choose or change what is stored (C-55, S-11).
 */
export class ContentCachePolicy extends Construct {
  readonly cachePolicyId: string;

  constructor(scope: Construct, id: string, { environmentName }: EnvironmentNameProps) {
    super(scope, id);
    this.cachePolicyId = new CloudfrontCachePolicy(this, 'policy', {
      name: `${environmentName}-content`,
      comment: `${environmentName}: by path alone`,
      minTtl: CONTENT_SECONDS.min,
      defaultTtl: CONTENT_SECONDS.default,
      maxTtl: CONTENT_SECONDS.max,
      parametersInCacheKeyAndForwardedToOrigin: {
        cookiesConfig: { cookieBehavior: 'none' },
        headersConfig: { headerBehavior: 'none' },
        queryStringsConfig: { queryStringBehavior: 'none' },
        enableAcceptEncodingBrotli: false,
        enableAcceptEncodingGzip: false,
      },
    }).id;
  }
}

/**
 * What the API sees of a viewer's request: every header but `Host` (which must be the API's own), every
 * query, and only our own cookie. Content cookies stay at the edge.
 */
export class ApiOriginRequestPolicy extends Construct {
  readonly originRequestPolicyId: string;

  constructor(scope: Construct, id: string, { environmentName }: EnvironmentNameProps) {
    super(scope, id);
    this.originRequestPolicyId = new CloudfrontOriginRequestPolicy(this, 'policy', {
      name: `${environmentName}-api`,
      comment: `${environmentName}: all headers but Host, our scopes cookie`,
      headersConfig: { headerBehavior: 'allExcept', headers: { items: ['Host'] } },
      queryStringsConfig: { queryStringBehavior: 'all' },
      cookiesConfig: { cookieBehavior: 'whitelist', cookies: { items: [SCOPES_COOKIE] } },
    }).id;
  }
}
