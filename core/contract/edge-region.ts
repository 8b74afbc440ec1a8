/**
 * Region of everything of CloudFront that needs one: certificates, web ACLs and their logs, log
 * deliveries, metrics and their alarms. It does not depend on the home region.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging.html
 */
export const EDGE_REGION = 'us-east-1';
