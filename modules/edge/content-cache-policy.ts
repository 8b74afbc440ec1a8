import { CloudfrontCachePolicy } from '@cdktf/provider-aws/lib/cloudfront-cache-policy';
import { Construct } from 'constructs';

const CONTENT_SECONDS = { min: 0, default: 300, max: 3600 } as const;

/** What `ContentCachePolicy` is made from. */
export interface ContentCachePolicyProps {
  readonly environmentName: string;
}

/**
 * Content is cached by its path alone: no header, cookie or query reaches the key or the origin, so
 * nothing that a viewer adds can choose or change what is stored (C-55, S-11).
 */
export class ContentCachePolicy extends Construct {
  readonly cachePolicyId: string;

  constructor(scope: Construct, id: string, { environmentName }: ContentCachePolicyProps) {
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
