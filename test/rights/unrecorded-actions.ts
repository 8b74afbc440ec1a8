/** Actions that no recorded call shows, and why a deployer needs them all the same. */
export interface UnrecordedActions {
  readonly actions: readonly string[];
  readonly reason: string;
  /** Page of AWS or of Terraform that says so, or the file here that shows it. */
  readonly source: string;
}

export const UNRECORDED_ACTIONS: readonly UnrecordedActions[] = [
  {
    actions: ['iam:PassRole'],
    reason:
      'Lambda, Step Functions, Scheduler, Firehose and CloudWatch Logs get a role. AWS checks this right with the call that names the role.',
    source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html',
  },
  {
    actions: ['iam:CreateServiceLinkedRole'],
    reason: 'The first API of an account makes API Gateway create its service-linked role.',
    source:
      'https://docs.aws.amazon.com/apigateway/latest/developerguide/using-service-linked-roles.html',
  },
  {
    actions: ['cloudfront:AllowVendedLogDeliveryForResource'],
    reason: 'Checked when a distribution becomes a source of log deliveries.',
    source:
      'https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-V2-service-specific.html',
  },
  {
    actions: [
      'logs:CreateLogDelivery',
      'logs:DeleteLogDelivery',
      'logs:GetLogDelivery',
      'logs:ListLogDeliveries',
      'logs:UpdateLogDelivery',
    ],
    reason: 'Checked when API Gateway and Step Functions begin to write logs for the caller.',
    source: 'https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging.html',
  },
  {
    actions: [
      'acm:RemoveTagsFromCertificate',
      'athena:UntagResource',
      'cloudfront:UntagResource',
      'cloudwatch:UntagResource',
      'dynamodb:UntagResource',
      'events:UntagResource',
      'firehose:UntagDeliveryStream',
      'glue:UntagResource',
      'iam:UntagRole',
      'kms:UntagResource',
      'lambda:UntagResource',
      'logs:UntagResource',
      'sns:UntagResource',
      'ssm:RemoveTagsFromResource',
      'states:UntagResource',
      'wafv2:UntagResource',
    ],
    reason: 'Called when a key leaves `tags`. The recorded change gives a tag another value.',
    source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/access_tags.html',
  },
  {
    actions: [
      'cloudfront:UpdateKeyGroup',
      'dynamodb:UpdateTable',
      'lambda:DeleteFunctionConcurrency',
    ],
    reason:
      'Called when a signing slot is added or removed, when `retention` changes, and when `reservedConcurrency` is removed.',
    source: 'docs/changes.md',
  },
  {
    actions: [
      'apigateway:PATCH',
      'athena:UpdateNamedQuery',
      'cloudfront:UpdateCachePolicy',
      'cloudfront:UpdateOriginAccessControl',
      'cloudfront:UpdateOriginRequestPolicy',
      'glue:UpdateTable',
      'iam:UpdateRoleDescription',
      'kms:UpdateKeyDescription',
      'scheduler:UpdateSchedule',
      'states:UpdateStateMachine',
    ],
    reason:
      'Called when a later version of Edgepass changes the resource. No key of an environment file does.',
    source: 'docs/changes.md',
  },
  {
    actions: [
      'wafv2:DeleteLoggingConfiguration',
      'wafv2:GetLoggingConfiguration',
      'wafv2:PutLoggingConfiguration',
    ],
    reason: 'Called for `webAcl.logs`. MiniStack does not have the operations.',
    source: 'https://docs.aws.amazon.com/waf/latest/developerguide/logging-cw-logs.html',
  },
  {
    actions: ['athena:UpdatePreparedStatement'],
    reason: 'Called when the text of a query changes. MiniStack does not have the operation.',
    source: 'local/cloud/stack.ts',
  },
  {
    actions: ['s3:DeleteObject', 's3:DeleteObjectVersion', 's3:ListBucketVersions'],
    reason:
      'Called when a bucket that holds objects is deleted (`retention: "delete"`, and query results always). The recorded buckets were empty.',
    source:
      'https://registry.terraform.io/providers/hashicorp/aws/5.100.0/docs/resources/s3_bucket',
  },
];

/** What Terraform needs at the bucket that keeps its state. */
export const STATE_ACTIONS: UnrecordedActions = {
  actions: ['s3:DeleteObject', 's3:GetObject', 's3:ListBucket', 's3:PutObject'],
  reason: 'Terraform reads, writes and locks its state in the bucket of `state`.',
  source: 'https://developer.hashicorp.com/terraform/language/backend/s3',
};
