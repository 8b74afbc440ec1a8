/** A quota of an AWS account that an environment uses up. */
export interface AccountQuota {
  /** What is counted, as AWS names it. */
  readonly name: string;
  /** How many an account may have unless AWS raised the quota. */
  readonly defaultMax: number;
  /** Terraform type of what is counted. */
  readonly resourceType: string;
  /**
   * How many more must be free for the next change: a replacement is created before the old
   * resource is deleted.
   */
  readonly spare: 0 | 1;
  /** Page of AWS with the quota. */
  readonly source: string;
}

const CLOUDFRONT =
  'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html';
const LOGS = 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html';

/** The quotas of which an environment needs a share, and which are small enough to be reached. */
export const ACCOUNT_QUOTAS = {
  publicKeys: {
    name: 'CloudFront public keys',
    defaultMax: 10,
    resourceType: 'aws_cloudfront_public_key',
    spare: 1,
    source: CLOUDFRONT,
  },
  keyGroups: {
    name: 'CloudFront key groups',
    defaultMax: 10,
    resourceType: 'aws_cloudfront_key_group',
    spare: 1,
    source: CLOUDFRONT,
  },
  cachePolicies: {
    name: 'CloudFront cache policies',
    defaultMax: 20,
    resourceType: 'aws_cloudfront_cache_policy',
    spare: 1,
    source: CLOUDFRONT,
  },
  originRequestPolicies: {
    name: 'CloudFront origin request policies',
    defaultMax: 20,
    resourceType: 'aws_cloudfront_origin_request_policy',
    spare: 1,
    source: CLOUDFRONT,
  },
  responseHeadersPolicies: {
    name: 'CloudFront response headers policies',
    defaultMax: 20,
    resourceType: 'aws_cloudfront_response_headers_policy',
    spare: 1,
    source: CLOUDFRONT,
  },
  functions: {
    name: 'CloudFront functions',
    defaultMax: 100,
    resourceType: 'aws_cloudfront_function',
    spare: 1,
    source: CLOUDFRONT,
  },
  originAccessControls: {
    name: 'CloudFront origin access controls',
    defaultMax: 100,
    resourceType: 'aws_cloudfront_origin_access_control',
    spare: 1,
    source: CLOUDFRONT,
  },
  distributions: {
    name: 'CloudFront distributions',
    defaultMax: 500,
    resourceType: 'aws_cloudfront_distribution',
    spare: 0,
    source: CLOUDFRONT,
  },
  logResourcePolicies: {
    name: 'CloudWatch Logs resource policies in us-east-1',
    defaultMax: 10,
    resourceType: 'aws_cloudwatch_log_resource_policy',
    spare: 0,
    source: LOGS,
  },
} as const satisfies Readonly<Record<string, AccountQuota>>;

/** The key of a quota in `ACCOUNT_QUOTAS`. */
export type AccountQuotaId = keyof typeof ACCOUNT_QUOTAS;
