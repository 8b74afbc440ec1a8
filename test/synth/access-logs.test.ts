import { LOG_FIELDS, TRAFFIC_FIELDS } from '#analytics/fields';
import { evaluateResourcePolicy } from '#aws/resource-policy';
import { ConfigurationError } from '#configuration/configuration-error';
import { requireCookieSwitch } from '#configuration/cookie-switch';
import type { Environment } from '#configuration/environment';
import { ContentDistribution } from '#modules/edge/content-distribution';
import { LogBucket } from '#modules/logs/log-bucket';
import {
  type Block,
  changedEnvironment,
  environmentOf,
  OWNER,
  statementsOf,
  synthesise,
  synthesiseDelivery,
} from './synthesised';

const SOURCE = 'arn:aws:logs:us-east-1:123456789012:delivery-source:edgepass-test-access-logs';
const EVIDENCE = { confirmNoParentDomainCookies: true };
const V1_WITH_COOKIES = { includeCookies: true, confirmNoParentDomainCookies: true };

const withLogs = (logs: Record<string, unknown>): Environment =>
  changedEnvironment('example', (document) => {
    document['logs'] = logs;
  });

const example = synthesiseDelivery(environmentOf('example'));
const maximum = synthesiseDelivery(withLogs({ evidence: EVIDENCE, v1: V1_WITH_COOKIES }));

describe('deliveries of access logs', () => {
  const [delivery = {}] = example.all('aws_cloudwatch_log_delivery');

  test('minimal: one source, one Parquet delivery, all made in us-east-1', () => {
    const source = example.one('aws_cloudwatch_log_delivery_source');
    const destination = example.one('aws_cloudwatch_log_delivery_destination');
    expect(source).toMatchObject({ name: 'edgepass-example-access-logs', log_type: 'ACCESS_LOGS' });
    expect(destination).toMatchObject({ output_format: 'parquet' });
    for (const block of [source, destination, delivery]) expect(block['provider']).toBe('aws.edge');
  });

  test('L-05: the delivery asks for exactly the fields of the table, in its order, and no credential', () => {
    const fields = delivery['record_fields'] as string[];
    expect(fields).toEqual(TRAFFIC_FIELDS.map(({ name }) => name));
    for (const secret of ['cs(Cookie)', 'cs-uri-query']) expect(fields).not.toContain(secret);
    expect(fields).toContain('viewer-request-log-data');
  });

  test('beside those of v1 the delivery asks for no field that AWS does not list: it would be refused', () => {
    const listed = [
      'timestamp(ms)',
      'origin-fbl',
      'origin-lbl',
      'asn',
      'c-country',
      'cache-behavior-path-pattern',
      'viewer-request-log-data',
      'viewer-response-log-data',
    ];
    const v2Only = LOG_FIELDS.filter(({ v1Position }) => v1Position === undefined);
    expect(listed).toEqual(expect.arrayContaining(v2Only.map(({ name }) => name)));
  });

  test('objects lie where the tables look: a prefix in the ARN, no AWSLogs/, no name=value folders', () => {
    const { delivery_destination_configuration: to } = example.one(
      'aws_cloudwatch_log_delivery_destination',
    );
    expect(JSON.stringify(to)).toMatch(/\.arn}\/traffic"/);
    expect(delivery['s3_delivery_configuration']).toEqual([
      {
        suffix_path: '{distributionid}/{yyyy}/{MM}/{dd}/{HH}',
        enable_hive_compatible_path: false,
      },
    ]);
  });

  test('S-16: a delivery waits for the policy that lets it write; no v1, no ACL', () => {
    expect(JSON.stringify(delivery['depends_on'])).toContain(
      'aws_s3_bucket_policy.logs_bucket_access',
    );
    expect(example.one('aws_cloudfront_distribution')).not.toHaveProperty('logging_config');
    expect(example.types()).not.toContain('aws_s3_bucket_acl');
  });

  test('maximum: the deliveries of one source are made one after the other', () => {
    const evidence = maximum.holding('aws_cloudwatch_log_delivery', 'cs(Cookie)');
    expect(JSON.stringify(evidence['depends_on'])).toContain('aws_cloudwatch_log_delivery.');
    expect(maximum.all('aws_cloudwatch_log_delivery_source')).toHaveLength(1);
  });

  test('maximum: a delivery goes before its source goes, and comes back with it', () => {
    const [source] = Object.keys(maximum.json.resource['aws_cloudwatch_log_delivery_source'] ?? {});
    const deliveries = maximum.all('aws_cloudwatch_log_delivery');
    expect(deliveries).toHaveLength(2);
    for (const { lifecycle } of deliveries) {
      // A reference to the name alone would not change when the source is replaced.
      expect(lifecycle).toEqual({
        replace_triggered_by: [`aws_cloudwatch_log_delivery_source.${source}.arn`],
      });
    }
  });
});

describe('S-16: who may write logs', () => {
  const bucket = synthesise(
    (stack) => new LogBucket(stack, 'logs', { ...OWNER, retention: 'keep', expirationDays: 90 }),
  );
  const policy = String(bucket.one('aws_s3_bucket_policy')['policy']).replaceAll(
    /\$\{aws_s3_bucket\.[^}]*\.arn\}/g,
    'arn:aws:s3:::logs',
  );
  interface Question {
    key?: string;
    action?: string;
    service?: string;
    context?: Readonly<Record<string, string>>;
  }
  const ask = ({ key, action, service, context }: Question = {}) =>
    evaluateResourcePolicy(policy, {
      principal: { kind: 'service', service: service ?? 'delivery.logs.amazonaws.com' },
      action: action ?? 's3:PutObject',
      resource: `arn:aws:s3:::logs/${key ?? 'traffic/E1/2026/11/23/00/x.parquet'}`,
      context: {
        'aws:sourcearn': SOURCE,
        'aws:sourceaccount': OWNER.accountId,
        'aws:securetransport': 'true',
        's3:x-amz-acl': 'bucket-owner-full-control',
        ...context,
      },
    });

  test('the delivery of this environment', () => {
    expect(ask()).toBe('allow');
  });

  test.each<[string, Question]>([
    ['another source', { context: { 'aws:sourcearn': `${SOURCE}-2` } }],
    ['another account', { context: { 'aws:sourceaccount': '999999999999' } }],
    ['another service', { service: 'logging.s3.amazonaws.com' }],
    ['issued grants', { key: 'issued-grants/2026/11/23/00/x.gz' }],
    ['a folder whose name begins alike', { key: 'traffic-2/x' }],
    ['reading', { action: 's3:GetObject' }],
    ['deleting', { action: 's3:DeleteObject' }],
  ])('not %s', (_what, question) => {
    expect(ask(question)).toBe('implicit-deny');
  });

  test('S-04: nobody without TLS', () => {
    expect(ask({ context: { 'aws:securetransport': 'false' } })).toBe('explicit-deny');
  });
});

describe('evidence', () => {
  const bucket = maximum.holding('aws_s3_bucket', 'edgepass-example-evidence-$');

  test('L-05: it is in a bucket of its own, under a key of its own, and gone after seven days', () => {
    expect(bucket).not.toHaveProperty('object_lock_enabled');
    const encryption = maximum.holding(
      'aws_s3_bucket_server_side_encryption_configuration',
      'aws_kms_key.logs_evidence_kept_key',
    );
    expect(JSON.stringify(encryption)).toContain('"sse_algorithm":"aws:kms"');
    const lifecycle = maximum.holding(
      'aws_s3_bucket_lifecycle_configuration',
      'aws_s3_bucket.logs_evidence_objects_',
    );
    expect(lifecycle).toMatchObject({ rule: [{ expiration: [{ days: 7 }] }] });
    // Old versions of an object must be deleted too, otherwise evidence would be kept longer than
    // configured.
    expect(JSON.stringify(maximum.all('aws_s3_bucket_versioning'))).not.toContain(
      'evidence_objects',
    );
  });

  test('L-05: it holds what the traffic delivery must not, and the id to join by', () => {
    const evidence = maximum.holding('aws_cloudwatch_log_delivery', 'cs(Cookie)');
    const sensitive = LOG_FIELDS.filter((field) => field.sensitive).map(({ name }) => name);
    expect(new Set(evidence['record_fields'] as string[])).toEqual(
      new Set(['x-edge-request-id', ...sensitive]),
    );
  });

  test('L-05: the key serves the delivery and one role, through S3; administrators cannot decrypt', () => {
    const policy = maximum.holding('aws_kms_key_policy', 'EvidenceReadersDecrypt');
    const statements = statementsOf(policy['policy']);
    const decrypting = statements.filter(({ Action }) =>
      JSON.stringify(Action).includes('Decrypt'),
    );
    expect(decrypting.map(({ Sid }) => Sid)).toEqual([
      'DeliveryEncryptsLogs',
      'EvidenceReadersDecrypt',
    ]);
    expect(decrypting[1]?.Condition).toEqual({
      StringEquals: { 'kms:ViaService': 's3.eu-central-1.amazonaws.com' },
      ArnEquals: {
        'aws:PrincipalArn': expect.stringMatching(
          /:role\/edgepass-example-evidence-readers$/,
        ) as string,
      },
    });
    expect(statements[0]?.Action).not.toContain('kms:*');
  });

  test('K-04, L-05: a change of its key is told', () => {
    const pattern = JSON.stringify(maximum.one('aws_cloudwatch_event_rule')['event_pattern']);
    expect(pattern).toContain('${aws_kms_key.logs_evidence_kept_key_');
    expect(pattern).toContain('PutKeyPolicy');
  });

  test('off unless asked for', () => {
    expect(example.text).not.toContain('edgepass-example-evidence');
    expect(example.all('aws_cloudwatch_log_delivery')).toHaveLength(1);
  });
});

describe('the switch for cookies', () => {
  test('evidence is refused with a provider that cannot turn it on alone', () => {
    expect(() => synthesiseDelivery(withLogs({ evidence: EVIDENCE }))).toThrow(
      /logs\.evidence: got an evidence delivery with AWS provider 5\.100\.0; allowed: AWS provider 6\.20 or later.*cookies/,
    );
    const v1 = { includeCookies: false };
    expect(() => synthesiseDelivery(withLogs({ evidence: EVIDENCE, v1 }))).toThrow(
      ConfigurationError,
    );
  });

  test.each([undefined, '5.100.0', '6.0.0', '6.19.9', '0.0.0', 'x'])(
    'provider %s is refused',
    (providerVersion) => {
      const input = { environmentName: 'test', providerVersion, v1IncludesCookies: false };
      expect(() => {
        requireCookieSwitch(input);
      }).toThrow(ConfigurationError);
      requireCookieSwitch({ ...input, v1IncludesCookies: true });
    },
  );

  test.each(['6.20.0', '6.25.0', '7.0.0', '10.1.0'])('provider %s is taken', (providerVersion) => {
    requireCookieSwitch({ environmentName: 'test', providerVersion, v1IncludesCookies: false });
    expect.assertions(0);
  });

  test('a provider that can turns it on without a bucket', () => {
    const synthesised = synthesise(
      (stack) =>
        new ContentDistribution(stack, 'distribution', {
          environmentName: 'test',
          bucket: {
            bucketName: 'b',
            bucketArn: 'arn:aws:s3:::b',
            bucketRegionalDomainName: 'b.s3.eu-central-1.amazonaws.com',
          },
          originAccess: { originAccessControlId: 'E2' },
          api: { endpointHost: 'api.example.com' },
          originSecret: { sentValue: 'reference' },
          keyGroup: { keyGroupId: 'k' },
          viewerGuard: { functionArn: 'arn:aws:cloudfront::123456789012:function/g' },
          cachePolicy: { cachePolicyId: 'c' },
          apiRequestPolicy: { originRequestPolicyId: 'o' },
          responseHeaders: {
            tenant: { responseHeadersPolicyId: 't' },
            user: { responseHeadersPolicyId: 'u' },
          },
          logging: { includeCookies: true },
        }),
    );
    expect(synthesised.one('aws_cloudfront_distribution')['logging_config']).toEqual({
      include_cookies: true,
    });
  });
});

describe('legacy logging', () => {
  const distribution = maximum.one('aws_cloudfront_distribution');

  test('S-16: the one bucket that takes ACLs, with the one grant of the delivery, and not public', () => {
    expect(distribution['logging_config']).toEqual({
      bucket: expect.stringMatching(
        /^\$\{aws_s3_bucket\.logs_v1_.*\.bucket_domain_name\}$/,
      ) as string,
      prefix: 'v1/',
      include_cookies: true,
    });
    const ownership = maximum.all('aws_s3_bucket_ownership_controls');
    const withAcls = ownership.filter((one) => !JSON.stringify(one).includes('Enforced'));
    expect(withAcls).toHaveLength(1);
    expect(JSON.stringify(withAcls)).toContain('aws_s3_bucket.logs_v1_');
    const grants = JSON.stringify(maximum.one('aws_s3_bucket_acl')['access_control_policy']);
    expect(grants.match(/FULL_CONTROL/g)).toHaveLength(2);
    expect(grants).toContain('aws_cloudfront_log_delivery_canonical_user_id');
    const blocks = maximum.all('aws_s3_bucket_public_access_block');
    expect(blocks.every((block) => block['block_public_acls'] === true)).toBe(true);
  });

  test('the distribution waits until its delivery may write', () => {
    expect(JSON.stringify(distribution['depends_on'])).toContain('aws_s3_bucket_acl.logs_v1_acl');
  });

  test('without cookies, when they are not asked for', () => {
    const quiet = synthesiseDelivery(withLogs({ v1: { includeCookies: false } }));
    expect(quiet.one('aws_cloudfront_distribution')['logging_config']).toMatchObject({
      include_cookies: false,
    });
  });
});

describe('issued grants', () => {
  const stream = example.one('aws_kinesis_firehose_delivery_stream');
  const settings = stream['extended_s3_configuration'] as Block;

  test('go from their log group to the log bucket, one JSON object a line, a folder an hour', () => {
    expect(settings).toMatchObject({
      prefix: 'issued-grants/!{timestamp:yyyy/MM/dd/HH}/',
      compression_format: 'GZIP',
      processing_configuration: {
        enabled: true,
        processors: [
          { type: 'Decompression' },
          {
            type: 'CloudWatchLogProcessing',
            parameters: [{ parameter_name: 'DataMessageExtraction', parameter_value: 'true' }],
          },
          { type: 'AppendDelimiterToRecord' },
        ],
      },
    });
    const filter = example.one('aws_cloudwatch_log_subscription_filter');
    expect(String(filter['log_group_name'])).toContain('session_issued-grants');
    expect(filter['filter_pattern']).toBe('');
  });

  test('what fails is kept apart from what is read', () => {
    expect(settings['error_output_prefix']).toBe(
      'failed/issued-grants/!{firehose:error-output-type}/!{timestamp:yyyy/MM/dd/HH}/',
    );
  });

  test('the roles may write two prefixes, and put records into this stream', () => {
    const policies = example
      .all('aws_iam_role_policy')
      .flatMap(({ policy }) => statementsOf(policy))
      .filter(({ Sid }) => ['WriteGrants', 'FindBucket', 'PutRecords'].includes(Sid));
    expect(policies.flatMap(({ Action }) => Action).sort()).toEqual([
      'firehose:PutRecord',
      'firehose:PutRecordBatch',
      's3:AbortMultipartUpload',
      's3:GetBucketLocation',
      's3:GetObject',
      's3:ListBucket',
      's3:ListBucketMultipartUploads',
      's3:PutObject',
    ]);
    const written = policies.find(({ Sid }) => Sid === 'WriteGrants')?.Resource as string[];
    expect(written.map((resource) => resource.replace(/^.*\.arn}/, ''))).toEqual([
      '/issued-grants/*',
      '/failed/issued-grants/*',
    ]);
    expect(JSON.stringify(policies)).not.toContain('"*"');
  });

  test('S-16: a service takes on its role for this environment only', () => {
    const trusted = example
      .all('aws_iam_role')
      .filter(({ name }) => String(name).startsWith('edgepass-example-issued-grants'))
      .flatMap(({ assume_role_policy: trust }) => statementsOf(trust));
    expect(trusted).toHaveLength(2);
    for (const { Condition } of trusted) {
      expect(JSON.stringify(Condition?.['ArnLike'])).toMatch(
        /arn:aws:(?:logs|firehose):eu-central-1:\$\{data\.aws_caller_identity/,
      );
    }
  });
});
