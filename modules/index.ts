/** Package entry `edgepass`: the constructs, for an app of your own. Nothing inside this package imports it. */
export { AccessLogDelivery, type AccessLogDeliveryProps } from './logs/access-log-delivery';
export { Account } from './synthesis/account';
export { AlarmTopic, type AlarmTopicProps } from './operations/alarm-topic';
export { BucketPolicy, type BucketPolicyProps } from './content/bucket-policy';
export {
  contentDecryptStatement,
  contentReadStatement,
  refusePlainHttpStatement,
} from './content/bucket-statements';
export { ContentDistribution, type ContentDistributionProps } from './edge/content-distribution';
export { ContentDomain, type ContentDomainProps } from './edge/content-domain';
export { ContentKey, type ContentKeyProps } from './content/content-key';
export {
  ApiOriginRequestPolicy,
  type ApiOriginRequestPolicyProps,
} from './edge/api-origin-request-policy';
export { ContentCachePolicy, type ContentCachePolicyProps } from './edge/content-cache-policy';
export { OriginAccess, type OriginAccessProps } from './edge/origin-access';
export {
  ContentResponseHeaders,
  type ContentResponseHeadersProps,
} from './edge/content-response-headers';
export { ContentStore, type ContentStoreProps } from './content/content-store';
export { DeliveryAlarms, type DeliveryAlarmsProps } from './operations/delivery-alarms';
export {
  DeploymentParameter,
  type DeploymentParameterProps,
} from './operations/deployment-parameter';
export { EvidenceStore, type EvidenceStoreProps } from './logs/evidence-store';
export { HttpApi, type ApiFunction, type HttpApiProps } from './functions/http-api';
export { IssuedGrantDelivery, type IssuedGrantDeliveryProps } from './logs/issued-grant-delivery';
export { KeyWatch, type KeyWatchProps } from './signing/key-watch';
export { LogBucket, type LogBucketProps } from './logs/log-bucket';
export { LogCatalog, type LogCatalogProps } from './analytics/log-catalog';
export { LogReaders, type LogReadersProps } from './analytics/log-readers';
export { LogWorkspace, type LogWorkspaceProps } from './analytics/log-workspace';
export { OriginSecret, type OriginSecretProps } from './edge/origin-secret';
export {
  existingContentBucket,
  PrivateBucket,
  type ContentBucket,
  type PrivateBucketProps,
} from './content/private-bucket';
export type { PolicyStatement } from './synthesis/policy-document';
export type { ResourceOwner } from './synthesis/resource-names';
export { QueryResults } from './analytics/query-results';
export { QueryWorkgroup, type QueryWorkgroupProps } from './analytics/query-workgroup';
export { RefusalMetric, type RefusalMetricProps } from './analytics/refusal-metric';
export {
  SessionFunction,
  type SessionFunctionProps,
  type SigningSlot,
} from './functions/session-function';
export { SigningKey, type SigningKeyProps, type SigningKeySpec } from './signing/signing-key';
export { TrustedKeyGroup, type TrustedKeyGroupProps } from './signing/trusted-key-group';
export { V1LogStore, type V1LogStoreProps } from './logs/v1-log-store';
export { ViewerGuard, type ViewerGuardProps } from './edge/viewer-guard';
export { WebAcl, type WebAclProps } from './edge/web-acl';
export { AnalyticsStack, type AnalyticsStackProps } from './stacks/analytics-stack';
export { DeliveryStack, type DeliveryStackProps } from './stacks/delivery-stack';
