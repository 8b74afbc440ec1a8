import { z } from 'zod';
import { readersSchema } from './readers-schema';
import { retentionDays } from './retention-days';

const confirmNoParentDomainCookies = z.literal(
  true,
  'true: no other application sets cookies on a parent domain of the content host',
);

const evidence = z
  .strictObject({
    confirmNoParentDomainCookies: confirmNoParentDomainCookies.describe(
      'must be true: confirms that no other application sets cookies for a parent domain of the content host, because CloudFront would log them too',
    ),
    retentionDays: z
      .int()
      .min(1)
      .max(14)
      .default(7)
      .describe('days after which objects in the evidence bucket are deleted'),
    accessLog: z
      .boolean()
      .default(true)
      .describe(
        'whether S3 logs every request for the evidence bucket, in a bucket of its own that is kept for `logs.bucketRetentionDays`; S3 charges only for storing it',
      ),
  })
  .exactOptional()
  .describe(
    'a second log delivery that includes cookies and query strings; they open content until they expire, so it has its own bucket, encryption key and reader role; if absent, there is none',
  );

const v1 = z
  .strictObject({
    includeCookies: z
      .boolean()
      .describe(
        'whether cookies are logged; CloudFront has only one such switch for all logs of a distribution',
      ),
    confirmNoParentDomainCookies: confirmNoParentDomainCookies
      .exactOptional()
      .describe('same meaning as in `logs.evidence`; required with `includeCookies`'),
    retentionDays: z
      .int()
      .min(1)
      .max(3653)
      .default(7)
      .describe(
        'days after which objects in the bucket of v1 logs are deleted; they contain query strings and therefore signed URLs',
      ),
  })
  .exactOptional()
  .describe(
    'additional legacy standard logging (v1) into its own bucket; not possible in opt-in regions; if absent, there is none',
  );

/** Schema of the member `logs` of an environment file. */
export const logsSchema = z
  .strictObject({
    functionRetentionDays: retentionDays
      .default(90)
      .describe('days for which the log groups of the functions and the API are kept'),
    issuedGrantRetentionDays: retentionDays
      .default(365)
      .describe('days for which the log group of issued grants is kept'),
    bucketRetentionDays: z
      .int()
      .min(1)
      .max(3653)
      .default(90)
      .describe(
        'days after which objects in the log bucket are deleted: access logs without cookies, and issued grants',
      ),
    objectLock: z
      .boolean()
      .default(false)
      .describe(
        'S3 Object Lock (governance mode) on the log bucket until objects expire; Object Lock cannot be removed from a bucket, so a later `false` only ends the default retention of new objects',
      ),
    queryScanLimitMegabytes: z
      .int()
      // The AWS provider does not accept less than 10 MiB.
      .min(11)
      .max(10_000_000)
      .default(10_000)
      .describe(
        'Athena cancels a query that scans more megabytes than this; AWS charges for what was scanned until then',
      ),
    refusalMetric: z
      .boolean()
      .default(false)
      .describe(
        'runs a query every hour that publishes the number of refusals by cause as the metric `Refusals` in the namespace `Edgepass`; AWS charges for this query as for any other',
      ),
    analysts: readersSchema
      .exactOptional()
      .describe(
        'who may assume the role that reads logs without credentials; if absent, every principal of the account that may assume roles and used multi-factor authentication',
      ),
    evidenceReaders: readersSchema
      .exactOptional()
      .describe(
        'who may assume the role that reads cookies and query strings, which open content until they expire; if absent, nobody',
      ),
    evidence,
    v1,
  })
  .prefault({})
  .describe('access logs: what is logged, how long it is kept, and how much data a query may scan');
