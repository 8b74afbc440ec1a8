import { CloudfrontCachePolicy } from '@cdktf/provider-aws/lib/cloudfront-cache-policy';
import { Construct } from 'constructs';
import { DISPOSITION_PARAMETER } from '#core/contract/download';
import { resourceName } from '../synthesis/resource-names';

/** How long CloudFront keeps an object, in seconds. */
const CONTENT_SECONDS = { min: 0, default: 300, max: 3600 } as const;

/** What `ContentCachePolicy` is made from. */
export interface ContentCachePolicyProps {
  /** Prefix of the resource's name. */
  readonly environmentName: string;
}

/**
 * The cache policy of content. The cache key is the path and the file name of a download, and no
 * other part of the query, no header and no cookie reaches the origin. A viewer therefore cannot
 * change what is cached for others (C-55, S-11).
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
      comment: `${environmentName}: by path and file name of a download`,
      minTtl: CONTENT_SECONDS.min,
      defaultTtl: CONTENT_SECONDS.default,
      maxTtl: CONTENT_SECONDS.max,
      parametersInCacheKeyAndForwardedToOrigin: {
        cookiesConfig: { cookieBehavior: 'none' },
        headersConfig: { headerBehavior: 'none' },
        queryStringsConfig: {
          queryStringBehavior: 'whitelist',
          queryStrings: { items: [DISPOSITION_PARAMETER] },
        },
        enableAcceptEncodingBrotli: false,
        enableAcceptEncodingGzip: false,
      },
    });
    this.cachePolicyId = this.resource.id;
  }
}
