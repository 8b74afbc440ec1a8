import { z } from 'zod';

const PRINCIPAL_TEXT =
  'the ARN of an IAM role or user, e.g. "arn:aws:iam::123456789012:role/analyst"; * only after the start of a name';

/** Schema of those who may assume a role that reads logs. */
export const readersSchema = z.strictObject({
  principals: z
    .array(
      z
        .string()
        .regex(
          /^arn:aws:iam::\d{12}:(?:role|user)\/[\w+=,.@-][\w+=,.@/*-]{1,511}$/,
          PRINCIPAL_TEXT,
        ),
    )
    .min(1)
    .max(20)
    .describe(
      'roles and users; each also needs `sts:AssumeRole` in its own policy. `*` stands for any characters, as in the names of IAM Identity Center',
    ),
  requireMfa: z
    .boolean()
    .default(true)
    .describe(
      'only sessions that began with multi-factor authentication at IAM; those of IAM Identity Center and of services never say so',
    ),
  organizationPaths: z
    .array(
      z
        .string()
        .regex(
          /^o-[a-z0-9]{10,32}\/r-[a-z0-9]{4,32}\/(?:[a-z0-9-]+\/)*\*?$/,
          'a path of AWS Organizations, e.g. "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*"',
        ),
    )
    .min(1)
    .max(20)
    .exactOptional()
    .describe('only principals of accounts below one of these paths; absent: of any account'),
});
