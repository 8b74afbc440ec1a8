import { z } from 'zod';
import {
  CAP_TO_TOKEN_CHOICES,
  GRANT_LIFETIME_SECONDS_MAX,
  REUSE_WINDOW_SECONDS_MAX,
} from '#core/contract/grant-limits';

const cap = (most: number, what: string): z.ZodDefault<z.ZodInt> =>
  z.int().min(10).max(most).default(most).describe(`${what}; the default is also the maximum`);

/** Schema of the lifetimes of grants. */
export const grantsSchema = z
  .strictObject({
    cookieLifetimeSeconds: cap(
      GRANT_LIFETIME_SECONDS_MAX.cookies,
      'lifetime of a cookie set in seconds',
    ),
    signedUrlLifetimeSeconds: cap(
      GRANT_LIFETIME_SECONDS_MAX.signedUrl,
      'lifetime of the signed URL of one file in seconds',
    ),
    signedUrlBatchLifetimeSeconds: cap(
      GRANT_LIFETIME_SECONDS_MAX.signedUrlBatch,
      'lifetime in seconds of signed URLs that were requested for many files at once',
    ),
    reuseWindowSeconds: z
      .int()
      .min(0)
      .max(REUSE_WINDOW_SECONDS_MAX)
      .default(60)
      .describe(
        'how long one signature is given out again for the same person, scope and key; 0: never',
      ),
    shareAcrossSubjects: z
      .boolean()
      .default(false)
      .describe(
        'one signature for all people of a tenant; this needs fewer KMS calls, but the logs cannot distinguish the people',
      ),
    capToToken: z
      .enum(CAP_TO_TOKEN_CHOICES)
      .default('auto')
      .describe(
        'whether a grant must end when its token ends; `auto`: only if the token lives longer than 15 minutes',
      ),
  })
  .prefault({})
  .describe('lifetimes of grants');
