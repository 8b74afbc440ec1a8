import { Construct } from 'constructs';
import { evaluateResourcePolicy } from '#aws/resource-policy';
import { ContentStore } from '#modules/content/content-store';
import { PrivateBucket } from '#modules/content/private-bucket';
import { LogBucket } from '#modules/logs/log-bucket';
import { environmentOf, OWNER, statementsOf, synthesise, synthesiseDelivery } from './synthesised';

const DISTRIBUTION = 'arn:aws:cloudfront::123456789012:distribution/E1EXAMPLE';
const PUBLIC_ACCESS_BLOCKS = {
  block_public_acls: true,
  block_public_policy: true,
  ignore_public_acls: true,
  restrict_public_buckets: true,
};

const minimal = { ...OWNER, part: 'content', retention: 'keep' } as const;

function store(props: Partial<ConstructorParameters<typeof ContentStore>[2]> = {}) {
  let required: ContentStore['requiredStatements'] = {};
  const synthesised = synthesise((stack) => {
    const content = new ContentStore(stack, 'content', { ...OWNER, retention: 'keep', ...props });
    content.allowDistribution({ distributionArn: DISTRIBUTION, publicPrefix: true });
    required = content.requiredStatements;
  });
  return { synthesised, required };
}

describe('private bucket', () => {
  test('minimal, S-01: four public-access blocks, no ACLs, versions, encryption', () => {
    const synthesised = synthesise((stack) => new PrivateBucket(stack, 'content', minimal));
    expect(synthesised.one('aws_s3_bucket_public_access_block')).toMatchObject(
      PUBLIC_ACCESS_BLOCKS,
    );
    expect(synthesised.one('aws_s3_bucket_ownership_controls')).toMatchObject({
      rule: { object_ownership: 'BucketOwnerEnforced' },
    });
    expect(synthesised.one('aws_s3_bucket_versioning')).toMatchObject({
      versioning_configuration: { status: 'Enabled' },
    });
    expect(
      JSON.stringify(synthesised.one('aws_s3_bucket_server_side_encryption_configuration')),
    ).toContain('AES256');
    expect(synthesised.types().filter((type) => type.includes('acl'))).toEqual([]);
  });

  test('S-01: only retention delete lets a bucket go with what is in it', () => {
    const kept = synthesise((stack) => new PrivateBucket(stack, 'content', minimal));
    const thrown = synthesise(
      (stack) => new PrivateBucket(stack, 'content', { ...minimal, retention: 'delete' }),
    );
    expect(kept.one('aws_s3_bucket')).toMatchObject({
      force_destroy: false,
      lifecycle: { prevent_destroy: true },
    });
    expect(thrown.one('aws_s3_bucket')).toMatchObject({ force_destroy: true });
    expect(thrown.text).not.toContain('prevent_destroy');
  });

  test('maximum: KMS key, expiry and Object Lock', () => {
    const synthesised = synthesise(
      (stack) =>
        new PrivateBucket(stack, 'content', {
          ...minimal,
          kmsKeyArn: 'arn:aws:kms:eu-central-1:123456789012:key/1',
          expirationDays: 7,
          objectLock: true,
        }),
    );
    expect(synthesised.one('aws_s3_bucket')).toMatchObject({ object_lock_enabled: true });
    expect(synthesised.text).toContain('"sse_algorithm": "aws:kms"');
    expect(synthesised.one('aws_s3_bucket_lifecycle_configuration')).toMatchObject({
      rule: [
        { expiration: [{ days: 7 }], noncurrent_version_expiration: [{ noncurrent_days: 1 }] },
      ],
    });
  });

  test('S-06: a name ends in a hash of its own and never in -an; region in the origin host', () => {
    const names = ['content', 'logs'].map((part) => {
      const synthesised = synthesise(
        (stack) => new PrivateBucket(stack, 'bucket', { ...minimal, part }),
      );
      return String(synthesised.one('aws_s3_bucket')['bucket']);
    });
    for (const name of names) {
      expect(name).toMatch(/^edgepass-test-(?:content|logs)-123456789012-[0-9a-f]{8}$/);
      expect(name.length).toBeLessThanOrEqual(63);
    }
    expect(new Set(names.map((name) => name.slice(-8))).size).toBe(2);
    const origins = synthesiseDelivery(environmentOf('example')).one('aws_cloudfront_distribution');
    expect(JSON.stringify(origins['origin'])).toContain('bucket_regional_domain_name');
  });
});

describe('log bucket', () => {
  const build = (objectLock: boolean) =>
    synthesise(
      (stack) =>
        new LogBucket(stack, 'logs', {
          ...OWNER,
          retention: 'keep',
          expirationDays: 90,
          objectLock,
        }),
    );

  test('S-14: on request it is locked until it expires', () => {
    expect(build(true).one('aws_s3_bucket_object_lock_configuration')).toMatchObject({
      rule: { default_retention: { mode: 'GOVERNANCE', days: 90 } },
    });
    expect(build(false).types()).not.toContain('aws_s3_bucket_object_lock_configuration');
  });

  test('a bucket that has Object Lock is not replaced when the switch is turned off', () => {
    expect(build(false).one('aws_s3_bucket')).toMatchObject({
      lifecycle: { ignore_changes: ['object_lock_enabled'] },
    });
  });
});

describe('who may read content', () => {
  // The policy evaluator needs real ARNs, so the reference to the bucket is replaced as Terraform
  // would do it.
  const policy = String(store().synthesised.one('aws_s3_bucket_policy')['policy']).replaceAll(
    /\$\{aws_s3_bucket\.[^}]*\.arn\}/g,
    'arn:aws:s3:::bucket',
  );
  const ask = (question: {
    action?: string;
    key?: string;
    sourceArn?: string;
    account?: string;
    secure?: string;
  }) =>
    evaluateResourcePolicy(policy, {
      principal: { kind: 'service', service: 'cloudfront.amazonaws.com' },
      action: question.action ?? 's3:GetObject',
      resource: `arn:aws:s3:::bucket${question.key === undefined ? '' : `/${question.key}`}`,
      context: {
        'aws:sourcearn': question.sourceArn ?? DISTRIBUTION,
        'aws:sourceaccount': question.account ?? '123456789012',
        'aws:securetransport': question.secure ?? 'true',
      },
    });

  test('S-02: this distribution; no other distribution, not even of the same account', () => {
    expect(ask({ key: 't/acme/a.png' })).toBe('allow');
    const other = DISTRIBUTION.replace('E1EXAMPLE', 'E2EXAMPLE');
    expect(ask({ key: 't/acme/a.png', sourceArn: other })).toBe('implicit-deny');
    expect(ask({ key: 't/acme/a.png', sourceArn: `${DISTRIBUTION}0` })).toBe('implicit-deny');
    expect(ask({ key: 't/acme/a.png', sourceArn: '' })).toBe('implicit-deny');
  });

  test.each(['t/a/x', 'u/a/b/x', 'public/x'])('S-03: reads %s', (key) => {
    expect(ask({ key })).toBe('allow');
  });

  test.each(['incoming/t/a/x', 'x', 'T/a/x', 'tx', ''])('S-03: does not read %p', (key) => {
    expect(ask({ key })).toBe('implicit-deny');
  });

  test.each(['s3:PutObject', 's3:DeleteObject', 's3:GetObjectVersion', 's3:PutObjectAcl'])(
    'S-03: no %s on content',
    (action) => {
      expect(ask({ action, key: 't/a/x' })).toBe('implicit-deny');
    },
  );

  test('S-03: no listing, so that a missing object looks like a refused one', () => {
    expect(ask({ action: 's3:ListBucket' })).toBe('implicit-deny');
  });

  test('S-04: nothing without TLS', () => {
    expect(ask({ key: 't/acme/a.png', secure: 'false' })).toBe('explicit-deny');
  });
});

describe('content store', () => {
  test('S-05: a key of ours lets exactly this distribution decrypt, in a resource of its own', () => {
    const { synthesised, required } = store({ encryption: 'kms' });
    const statement = statementsOf(synthesised.one('aws_kms_key_policy')['policy']).find(
      ({ Sid }) => Sid === 'DistributionDecryptsContent',
    );
    expect(statement).toEqual({
      Sid: 'DistributionDecryptsContent',
      Effect: 'Allow',
      Principal: { Service: 'cloudfront.amazonaws.com' },
      Action: 'kms:Decrypt',
      Resource: '*',
      Condition: { StringEquals: { 'AWS:SourceArn': DISTRIBUTION } },
    });
    expect(synthesised.one('aws_kms_key')).not.toHaveProperty('policy');
    expect(required).toEqual({});
  });

  test('a bucket and key of somebody else get no resource of ours, but the statements they need', () => {
    const existingKmsKeyArn = 'arn:aws:kms:eu-central-1:123456789012:key/1';
    const { synthesised, required } = store({
      existingBucket: { name: 'their-bucket', region: 'eu-west-1' },
      existingKmsKeyArn,
    });
    expect(synthesised.json.resource).toBeUndefined();
    expect(Object.keys(required)).toEqual(['arn:aws:s3:::their-bucket', existingKmsKeyArn]);
    expect(required['arn:aws:s3:::their-bucket']).toMatchObject([
      { Action: 's3:GetObject', Condition: { StringEquals: { 'AWS:SourceArn': DISTRIBUTION } } },
    ]);
    expect(required[existingKmsKeyArn]).toMatchObject([{ Action: 'kms:Decrypt' }]);
  });

  test('S-06: the host of an existing bucket names its own region', () => {
    synthesise((stack) => {
      const { bucket } = new ContentStore(stack, 'content', {
        ...OWNER,
        retention: 'keep',
        existingBucket: { name: 'their-bucket', region: 'eu-west-1' },
      });
      expect(bucket.bucketRegionalDomainName).toBe('their-bucket.s3.eu-west-1.amazonaws.com');
      return new Construct(stack, 'nothing');
    });
  });
});
