import { CloudfrontOriginRequestPolicy } from '@cdktf/provider-aws/lib/cloudfront-origin-request-policy';
import { Construct } from 'constructs';

/** The one cookie that the API sees: which scopes were granted, for reporting and clearing. */
const SCOPES_COOKIE = '__Secure-edgepass-scopes';

/** What `ApiOriginRequestPolicy` is made from. */
export interface ApiOriginRequestPolicyProps {
  readonly environmentName: string;
}

/**
 * What the API sees of a viewer's request: every header but `Host` (which must be the API's own), every
 * query, and only our own cookie. Content cookies stay at the edge.
 */
export class ApiOriginRequestPolicy extends Construct {
  readonly originRequestPolicyId: string;

  constructor(scope: Construct, id: string, { environmentName }: ApiOriginRequestPolicyProps) {
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
