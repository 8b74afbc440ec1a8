import { z } from 'zod';
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
import { grantsSchema } from './grants-schema';
import { issuerSchema } from './issuer-schema';
import { logsSchema } from './logs-schema';
import { PRICING_PLANS } from './pricing-plans';
import { webAclSchema } from './web-acl-schema';

const ARN_TEXT = (service: string): string => `an ARN of ${service}`;
const REGION = /^(?:af|ap|ca|eu|il|me|mx|sa|us)-[a-z]+-[1-9]$/;
const REGION_TEXT = 'a region of the commercial AWS partition, e.g. "eu-central-1"';
const BUCKET_NAME = /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/;
const BUCKET_TEXT = 'a bucket name: 3-63 characters of a-z 0-9 -';
const TOPIC = /^arn:aws:sns:[a-z0-9-]+:\d{12}:[\w-]+$/;

const CONTENT_HOST_CHARACTERS_MAX = CONTENT_BASE_URL_CHARACTERS_MAX - 'https://'.length;
const CONTENT_HOST_TEXT = `a lower-case host name of at most ${CONTENT_HOST_CHARACTERS_MAX} characters (longer ones would not fit into signed cookies), e.g. "media.example.com"`;
const ORIGIN_TEXT =
  'an exact origin without a default port, e.g. "https://app.example.com", never a wildcard';
const LOCAL_BASE_URL_TEXT =
  'a loopback base URL without path or default port, e.g. "http://localhost:4680"';

const region = z.string().regex(REGION, REGION_TEXT);

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
        .describe('KMS key that encrypts the state; default: the default key of the bucket'),
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
      .describe('host name from which viewers load content (AWS only)'),
    certificateArn: z
      .string()
      .regex(
        /^arn:aws:acm:us-east-1:\d{12}:certificate\/[\w-]+$/,
        ARN_TEXT('an ACM certificate in us-east-1'),
      )
      .exactOptional()
      .describe(
        'certificate for `name`, in us-east-1; default: a certificate is requested and validated in the hosted zone',
      ),
    hostedZoneId: z
      .string()
      .regex(/^Z[A-Z0-9]{6,31}$/, 'the id of a Route 53 hosted zone, e.g. "Z0123456789ABC"')
      .exactOptional()
      .describe(
        'Route 53 hosted zone in which the DNS records of `name` are created; if absent, you create the records yourself',
      ),
    localBaseUrl: z
      .string()
      .regex(new RegExp(`^https?://${LOOPBACK_HOST_PATTERN}(?::[1-9]\\d{0,4})?$`), {
        error: LOCAL_BASE_URL_TEXT,
        abort: true,
      })
      .refine(isContentBaseUrl, LOCAL_BASE_URL_TEXT)
      .exactOptional()
      .describe('base URL of the local edge (only with target "emulator")'),
  })
  .exactOptional()
  .describe(
    "where viewers load content; if absent on AWS, it is the distribution's own domain, and then the cookies do not work for your pages, because they are on another site",
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
        'an existing bucket; Edgepass changes nothing on it, and an output lists the policy statements that you must add',
      ),
    encryption: z
      .enum(['s3', 'kms'])
      .default('s3')
      .describe(
        '`s3`: AES-256 with keys that S3 manages; `kms`: a KMS key that this environment creates',
      ),
    existingKmsKeyArn: z
      .string()
      .regex(/^arn:aws:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/, ARN_TEXT('a KMS key'))
      .exactOptional()
      .describe(
        'an existing KMS key that encrypts the content; Edgepass does not change its policy, and an output lists the statement that you must add',
      ),
  })
  .default({ encryption: 's3' })
  .describe('the S3 bucket that stores the content');

const slotName = z
  .string()
  .regex(/^[a-z][a-z0-9]{0,15}$/, '1-16 characters of a-z 0-9, the first a letter');

const signingKeys = z
  .record(
    slotName,
    z.strictObject({
      state: z
        .enum(SLOT_STATES)
        .describe(
          'keys in all three states are in the key group, so CloudFront accepts their signatures; only the active slot signs',
        ),
      custody: z.enum(CUSTODIES).describe('where the private key is kept'),
      keySpec: z
        .enum(Object.keys(SIGNING_ALGORITHMS) as KeySpec[])
        .default('RSA_2048')
        .describe('key type; it must not be changed later: for another type add a new slot'),
    }),
  )
  .describe(
    'signing slots by name, each with one signing key; exactly one is active, at most five exist',
  );

const retired = z
  .strictObject({
    signingKeys: z
      .record(slotName, z.enum(['keep', 'delete']))
      .describe(
        'slots that were removed from `signingKeys`; `keep`: the KMS key stays in the account, but CloudFront no longer trusts it; `delete`: KMS deletes the key after 30 days',
      ),
  })
  .exactOptional()
  .describe(
    'what was removed from this file, and whether it stays in the account; if absent, nothing was removed',
  );

const cookies = z
  .strictObject({
    sameSite: z
      .enum(SAME_SITE_CHOICES)
      .default('lax')
      .describe(
        '`SameSite` of the cookies; `none` is for pages on another site, adds `Partitioned`, and then the cookies work only in pages of the site that requested them',
      ),
  })
  .prefault({})
  .describe('attributes of the cookies');

const edge = z
  .strictObject({
    priceClass: z
      .enum(['PriceClass_100', 'PriceClass_200', 'PriceClass_All'])
      .default('PriceClass_All')
      .describe('CloudFront price class: which edge locations are used'),
    ipv6: z.boolean().default(true).describe('whether viewers may connect over IPv6'),
    originSecretSlot: z
      .enum(['a', 'b'])
      .default('a')
      .describe(
        'which of the two origin secrets CloudFront sends; the function accepts both, so that one can be replaced',
      ),
  })
  .prefault({})
  .describe('settings of the CloudFront distribution');

const functions = z
  .strictObject({
    session: z
      .strictObject({
        reservedConcurrency: z
          .int()
          .min(1)
          .max(10_000)
          .exactOptional()
          .describe(
            'executions at once that are set aside for the session function, and the most that it gets; absent: it shares those of the account',
          ),
      })
      .exactOptional(),
  })
  .exactOptional()
  .describe('the functions');

const alarms = z
  .strictObject({
    emails: z
      .array(z.email('an e-mail address'))
      .max(20)
      .exactOptional()
      .describe('email addresses that receive alarms; each must confirm the subscription'),
    topicArn: z
      .string()
      .regex(TOPIC, ARN_TEXT('an SNS topic in the home region'))
      .exactOptional()
      .describe(
        'an existing SNS topic in the home region, to which cloudwatch.amazonaws.com and (without a condition) events.amazonaws.com may publish; if absent, one is created',
      ),
    edgeTopicArn: z
      .string()
      .regex(/^arn:aws:sns:us-east-1:\d{12}:[\w-]+$/, ARN_TEXT('an SNS topic in us-east-1'))
      .exactOptional()
      .describe(
        'an existing SNS topic in us-east-1, to which cloudwatch.amazonaws.com may publish; if absent, one is created',
      ),
    rateRequestsMin: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(100)
      .describe(
        'requests in five minutes below which the alarms on rates stay quiet: one refusal of two requests is no attack',
      ),
    refusalRatePercent: z
      .number()
      .min(0.1)
      .max(100)
      .exactOptional()
      .describe(
        'alarm when more than this percentage of requests is refused (403); this turns on the additional metrics of CloudFront, for which AWS charges',
      ),
  })
  .exactOptional()
  .describe(
    'CloudWatch alarms, and messages about changes to signing keys (these need a CloudTrail trail in the account); if absent, there are none',
  );

const tags = z
  .record(
    z.string().regex(/^(?!aws:)[\w .:/=+@-]{1,128}$/, '1-128 characters, not starting with "aws:"'),
    z.string().regex(/^[\w .:/=+@-]{0,256}$/, 'at most 256 letters, digits, spaces and _.:/=+-@'),
  )
  .default({})
  .describe('tags for every resource that supports tags');

/**
 * The schema of `environments/<name>.json`. Rules that concern more than one member are in
 * `environment-checks.ts`.
 */
export const environmentSchema = z.strictObject({
  $schema: z
    .string()
    .exactOptional()
    .describe('path of the JSON Schema, which editors use for completion'),
  name: z
    .string()
    .regex(ENVIRONMENT_NAME, ENVIRONMENT_NAME_TEXT)
    .describe(
      'name of the environment; it must equal the file name, and every resource name starts with it',
    ),
  target: z
    .enum(['aws', 'emulator'])
    .describe(
      'where the stacks are deployed; `emulator` applies the differences that a local AWS emulator needs',
    ),
  region: region.describe(
    'home region, in which the bucket, API, functions and signing keys are created',
  ),
  account: z
    .string()
    .regex(/^\d{12}$/, 'an AWS account id: 12 digits')
    .exactOptional()
    .describe(
      'the only AWS account to which this environment may be deployed; if absent, the account of the credentials is used',
    ),
  state,
  retention: z
    .enum(['keep', 'delete'])
    .default('keep')
    .describe(
      'whether content, keys and logs are kept in the account when the stack is destroyed or no longer contains them',
    ),
  contentHost,
  content,
  appOrigins: z
    .array(
      z
        .string()
        .regex(/^https?:\/\/(?:[a-z0-9.-]+|\[::1\])(?::[1-9]\d{0,4})?$/, {
          error: ORIGIN_TEXT,
          abort: true,
        })
        .refine((value) => URL.canParse(value) && new URL(value).origin === value, ORIGIN_TEXT),
    )
    .max(20)
    .describe('origins of your pages, which request sessions and show content'),
  issuers: z
    .array(issuerSchema)
    .min(1)
    .max(10)
    .describe('identity providers whose tokens are accepted'),
  signingKeys,
  retired,
  grants: grantsSchema,
  cookies,
  edge,
  functions,
  publicPrefix: z
    .boolean()
    .default(false)
    .describe(
      'whether `/public/*` serves the objects below `public/` in the bucket to everybody, without a signature',
    ),
  pricingPlan: z
    .enum(PRICING_PLANS)
    .default('pay-as-you-go')
    .describe(
      'CloudFront pricing plan of the distribution; features that a flat-rate plan does not have are refused',
    ),
  webAcl: webAclSchema,
  alarms,
  logs: logsSchema,
  tags,
});

/** A checked environment. Members that were left out have their defaults. */
export type Environment = z.output<typeof environmentSchema>;
