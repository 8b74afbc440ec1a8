import type {
  CacheBehavior as ApiBehavior,
  DefaultCacheBehavior,
  DistributionConfig,
  Origin as ApiOrigin,
} from '@aws-sdk/client-cloudfront';

/**
 * The edge cannot enforce the deployed distribution. It serves nothing, because it must not guess.
 */
export class UnsupportedDistributionError extends Error {
  override readonly name = 'UnsupportedDistributionError';
}

/**
 * Features of a distribution that this edge does not support, each with a test for its use. With
 * such a feature CloudFront would refuse, answer or route requests differently.
 */
const DISTRIBUTION_FEATURES: Readonly<Record<string, (config: DistributionConfig) => boolean>> = {
  'a web ACL': ({ WebACLId }) => isNamed(WebACLId),
  'a geographic restriction': ({ Restrictions }) =>
    ![undefined, 'none'].includes(Restrictions?.GeoRestriction?.RestrictionType),
  'a default root object': ({ DefaultRootObject }) => isNamed(DefaultRootObject),
  'origin groups': ({ OriginGroups }) => (OriginGroups?.Items ?? []).length > 0,
  'custom error pages': ({ CustomErrorResponses }) =>
    (CustomErrorResponses?.Items ?? []).some(
      ({ ResponsePagePath, ResponseCode }) => isNamed(ResponsePagePath) || isNamed(ResponseCode),
    ),
  'continuous deployment': ({ Staging, ContinuousDeploymentPolicyId }) =>
    Staging === true || isNamed(ContinuousDeploymentPolicyId),
  'certificates of viewers': ({ ViewerMtlsConfig }) => ViewerMtlsConfig !== undefined,
  'a connection function': ({ ConnectionFunctionAssociation }) =>
    isNamed(ConnectionFunctionAssociation?.Id),
  'distribution tenants': ({ ConnectionMode }) => ConnectionMode === 'tenant-only',
};

type AnyBehavior = ApiBehavior | DefaultCacheBehavior;

const BEHAVIOR_FEATURES: Readonly<Record<string, (behavior: AnyBehavior) => boolean>> = {
  'trusted signers': ({ TrustedSigners }) =>
    TrustedSigners?.Enabled === true || (TrustedSigners?.Items ?? []).length > 0,
  'Lambda@Edge': ({ LambdaFunctionAssociations }) =>
    (LambdaFunctionAssociations?.Items ?? []).length > 0,
  'field-level encryption': ({ FieldLevelEncryptionId }) => isNamed(FieldLevelEncryptionId),
  'Smooth Streaming': ({ SmoothStreaming }) => SmoothStreaming === true,
  gRPC: ({ GrpcConfig }) => GrpcConfig?.Enabled === true,
};

const ORIGIN_FEATURES: Readonly<Record<string, (origin: ApiOrigin) => boolean>> = {
  'an origin access identity': ({ S3OriginConfig }) =>
    isNamed(S3OriginConfig?.OriginAccessIdentity),
  'an origin in a VPC': ({ VpcOriginConfig }) => VpcOriginConfig !== undefined,
  'a bucket without origin access control': ({ CustomOriginConfig, OriginAccessControlId }) =>
    CustomOriginConfig === undefined && !isNamed(OriginAccessControlId),
};

function isNamed(text: string | undefined): boolean {
  return text !== undefined && text !== '';
}

function refuseFeatures<Subject>(
  subject: Subject,
  features: Readonly<Record<string, (subject: Subject) => boolean>>,
  place: string,
): void {
  const used = Object.entries(features)
    .filter(([, isUsed]) => isUsed(subject))
    .map(([feature]) => feature);
  if (used.length === 0) return;
  throw new UnsupportedDistributionError(
    `${place}: this edge does not enforce ${used.join(', ')}, so it serves nothing`,
  );
}

/**
 * @throws UnsupportedDistributionError when the distribution uses a feature that the edge does not
 * enforce
 */
export function requireSupportedDistribution(config: DistributionConfig): void {
  refuseFeatures(config, DISTRIBUTION_FEATURES, 'the distribution');
}

/**
 * @throws UnsupportedDistributionError when a cache behavior uses a feature that the edge does not
 * enforce
 */
export function requireSupportedBehavior(pathPattern: string, behavior: AnyBehavior): void {
  refuseFeatures(behavior, BEHAVIOR_FEATURES, `behavior ${pathPattern}`);
}

/**
 * @throws UnsupportedDistributionError when an origin is reached in a way that the edge does not
 * support
 */
export function requireSupportedOrigin(origin: ApiOrigin): void {
  refuseFeatures(origin, ORIGIN_FEATURES, `origin ${origin.Id ?? ''}`);
}
