/** Package entry `edgepass`: the constructs, for an app of your own. Nothing inside this package imports it. */
export { AccessLogDelivery, type AccessLogDeliveryProps } from './access-log-delivery';
export { Account } from './account';
export { AlarmTopic, type AlarmTopicProps } from './alarm-topic';
export { BucketPolicy, type BucketPolicyProps } from './bucket-policy';
export {
  contentDecryptStatement,
  contentReadStatement,
  refusePlainHttpStatement,
} from './bucket-statements';
export { ContentDistribution, type ContentDistributionProps } from './content-distribution';
export { ContentDomain, type ContentDomainProps } from './content-domain';
export { ContentKey, type ContentKeyProps } from './content-key';
export {
  ApiOriginRequestPolicy,
  type ApiOriginRequestPolicyProps,
} from './api-origin-request-policy';
export { ContentCachePolicy, type ContentCachePolicyProps } from './content-cache-policy';
export { OriginAccess, type OriginAccessProps } from './origin-access';
export {
  ContentResponseHeaders,
  type ContentResponseHeadersProps,
} from './content-response-headers';
export { ContentStore, type ContentStoreProps } from './content-store';
export { DeliveryAlarms, type DeliveryAlarmsProps } from './delivery-alarms';
export { DeploymentParameter, type DeploymentParameterProps } from './deployment-parameter';
export { EvidenceStore, type EvidenceStoreProps } from './evidence-store';
export { HttpApi, type ApiFunction, type HttpApiProps } from './http-api';
export { IssuedGrantDelivery, type IssuedGrantDeliveryProps } from './issued-grant-delivery';
export { KeyWatch, type KeyWatchProps } from './key-watch';
export { LogBucket, type LogBucketProps } from './log-bucket';
export { LogCatalog, type LogCatalogProps } from './log-catalog';
export { LogReaders, type LogReadersProps } from './log-readers';
export { LogWorkspace, type LogWorkspaceProps } from './log-workspace';
export { OriginSecret, type OriginSecretProps } from './origin-secret';
export {
  existingContentBucket,
  PrivateBucket,
  type ContentBucket,
  type PrivateBucketProps,
} from './private-bucket';
export type { PolicyStatement } from './policy-document';
export type { ResourceOwner } from './resource-names';
export { QueryResults } from './query-results';
export { QueryWorkgroup, type QueryWorkgroupProps } from './query-workgroup';
export { RefusalMetric, type RefusalMetricProps } from './refusal-metric';
export { SessionFunction, type SessionFunctionProps, type SigningSlot } from './session-function';
export { SigningKey, type SigningKeyProps, type SigningKeySpec } from './signing-key';
export { TrustedKeyGroup, type TrustedKeyGroupProps } from './trusted-key-group';
export { V1LogStore, type V1LogStoreProps } from './v1-log-store';
export { ViewerGuard, type ViewerGuardProps } from './viewer-guard';
export { WebAcl, type WebAclProps } from './web-acl';
export { AnalyticsStack, type AnalyticsStackProps } from './stacks/analytics-stack';
export { DeliveryStack, type DeliveryStackProps } from './stacks/delivery-stack';
