import { evaluateResourcePolicy } from '#aws/resource-policy';
import { type Block, changedEnvironment, synthesiseDelivery } from './synthesised';

const ACCOUNT = '123456789012';
const EVIDENCE = { confirmNoParentDomainCookies: true };
const V1 = { includeCookies: true, ...EVIDENCE };

const withChange = (change: (document: Record<string, unknown>) => void) =>
  synthesiseDelivery(changedEnvironment('example', change));
const withEvidence = (evidence: object) =>
  withChange((document) => (document['logs'] = { evidence: { ...EVIDENCE, ...evidence }, v1: V1 }));

/** The text of a policy with names in the place of references. */
const resolved = (policy: unknown): string =>
  String(policy)
    .replaceAll(/\$\{aws_s3_bucket\.logs_evidence_objects_[^}]*\.arn\}/g, 'arn:aws:s3:::evidence')
    .replaceAll(/\$\{aws_s3_bucket\.logs_evidence_reads_[^}]*\.arn\}/g, 'arn:aws:s3:::reads')
    .replaceAll(/\$\{aws_cloudwatch_log_group\.[^}]*\.arn\}/g, 'arn:aws:logs:::log-group:waf')
    .replaceAll(/\$\{data\.aws_caller_identity\.[^}]*\}/g, ACCOUNT);

interface Question {
  readonly service?: string;
  readonly action?: string;
  readonly context?: Readonly<Record<string, string>>;
}

describe('the log of requests for the bucket of evidence', () => {
  const synthesised = withEvidence({});

  test('L-05: every request for evidence is logged, in a bucket of its own without Object Lock', () => {
    const logging = synthesised.one('aws_s3_bucket_logging');
    expect(logging['bucket']).toContain('aws_s3_bucket.logs_evidence_objects_');
    expect(logging['target_bucket']).toContain('aws_s3_bucket.logs_evidence_reads_');
    const target = synthesised.holding('aws_s3_bucket', 'edgepass-example-evidence-reads-');
    expect(target).not.toHaveProperty('object_lock_enabled');
    expect(
      synthesised.holding('aws_s3_bucket_lifecycle_configuration', 'logs_evidence_reads_'),
    ).toMatchObject({ rule: [{ expiration: [{ days: 90 }] }] });
    // S3 writes such logs only into buckets that its own keys encrypt.
    const encryption = synthesised.holding(
      'aws_s3_bucket_server_side_encryption_configuration',
      'logs_evidence_reads_',
    );
    expect(JSON.stringify(encryption)).toContain('"sse_algorithm":"AES256"');
  });

  test('S-16: it is turned on after the policy that lets S3 write', () => {
    const logging = synthesised.one('aws_s3_bucket_logging');
    expect(JSON.stringify(logging['depends_on'])).toContain(
      'aws_s3_bucket_policy.logs_evidence_reads_access',
    );
  });

  const policy = resolved(
    synthesised.holding('aws_s3_bucket_policy', 'logging.s3.amazonaws.com')['policy'],
  );
  const ask = ({ service, action, context }: Question = {}) =>
    evaluateResourcePolicy(policy, {
      principal: { kind: 'service', service: service ?? 'logging.s3.amazonaws.com' },
      action: action ?? 's3:PutObject',
      resource: 'arn:aws:s3:::reads/2026-11-30-00-00-00-0123456789ABCDEF',
      context: {
        'aws:sourcearn': 'arn:aws:s3:::evidence',
        'aws:sourceaccount': ACCOUNT,
        'aws:securetransport': 'true',
        ...context,
      },
    });

  test('S-16: S3 may write the log of this bucket', () => {
    expect(ask()).toBe('allow');
  });

  test.each<[string, Question]>([
    ['another bucket', { context: { 'aws:sourcearn': 'arn:aws:s3:::other' } }],
    ['another account', { context: { 'aws:sourceaccount': '999999999999' } }],
    ['another service', { service: 'delivery.logs.amazonaws.com' }],
    ['reading', { action: 's3:GetObject' }],
  ])('S-16: not %s', (_what, question) => {
    expect(ask(question)).toBe('implicit-deny');
  });

  test('it can be turned off: the log stays in the account, the logging goes', () => {
    const { json, text } = withEvidence({ accessLog: false });
    const removed = (json as unknown as { removed: { from: string }[] }).removed;
    expect(Object.keys(json.resource)).not.toContain('aws_s3_bucket_logging');
    const from = removed.map((one) => one.from);
    expect(from).toContainEqual(expect.stringMatching(/^aws_s3_bucket\.logs_evidence_reads_/));
    expect(from.join()).not.toContain('aws_s3_bucket_logging');
    expect(text).not.toContain('logging.s3.amazonaws.com');
  });
});

describe('logs of the web ACL', () => {
  const withLogs = (logs: object | undefined) =>
    withChange((document) => (document['webAcl'] = logs === undefined ? {} : { logs }));
  const synthesised = withLogs({});
  const configuration = synthesised.one('aws_wafv2_web_acl_logging_configuration');
  const group = synthesised.holding('aws_cloudwatch_log_group', 'aws-waf-logs-');

  test('go to a log group in us-east-1 under the name that AWS WAF asks for', () => {
    expect(group).toMatchObject({
      name: 'aws-waf-logs-edgepass-example-web-acl',
      retention_in_days: 90,
      provider: 'aws.edge',
    });
    expect(configuration).toMatchObject({ provider: 'aws.edge' });
    expect(configuration['resource_arn']).toContain('aws_wafv2_web_acl.');
    expect(configuration['log_destination_configs']).toEqual([
      expect.stringContaining('aws_cloudwatch_log_group.logs_web-acl_group'),
    ]);
  });

  test('L-05: hold no cookie, no access token and no query string', () => {
    expect(configuration['redacted_fields']).toEqual([
      { single_header: { name: 'cookie' } },
      { single_header: { name: 'authorization' } },
      { query_string: {} },
    ]);
  });

  test('hold blocked and counted requests, or all of them', () => {
    const filter = configuration['logging_filter'] as Block;
    expect(filter).toMatchObject({ default_behavior: 'DROP' });
    expect(JSON.stringify(filter['filter'])).toMatch(/"KEEP".*"BLOCK".*"COUNT"/);
    const all = withLogs({ requests: 'all' }).one('aws_wafv2_web_acl_logging_configuration');
    expect(all).not.toHaveProperty('logging_filter');
  });

  const policy = resolved(synthesised.one('aws_cloudwatch_log_resource_policy')['policy_document']);
  const ask = ({ service, action, context }: Question = {}) =>
    evaluateResourcePolicy(policy, {
      principal: { kind: 'service', service: service ?? 'delivery.logs.amazonaws.com' },
      action: action ?? 'logs:PutLogEvents',
      resource: 'arn:aws:logs:::log-group:waf:log-stream:x',
      context: {
        'aws:sourcearn': `arn:aws:logs:us-east-1:${ACCOUNT}:x`,
        'aws:sourceaccount': ACCOUNT,
        ...context,
      },
    });

  test('S-16: AWS WAF may write, for this account alone, and nobody may read', () => {
    expect(ask()).toBe('allow');
    expect(JSON.stringify(configuration['depends_on'])).toContain(
      'aws_cloudwatch_log_resource_policy.',
    );
    const strangers: Question[] = [
      { service: 'logs.amazonaws.com' },
      { action: 'logs:GetLogEvents' },
      { context: { 'aws:sourceaccount': '999999999999' } },
      { context: { 'aws:sourcearn': 'arn:aws:logs:us-east-1:999999999999:x' } },
    ];
    expect(strangers.map(ask)).toEqual(strangers.map(() => 'implicit-deny'));
  });

  test.each<[string, (document: Record<string, unknown>) => void]>([
    ['logs', (document) => (document['webAcl'] = {})],
    ['the web ACL', (document) => delete document['webAcl']],
    [
      'a web ACL of ours',
      (document) =>
        (document['webAcl'] = {
          arn: `arn:aws:wafv2:us-east-1:${ACCOUNT}:global/webacl/ours/1`,
        }),
    ],
  ])('without %s there are none, and the log group stays', (_what, change) => {
    const { json, text } = withChange(change);
    expect(text).not.toContain('"aws_wafv2_web_acl_logging_configuration":{');
    const removed = (json as unknown as { removed: { from: string }[] }).removed;
    expect(removed.map(({ from }) => from)).toContainEqual(
      expect.stringMatching(/^aws_cloudwatch_log_group\.logs_web-acl_group/),
    );
  });
});
