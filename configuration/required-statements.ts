/** One Allow statement of a bucket policy or key policy, with the member names of AWS. */
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

/** The bucket and the distribution that a statement is for. */
export interface ContentReadInput {
  readonly bucketArn: string;
  readonly distributionArn: string;
  /** Whether the distribution also serves `public/`. */
  readonly publicPrefix: boolean;
}

/**
 * Builds the statement that lets one distribution read content and do nothing else (S-02, S-03). It
 * may not list the bucket, so S3 answers 403 for a missing object. It may not write or delete.
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
 * Builds the statement for the policy of an encryption key, with which the distribution can read
 * the encrypted objects (S-05). `Resource` is `*`, which in a key policy means the key itself.
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
