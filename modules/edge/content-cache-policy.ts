import { CloudfrontCachePolicy } from '@cdktf/provider-aws/lib/cloudfront-cache-policy';
import { Construct } from 'constructs';
import { resourceName } from '../synthesis/resource-names';

/** How long CloudFront keeps an object, in seconds. */
const CONTENT_SECONDS = { min: 0, default: 300, max: 3600 } as const;

/** What `ContentCachePolicy` is made from. */
export interface ContentCachePolicyProps {
  /** Prefix of the resource's name. */
  readonly environmentName: string;
}

/**
 * The cache policy of content. The cache key is the path alone, and no header, cookie or query
 * reaches the origin. A viewer therefore cannot change what is cached (C-55, S-11).
 *
 * @example
 * const cachePolicy = new ContentCachePolicy(stack, 'cache', { environmentName: 'production' });
 */
export class ContentCachePolicy extends Construct {
  /** The underlying cache policy. */
  readonly resource: CloudfrontCachePolicy;
  /** Id that a cache behavior names. */
  readonly cachePolicyId: string;

  constructor(scope: Construct, id: string, { environmentName }: ContentCachePolicyProps) {
    super(scope, id);
    this.resource = new CloudfrontCachePolicy(this, 'policy', {
      name: resourceName(environmentName, 'content'),
      lifecycle: { createBeforeDestroy: true },
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
    });
    this.cachePolicyId = this.resource.id;
  }
}
