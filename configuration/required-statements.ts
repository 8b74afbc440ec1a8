/** One Allow statement of a bucket or key policy, in AWS's own member names. */
export interface RequiredStatement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Principal: { readonly Service: string };
  readonly Action: string;
  readonly Resource: string | readonly string[];
  readonly Condition: { readonly StringEquals: Readonly<Record<string, string>> };
}

/** Prefixes that the distribution may read, in the order of its behaviors. */
const CONTENT_PREFIXES = ['t', 'u'] as const;

/** Whose objects, for which distribution. */
export interface ContentReadInput {
  readonly bucketArn: string;
  readonly distributionArn: string;
  /** Whether `public/` is served as well. */
  readonly publicPrefix: boolean;
}

/**
 * The statement that lets one distribution read content, and nothing else (S-02, S-03): no list, so a
 * missing object answers 403; no write, no delete.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
 */
export function contentReadStatement(input: ContentReadInput): RequiredStatement {
  const prefixes = [...CONTENT_PREFIXES, ...(input.publicPrefix ? ['public'] : [])];
  return {
    Sid: 'DistributionReadsContent',
    Effect: 'Allow',
    Principal: { Service: 'cloudfront.amazonaws.com' },
    Action: 's3:GetObject',
    Resource: prefixes.map((prefix) => `${input.bucketArn}/${prefix}/*`),
    Condition: { StringEquals: { 'AWS:SourceArn': input.distributionArn } },
  };
}

/**
 * The statement that an encryption key's policy needs, so that the distribution can read what the key
 * encrypts (S-05). `Resource` is the key itself, as in every key policy.
 */
export function contentDecryptStatement(distributionArn: string): RequiredStatement {
  return {
    Sid: 'DistributionDecryptsContent',
    Effect: 'Allow',
    Principal: { Service: 'cloudfront.amazonaws.com' },
    Action: 'kms:Decrypt',
    Resource: '*',
    Condition: { StringEquals: { 'AWS:SourceArn': distributionArn } },
  };
}
