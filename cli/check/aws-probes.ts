import { type DistributionConfig, GetDistributionConfigCommand } from '@aws-sdk/client-cloudfront';
import { DescribeKeyCommand } from '@aws-sdk/client-kms';
import { GetBucketPolicyCommand, GetPublicAccessBlockCommand } from '@aws-sdk/client-s3';
import { type AccessRequest, evaluateResourcePolicy } from '#aws/resource-policy';
import type { CheckContext, CheckResult } from './checklist';

const PROBE_KEY = 't/edgepass-check/x';
/**
 * Path patterns that need no signature: the API checks access tokens, and public content is public.
 */
const UNSIGNED_PATTERNS: readonly string[] = ['/api/*', '/public/*'];

const pass = (detail: string): CheckResult => ({ outcome: 'pass', detail });
const fail = (detail: string): CheckResult => ({ outcome: 'fail', detail });

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetPublicAccessBlock.html */
export async function checkPublicAccessBlock({ deployed }: CheckContext): Promise<CheckResult> {
  const Bucket = deployed.deployment.buckets.content.name;
  const { PublicAccessBlockConfiguration: blocks = {} } = await deployed.clients.s3.send(
    new GetPublicAccessBlockCommand({ Bucket }),
  );
  const names = [
    'BlockPublicAcls',
    'IgnorePublicAcls',
    'BlockPublicPolicy',
    'RestrictPublicBuckets',
  ] as const;
  const off = names.filter((name) => blocks[name] !== true);
  return off.length === 0 ? pass('all four are on') : fail(`off: ${off.join(', ')}`);
}

async function readDistribution({ deployed }: CheckContext): Promise<DistributionConfig> {
  const { id } = deployed.deployment.distribution;
  const { DistributionConfig: config } = await deployed.clients.cloudFront.send(
    new GetDistributionConfigCommand({ Id: id }),
  );
  if (config === undefined) throw new Error(`distribution ${id} has no configuration`);
  return config;
}

export async function checkOriginAccess(context: CheckContext): Promise<CheckResult> {
  const config = await readDistribution(context);
  const bucket = context.deployed.deployment.buckets.content.regionalDomainName;
  const origins = (config.Origins?.Items ?? []).filter(({ DomainName }) => DomainName === bucket);
  const bad = origins.filter(
    ({ OriginAccessControlId, S3OriginConfig }) =>
      !OriginAccessControlId || (S3OriginConfig?.OriginAccessIdentity ?? '') !== '',
  );
  if (origins.length === 0) return fail(`no origin is ${bucket}`);
  return bad.length === 0
    ? pass('every bucket origin has one, and no legacy identity')
    : fail(`without: ${bad.map(({ Id }) => Id).join(', ')}`);
}

async function readBucketPolicy({ deployed }: CheckContext): Promise<string> {
  const Bucket = deployed.deployment.buckets.content.name;
  const { Policy } = await deployed.clients.s3.send(new GetBucketPolicyCommand({ Bucket }));
  return Policy ?? '{"Statement":[]}';
}

function reading({ deployed }: CheckContext, change: Partial<AccessRequest>): AccessRequest {
  return {
    principal: { kind: 'service', service: 'cloudfront.amazonaws.com' },
    action: 's3:GetObject',
    resource: `${deployed.deployment.buckets.content.arn}/${PROBE_KEY}`,
    context: {
      'aws:sourcearn': deployed.deployment.distribution.arn,
      'aws:securetransport': 'true',
    },
    ...change,
  };
}

export async function checkOneDistribution(context: CheckContext): Promise<CheckResult> {
  const policy = await readBucketPolicy(context);
  const { arn } = context.deployed.deployment.distribution;
  const other = {
    'aws:sourcearn': `${arn}OTHER`,
    'aws:sourceaccount': context.deployed.deployment.accountId,
    'aws:securetransport': 'true',
  };
  if (evaluateResourcePolicy(policy, reading(context, {})) !== 'allow')
    return fail('its own distribution may not read');
  if (evaluateResourcePolicy(policy, reading(context, { context: other })) === 'allow')
    return fail('another distribution of the account may read');
  return pass('its own distribution may read, another of the same account may not');
}

export async function checkKeyGroup(context: CheckContext): Promise<CheckResult> {
  const config = await readDistribution(context);
  const listed = (config.CacheBehaviors?.Items ?? []).map((behavior) => ({
    pattern: behavior.PathPattern ?? '',
    groups: behavior.TrustedKeyGroups,
  }));
  const behaviors = [
    ...listed,
    { pattern: '*', groups: config.DefaultCacheBehavior?.TrustedKeyGroups },
  ];
  const group = context.deployed.deployment.keyGroupId;
  const open = behaviors.filter(
    ({ pattern, groups }) =>
      !UNSIGNED_PATTERNS.includes(pattern) &&
      !(groups?.Enabled === true && (groups.Items ?? []).includes(group)),
  );
  return open.length === 0
    ? pass(`key group ${group} is on all of them`)
    : fail(`without it: ${open.map(({ pattern }) => pattern).join(', ')}`);
}

export async function checkPrivateKey({ deployed }: CheckContext): Promise<CheckResult> {
  for (const { slot, kmsKeyId } of deployed.deployment.signingSlots) {
    const { KeyMetadata: key } = await deployed.clients.kms.send(
      new DescribeKeyCommand({ KeyId: kmsKeyId }),
    );
    if (key?.Origin !== 'AWS_KMS' || key.KeyUsage !== 'SIGN_VERIFY') {
      return fail(
        `slot ${slot}: origin ${key?.Origin ?? 'unknown'}, usage ${key?.KeyUsage ?? 'unknown'}`,
      );
    }
  }
  return pass('every signing key was made in KMS for signing');
}

export async function checkDirectS3(context: CheckContext): Promise<CheckResult> {
  const { deployment, environment } = context.deployed;
  const anonymous = evaluateResourcePolicy(
    await readBucketPolicy(context),
    reading(context, {
      principal: { kind: 'anonymous' },
      context: { 'aws:securetransport': 'true' },
    }),
  );
  if (anonymous === 'allow') return fail('the bucket policy lets everybody read');
  if (environment.target === 'emulator')
    return pass(
      `the deployed bucket policy refuses it (${anonymous}); the emulator itself enforces none`,
    );
  const { status } = await fetch(
    `https://${deployment.buckets.content.regionalDomainName}/${PROBE_KEY}`,
    { signal: AbortSignal.timeout(10_000) },
  );
  return status === 403
    ? pass('S3 answers 403, and the policy refuses it')
    : fail(`S3 answers ${status}, expected 403`);
}
