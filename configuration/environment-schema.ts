import { z } from 'zod';
import {
  CAP_TO_TOKEN_CHOICES,
  GRANT_LIFETIME_SECONDS_MAX,
  REUSE_WINDOW_SECONDS_MAX,
} from '#core/contract/grant-limits';
import { LOOPBACK_HOST_PATTERN } from '#core/contract/loopback';
import { SAME_SITE_CHOICES } from '#core/contract/same-site';
import {
  CUSTODIES,
  type KeySpec,
  SIGNING_ALGORITHMS,
  SLOT_STATES,
} from '#core/contract/signing-slots';
import { CONTENT_BASE_URL_CHARACTERS_MAX, isContentBaseUrl } from '#core/signing/content-base-url';
import { ENVIRONMENT_NAME, ENVIRONMENT_NAME_TEXT } from './environment-name';
import { issuerSchema } from './issuer-schema';
import { PRICING_PLANS } from './pricing-plans';

const ARN_TEXT = (service: string): string => `an ARN of ${service}`;
const CLOUDWATCH_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288,
  3653,
] as const;
const REGION = /^(?:af|ap|ca|eu|il|me|mx|sa|us)-[a-z]+-[1-9]$/;
const REGION_TEXT = 'a region of the commercial AWS partition, e.g. "eu-central-1"';
const BUCKET_NAME = /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/;
const BUCKET_TEXT = 'a bucket name: 3-63 characters of a-z 0-9 -';
const TOPIC = /^arn:aws:sns:[a-z0-9-]+:\d{12}:[\w-]+$/;

const CONTENT_HOST_CHARACTERS_MAX = CONTENT_BASE_URL_CHARACTERS_MAX - 'https://'.length;
const CONTENT_HOST_TEXT = `a lower-case host name of at most ${CONTENT_HOST_CHARACTERS_MAX} characters (longer ones would not fit into signed cookies), e.g. "media.example.com"`;
const LOCAL_BASE_URL_TEXT =
  'a loopback base URL without path or default port, e.g. "http://localhost:4680"';

const region = z.string().regex(REGION, REGION_TEXT);
const retentionDays = z.literal(CLOUDWATCH_RETENTION_DAYS);

const state = z
  .discriminatedUnion('type', [
    z.strictObject({ type: z.literal('local') }),
    z.strictObject({
      type: z.literal('s3'),
      bucket: z.string().regex(BUCKET_NAME, BUCKET_TEXT),
      region,
      keyPrefix: z
        .string()
        .regex(/^[\w-]+(?:\/[\w-]+)*$/, 'path segments of A-Z a-z 0-9 _ -')
        .exactOptional()
        .describe('default: `edgepass`'),
      kmsKeyArn: z
        .string()
        .regex(/^arn:aws:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/, ARN_TEXT('a KMS key'))
        .exactOptional()
        .describe('key that encrypts the state; default: the key of the bucket'),
    }),
  ])
  .default({ type: 'local' })
  .describe('Terraform state: a file in `.edgepass/state/`, or an S3 bucket with locking');

const contentHost = z
  .strictObject({
    name: z
      .string()
      .regex(/^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/, {
        error: CONTENT_HOST_TEXT,
        abort: true,
      })
      .max(CONTENT_HOST_CHARACTERS_MAX, { error: CONTENT_HOST_TEXT, abort: true })
      .refine((host) => isContentBaseUrl(`https://${host}`), CONTENT_HOST_TEXT)
      .exactOptional()
      .describe('host from which viewers load content (AWS)'),
    certificateArn: z
      .string()
      .regex(
        /^arn:aws:acm:us-east-1:\d{12}:certificate\/[\w-]+$/,
        ARN_TEXT('an ACM certificate in us-east-1'),
      )
      .exactOptional()
      .describe(
        'certificate for `name`, in us-east-1; default: one is requested in the hosted zone',
      ),
    hostedZoneId: z
      .string()
      .regex(/^Z[A-Z0-9]{6,31}$/, 'the id of a Route 53 hosted zone, e.g. "Z0123456789ABC"')
      .exactOptional()
      .describe('zone for the DNS records of `name`; absent: you make them yourself'),
    localBaseUrl: z
      .string()
      .regex(new RegExp(`^https?://${LOOPBACK_HOST_PATTERN}(?::[1-9]\\d{0,4})?$`), {
        error: LOCAL_BASE_URL_TEXT,
        abort: true,
      })
      .refine(isContentBaseUrl, LOCAL_BASE_URL_TEXT)
      .exactOptional()
      .describe('base URL of the local edge (target "emulator" only)'),
  })
  .exactOptional()
  .describe(
    "where viewers load content; absent on AWS: the distribution's own domain, which no page of yours can use",
  );

const content = z
  .strictObject({
    existingBucket: z
      .strictObject({
        name: z.string().regex(BUCKET_NAME, BUCKET_TEXT),
        region: region.exactOptional().describe('default: the region of the environment'),
      })
      .exactOptional()
      .describe(
        'a bucket of yours: nothing on it is changed, the policy statements it needs are an output',
      ),
    encryption: z
      .enum(['s3', 'kms'])
      .default('s3')
      .describe('`s3`: AES-256 with keys of S3; `kms`: a KMS key of this environment'),
    existingKmsKeyArn: z
      .string()
      .regex(/^arn:aws:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/, ARN_TEXT('a KMS key'))
      .exactOptional()
      .describe(
        'a key of yours that encrypts the content: its policy is not changed, the statement it needs is an output',
      ),
  })
  .default({ encryption: 's3' })
  .describe('the bucket with the content');

const slotName = z
  .string()
  .regex(/^[a-z][a-z0-9]{0,15}$/, '1-16 characters of a-z 0-9, the first a letter');

const signingKeys = z
  .record(
    slotName,
    z.strictObject({
      state: z
        .enum(SLOT_STATES)
        .describe('all three are in the key group; only the active slot signs'),
      custody: z.enum(CUSTODIES).describe('where the private half lives'),
      keySpec: z
        .enum(Object.keys(SIGNING_ALGORITHMS) as KeySpec[])
        .default('RSA_2048')
        .describe('never changed in place: a new key is a new slot'),
    }),
  )
  .describe('slots of signing keys by name: exactly one active, at most five');

const retired = z
  .strictObject({
    signingKeys: z
      .record(slotName, z.enum(['keep', 'delete']))
      .describe(
        'slots that left `signingKeys`: with `keep` the KMS key stays and nothing trusts it any more; with `delete` KMS deletes it after 30 days',
      ),
  })
  .exactOptional()
  .describe('what left this file, and whether it stays in the account; absent: nothing left it');

const cap = (most: number, what: string): z.ZodDefault<z.ZodInt> =>
  z.int().min(10).max(most).default(most).describe(`${what}; the cap can only be lowered`);

const grants = z
  .strictObject({
    cookieLifetimeSeconds: cap(GRANT_LIFETIME_SECONDS_MAX.cookies, 'life of a cookie set'),
    reuseWindowSeconds: z
      .int()
      .min(0)
      .max(REUSE_WINDOW_SECONDS_MAX)
      .default(60)
      .describe('how long one signature serves the same subject, scope and key; 0: never reused'),
    shareAcrossSubjects: z
      .boolean()
      .default(false)
      .describe(
        'one signature for all people of a tenant: cheaper, but logs cannot tell them apart',
      ),
    capToToken: z
      .enum(CAP_TO_TOKEN_CHOICES)
      .default('auto')
      .describe('whether a grant ends with its token; `auto`: where tokens live over 15 minutes'),
  })
  .prefault({})
  .describe('lifetimes of what is signed');

const cookies = z
  .strictObject({
    sameSite: z
      .enum(SAME_SITE_CHOICES)
      .default('lax')
      .describe('`none` adds `Partitioned`, for pages on another site; browsers limit what works'),
  })
  .prefault({})
  .describe('attributes of the cookies');

const edge = z
  .strictObject({
    priceClass: z
      .enum(['PriceClass_100', 'PriceClass_200', 'PriceClass_All'])
      .default('PriceClass_All')
      .describe('which edge locations serve'),
    ipv6: z.boolean().default(true).describe('whether viewers may connect over IPv6'),
    originSecretSlot: z
      .enum(['a', 'b'])
      .default('a')
      .describe('which of the two origin secrets CloudFront sends; the function takes both'),
  })
  .prefault({})
  .describe('the distribution');

const webAcl = z
  .strictObject({
    arn: z
      .string()
      .regex(
        /^arn:aws:wafv2:us-east-1:\d{12}:global\/webacl\/[\w-]+\/[\w-]+$/,
        ARN_TEXT('a CLOUDFRONT web ACL in us-east-1'),
      )
      .exactOptional()
      .describe('a web ACL of yours; absent: one is created'),
    requestsPerFiveMinutes: z
      .int()
      .min(10)
      .max(2_000_000_000)
      .exactOptional()
      .describe('requests to `/api/*` that one address may send in five minutes; default: 300'),
  })
  .exactOptional()
  .describe('AWS WAF in front of the distribution; absent: none');

const alarms = z
  .strictObject({
    emails: z
      .array(z.email('an e-mail address'))
      .max(20)
      .exactOptional()
      .describe('people to tell; each must confirm the subscription'),
    topicArn: z
      .string()
      .regex(TOPIC, ARN_TEXT('an SNS topic in the home region'))
      .exactOptional()
      .describe(
        'a topic of yours in the home region, to which cloudwatch.amazonaws.com and (without a condition) events.amazonaws.com may publish; absent: one is created',
      ),
    edgeTopicArn: z
      .string()
      .regex(/^arn:aws:sns:us-east-1:\d{12}:[\w-]+$/, ARN_TEXT('an SNS topic in us-east-1'))
      .exactOptional()
      .describe(
        'a topic of yours in us-east-1, to which cloudwatch.amazonaws.com may publish; absent: one is created',
      ),
    refusalRatePercent: z
      .number()
      .min(0.1)
      .max(100)
      .exactOptional()
      .describe(
        'alarm when more than this share of requests is refused (403); turns on the paid additional metrics of CloudFront',
      ),
  })
  .exactOptional()
  .describe(
    'CloudWatch alarms, and changes to keys, which only an account with a CloudTrail trail is told; absent: none',
  );

const confirmNoParentDomainCookies = z.literal(
  true,
  'true: no other application sets cookies on a parent domain of the content host',
);

const evidence = z
  .strictObject({
    confirmNoParentDomainCookies: confirmNoParentDomainCookies.describe(
      'CloudFront logs every cookie that a browser sends, those of other applications included: say that there are none',
    ),
    retentionDays: z.int().min(1).max(14).default(7).describe('objects in the evidence bucket'),
  })
  .exactOptional()
  .describe(
    'a second delivery with cookies and query strings, which open content until they expire: own bucket, own key, own readers; absent: none',
  );

const v1 = z
  .strictObject({
    includeCookies: z
      .boolean()
      .describe('whether cookies are logged; the switch is one for every log of the distribution'),
    confirmNoParentDomainCookies: confirmNoParentDomainCookies
      .exactOptional()
      .describe('as in `logs.evidence`; required with `includeCookies`'),
    retentionDays: z
      .int()
      .min(1)
      .max(3653)
      .default(7)
      .describe('objects in its bucket, which hold query strings and so signed URLs'),
  })
  .exactOptional()
  .describe(
    'legacy standard logging (v1) as well, into a bucket of its own, outside opt-in regions; absent: none',
  );

const logs = z
  .strictObject({
    functionRetentionDays: retentionDays.default(90).describe('log groups of functions and API'),
    issuedGrantRetentionDays: retentionDays.default(365).describe('log group of issued grants'),
    bucketRetentionDays: z
      .int()
      .min(1)
      .max(3653)
      .default(90)
      .describe('objects in the log bucket: access logs without cookies, issued grants'),
    objectLock: z
      .boolean()
      .default(false)
      .describe(
        'S3 Object Lock (governance) on the log bucket until objects expire; a bucket that has it keeps it, so `false` later ends the default retention only',
      ),
    queryScanLimitMegabytes: z
      .int()
      // The AWS provider takes no less than 10 MiB.
      .min(11)
      .max(10_000_000)
      .default(10_000)
      .describe('bytes after which Athena ends a query; it bills what it read until then'),
    refusalMetric: z
      .boolean()
      .default(false)
      .describe(
        'an hourly query that publishes refusals by cause as the metric `Refusals` of the namespace `Edgepass`; Athena bills it as any other',
      ),
    evidence,
    v1,
  })
  .prefault({})
  .describe('access logs, how long logs are kept, and what queries over them may cost');

const tags = z
  .record(
    z.string().regex(/^(?!aws:)[\w .:/=+@-]{1,128}$/, '1-128 characters, not starting with "aws:"'),
    z.string().regex(/^[\w .:/=+@-]{0,256}$/, 'at most 256 letters, digits, spaces and _.:/=+-@'),
  )
  .default({})
  .describe('tags on every resource that takes tags');

/** The shape of `environments/<name>.json`. What one member cannot say alone is in `environment-checks.ts`. */
export const environmentSchema = z.strictObject({
  $schema: z
    .string()
    .exactOptional()
    .describe('path of the JSON Schema, for completion in editors'),
  name: z
    .string()
    .regex(ENVIRONMENT_NAME, ENVIRONMENT_NAME_TEXT)
    .describe('prefix of every resource name; the same as the file name'),
  target: z
    .enum(['aws', 'emulator'])
    .describe('`emulator` applies the differences that AWS emulators on a laptop need'),
  region: region.describe('home region: bucket, API, functions, signing keys'),
  account: z
    .string()
    .regex(/^\d{12}$/, 'an AWS account id: 12 digits')
    .exactOptional()
    .describe('the only account that may be deployed to; absent: the one of the credentials'),
  state,
  retention: z
    .enum(['keep', 'delete'])
    .default('keep')
    .describe('whether content, keys and logs stay in the account when they leave the stack'),
  contentHost,
  content,
  appOrigins: z
    .array(
      z
        .string()
        .regex(
          /^https?:\/\/(?:[a-z0-9.-]+|\[::1\])(?::[1-9]\d{0,4})?$/,
          'an exact origin, e.g. "https://app.example.com", never a wildcard',
        ),
    )
    .max(20)
    .describe('origins of the pages that ask for sessions and show content'),
  issuers: z
    .array(issuerSchema)
    .min(1)
    .max(10)
    .describe('identity providers whose tokens are taken'),
  signingKeys,
  retired,
  grants,
  cookies,
  edge,
  publicPrefix: z
    .boolean()
    .default(false)
    .describe('whether `/public/*` serves the prefix `public/` of the bucket to everybody'),
  pricingPlan: z
    .enum(PRICING_PLANS)
    .default('pay-as-you-go')
    .describe('CloudFront plan of the distribution; what a flat-rate plan lacks is refused'),
  webAcl,
  alarms,
  logs,
  tags,
});

/** A checked environment with every default filled in. */
export type Environment = z.output<typeof environmentSchema>;
