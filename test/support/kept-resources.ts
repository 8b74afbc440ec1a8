/**
 * Addresses of resources that hold data or a key, of what protects them, and of the claim that
 * stops a second deployment.
 */
export const KEPT_RESOURCE =
  /^aws_(?:s3_bucket|kms_|cloudwatch_log_group|ssm_parameter\.[^.]*claim)/;
