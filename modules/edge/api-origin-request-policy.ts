import { CloudfrontOriginRequestPolicy } from '@cdktf/provider-aws/lib/cloudfront-origin-request-policy';
import { Construct } from 'constructs';
import { SCOPES_COOKIE_NAME } from '#core/contract/session-api';
import { resourceName } from '../synthesis/resource-names';

/** What `ApiOriginRequestPolicy` is made from. */
export interface ApiOriginRequestPolicyProps {
  /** Prefix of the resource's name. */
  readonly environmentName: string;
}

/**
 * The origin request policy of the API: CloudFront forwards every header but `Host` (API Gateway
 * needs its own), every query, and of the cookies only ours. Signed cookies stay at the edge.
 *
 * @example
 * const requestPolicy = new ApiOriginRequestPolicy(stack, 'api-request', {
 *   environmentName: 'production',
 * });
 */
export class ApiOriginRequestPolicy extends Construct {
  /** The underlying origin request policy. */
  readonly resource: CloudfrontOriginRequestPolicy;
  /** Id that a cache behavior names. */
  readonly originRequestPolicyId: string;

  constructor(scope: Construct, id: string, { environmentName }: ApiOriginRequestPolicyProps) {
    super(scope, id);
    this.resource = new CloudfrontOriginRequestPolicy(this, 'policy', {
      name: resourceName(environmentName, 'api'),
      lifecycle: { createBeforeDestroy: true },
      comment: `${environmentName}: all headers but Host, our scopes cookie`,
      headersConfig: { headerBehavior: 'allExcept', headers: { items: ['Host'] } },
      queryStringsConfig: { queryStringBehavior: 'all' },
      cookiesConfig: { cookieBehavior: 'whitelist', cookies: { items: [SCOPES_COOKIE_NAME] } },
    });
    this.originRequestPolicyId = this.resource.id;
  }
}
