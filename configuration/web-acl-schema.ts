import { z } from 'zod';
import { retentionDays } from './retention-days';

const logs = z
  .strictObject({
    requests: z
      .enum(['blocked', 'all'])
      .default('blocked')
      .describe(
        'which requests are logged; `blocked`: those that a rule blocked or counted; `all`: every request for content too, which costs more',
      ),
    retentionDays: retentionDays
      .default(90)
      .describe('days for which the log group of the web ACL is kept'),
  })
  .exactOptional()
  .describe(
    'logs of the web ACL in a log group in us-east-1, without cookies, access tokens and query strings; AWS charges for them; if absent, there are none',
  );

/** Schema of the member `webAcl` of an environment file. */
export const webAclSchema = z
  .strictObject({
    arn: z
      .string()
      .regex(
        /^arn:aws:wafv2:us-east-1:\d{12}:global\/webacl\/[\w-]+\/[\w-]+$/,
        'an ARN of a CLOUDFRONT web ACL in us-east-1',
      )
      .exactOptional()
      .describe('an existing web ACL; if absent, one is created'),
    requestsPerFiveMinutes: z
      .int()
      .min(10)
      .max(2_000_000_000)
      .exactOptional()
      .describe('requests to `/api/*` that one address may send in five minutes; default: 300'),
    logs,
  })
  .exactOptional()
  .describe('AWS WAF in front of the distribution; if absent, there is none');
