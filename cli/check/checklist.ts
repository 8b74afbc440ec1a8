import { CHECK_TOKEN_VARIABLE } from '#core/contract/process-variables';
import { SESSION_PATH } from '#core/contract/session-api';
import type { DeployedEnvironment } from '../deployed-environment';

/**
 * The result of a check. `unknown` means that it cannot be checked from here; the detail says what
 * is missing.
 */
export interface CheckResult {
  readonly outcome: 'pass' | 'fail' | 'unknown';
  readonly detail: string;
}

/** The data that a check may use. No check changes anything. */
export interface CheckContext {
  readonly deployed: DeployedEnvironment;
  /** An access token of the environment's issuer, if one was given. */
  readonly accessToken: string | undefined;
  /** Milliseconds since the Unix epoch. */
  readonly nowMilliseconds: number;
}

/** One check of the production checklist. */
export interface CheckDescription {
  readonly id: string;
  readonly title: string;
  /**
   * The requirements behind this check. docs/security-checklist.md lists the tests that prove them.
   */
  readonly requirements: readonly string[];
  /**
   * A command that shows the same result by hand. `<...>` stands for values of the deployment
   * record.
   */
  readonly command: string;
}

/** The checks before production, in a sensible order. */
export const CHECKLIST = [
  {
    id: 'public-access-block',
    title: 'All four public-access blocks are on',
    requirements: ['S-01'],
    command: 'aws s3api get-public-access-block --bucket <content bucket>',
  },
  {
    id: 'oac-only',
    title: 'The bucket is reached through origin access control only',
    requirements: ['S-02', 'S-03'],
    command:
      "aws cloudfront get-distribution-config --id <distribution> --query 'DistributionConfig.Origins'",
  },
  {
    id: 'one-distribution',
    title: 'The bucket policy names one distribution',
    requirements: ['S-02'],
    command: 'aws s3api get-bucket-policy --bucket <content bucket> --query Policy --output text',
  },
  {
    id: 'key-group',
    title: 'Every content behavior trusts the key group',
    requirements: ['C-52', 'C-05'],
    command:
      "aws cloudfront get-distribution-config --id <distribution> --query 'DistributionConfig.[CacheBehaviors,DefaultCacheBehavior]'",
  },
  {
    id: 'private-key',
    title: 'No private key is in version control: it never left KMS',
    requirements: ['K-01', 'K-02'],
    command:
      "aws kms describe-key --key-id <signing key> --query 'KeyMetadata.[Origin,KeyUsage,KeySpec]'",
  },
  {
    id: 'authentication',
    title: 'Nothing is signed before authentication',
    requirements: ['J-01', 'J-17', 'J-18', 'C-35'],
    command: `curl -si -X POST <content base URL>${SESSION_PATH}`,
  },
  {
    id: 'ownership',
    title: "Nothing is signed for somebody else's tenant",
    requirements: ['C-25', 'C-01', 'C-03'],
    command: `curl -si -X POST <content base URL>${SESSION_PATH} -H "authorization: Bearer $${CHECK_TOKEN_VARIABLE}" -H 'content-type: application/json' -d '{"tenants":["edgepass-check"]}'`,
  },
  {
    id: 'short-expiry',
    title: 'Grants are short',
    requirements: ['C-08', 'C-39'],
    command: 'npm run --silent edgepass -- config check <environment>',
  },
  {
    id: 'renewal',
    title: 'Pages are told to renew before expiry',
    requirements: ['C-39', 'C-41'],
    command: `curl -s -X POST <content base URL>${SESSION_PATH} -H "authorization: Bearer $${CHECK_TOKEN_VARIABLE}"`,
  },
  {
    id: 'refusals-logged',
    title: 'Failed attempts are logged',
    requirements: ['J-18', 'K-04', 'S-16'],
    command:
      'aws logs describe-log-groups --log-group-name-prefix <session log group> && aws logs describe-deliveries --region us-east-1',
  },
  {
    id: 'logs-arrive',
    title: 'Logs arrive in the log bucket',
    requirements: ['S-14', 'S-16', 'L-06'],
    command: 'aws s3 ls --recursive s3://<log bucket>/ | tail -n 3',
  },
  {
    id: 'quotas',
    title: 'The account has room for the next change',
    requirements: ['K-07'],
    command:
      "aws cloudfront list-public-keys --query 'PublicKeyList.Quantity' && aws cloudfront list-response-headers-policies --type custom --query 'ResponseHeadersPolicyList.Quantity'",
  },
  {
    id: 'direct-s3',
    title: 'Direct access to the bucket is refused',
    requirements: ['S-01', 'S-03', 'S-04'],
    command:
      "curl -s -o /dev/null -w '%{http_code}' https://<content bucket domain>/t/edgepass-check/x",
  },
] as const satisfies readonly CheckDescription[];

/** The id of a check. */
export type CheckId = (typeof CHECKLIST)[number]['id'];
