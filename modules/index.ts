/**
 * Package entry `edgepass`: the constructs, for an app of your own. Nothing inside the project
 * imports it.
 */
export { LogCatalog, type LogCatalogProps } from './analytics/log-catalog';
export { LogReaders, type LogReadersProps } from './analytics/log-readers';
export { LogWorkspace, type LogWorkspaceProps } from './analytics/log-workspace';
export { QueryResults } from './analytics/query-results';
export { QueryWorkgroup, type QueryWorkgroupProps } from './analytics/query-workgroup';
export { RefusalMetric, type RefusalMetricProps } from './analytics/refusal-metric';
export { BucketPolicy, type BucketPolicyProps } from './content/bucket-policy';
export {
  contentDecryptStatement,
  contentReadStatement,
  refusePlainHttpStatement,
} from './content/bucket-statements';
export { ContentKey, type ContentKeyProps } from './content/content-key';
export { ContentStore, type ContentStoreProps } from './content/content-store';
export { FileTable, type FileTableProps } from './content/file-table';
export {
  type ContentBucket,
  existingContentBucket,
  PrivateBucket,
  type PrivateBucketProps,
} from './content/private-bucket';
export {
  ApiOriginRequestPolicy,
  type ApiOriginRequestPolicyProps,
} from './edge/api-origin-request-policy';
export { ContentCachePolicy, type ContentCachePolicyProps } from './edge/content-cache-policy';
export {
  type ApiOrigin,
  ContentDistribution,
  type ContentDistributionProps,
  type PriceClass,
} from './edge/content-distribution';
export {
  ContentDomain,
  type ContentDomainProps,
  type DistributionAddress,
} from './edge/content-domain';
export {
  ContentEdge,
  type ContentEdgeProps,
  type ContentHost,
  type WebAclChoice,
} from './edge/content-edge';
export {
  ContentResponseHeaders,
  type ContentResponseHeadersProps,
} from './edge/content-response-headers';
export { DeployedDistribution, type DeployedDistributionProps } from './edge/deployed-distribution';
export { type DistributionLogging } from './edge/distribution-logging';
export { OriginAccess, type OriginAccessProps } from './edge/origin-access';
export { OriginSecret, type OriginSecretProps, type OriginSecretSlot } from './edge/origin-secret';
export { ViewerGuard, type ViewerGuardProps } from './edge/viewer-guard';
export { WebAcl, type WebAclProps, type WebAclReference } from './edge/web-acl';
export { FilesFunction, type FilesFunctionProps, filesRoleArn } from './functions/files-function';
export { type ApiFunction, HttpApi, type HttpApiProps } from './functions/http-api';
export {
  SessionFunction,
  type SessionFunctionProps,
  sessionRoleArn,
} from './functions/session-function';
export { AccessLogDelivery, type AccessLogDeliveryProps } from './logs/access-log-delivery';
export {
  AccessLogs,
  type AccessLogsProps,
  type DistributionLogs,
  type LogSources,
} from './logs/access-logs';
export { BucketAccessLog, type BucketAccessLogProps } from './logs/bucket-access-log';
export { EvidenceStore, type EvidenceStoreProps } from './logs/evidence-store';
export { IssuedGrantDelivery, type IssuedGrantDeliveryProps } from './logs/issued-grant-delivery';
export { LogBucket, type LogBucketProps } from './logs/log-bucket';
export { LogGroup, type LogGroupProps } from './logs/log-group';
export { V1LogStore, type V1LogStoreProps } from './logs/v1-log-store';
export { type WebAclLogChoice, WebAclLogs, type WebAclLogsProps } from './logs/web-acl-logs';
export {
  AlarmTopic,
  type AlarmTopicProps,
  type AlarmTopicReference,
} from './operations/alarm-topic';
export { DeliveryAlarms, type DeliveryAlarmsProps } from './operations/delivery-alarms';
export {
  DeploymentParameter,
  type DeploymentParameterProps,
} from './operations/deployment-parameter';
export { MetricAlarm, type MetricAlarmProps } from './operations/metric-alarm';
export { Operations, type OperationsProps } from './operations/operations';
export { RateAlarm, type RateAlarmProps } from './operations/rate-alarm';
export { KeptKey, type KeptKeyProps } from './signing/kept-key';
export { KeyWatch, type KeyWatchProps } from './signing/key-watch';
export { SigningKey, type SigningKeyProps, type SigningKeySpec } from './signing/signing-key';
export {
  SigningKeys,
  type SigningKeysProps,
  type SigningSlot,
  type SigningSlotState,
} from './signing/signing-keys';
export { TrustedKeyGroup, type TrustedKeyGroupProps } from './signing/trusted-key-group';
export { AnalyticsStack, type AnalyticsStackProps } from './stacks/analytics-stack';
export { DeliveryStack, type DeliveryStackProps } from './stacks/delivery-stack';
export { EnvironmentStack, type EnvironmentStackProps } from './stacks/environment-stack';
export { Account } from './synthesis/account';
export type { PolicyStatement } from './synthesis/policy-document';
export { copyProviderLock } from './synthesis/provider-lock';
export type { ResourceOwner } from './synthesis/resource-names';
export { listQueries, type QueryDescription } from '#analytics/catalog';
export { ConfigurationError } from '#configuration/configuration-error';
export { type Environment, parseEnvironment } from '#configuration/environment';
export type { FunctionSettings } from '#configuration/function-settings';
export { type LoadedEnvironment, loadEnvironment } from '#configuration/load-environment';
export { builtFunctionsFolder, providerLockFile } from '#configuration/package-folder';
export { buildSessionSettings } from '#configuration/session-settings';
