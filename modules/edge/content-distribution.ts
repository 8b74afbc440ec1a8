import {
  CloudfrontDistribution,
  type CloudfrontDistributionOrigin,
  type CloudfrontDistributionViewerCertificate,
} from '@cdktf/provider-aws/lib/cloudfront-distribution';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { ContentBucket } from '../content/private-bucket';
import { buildCacheBehaviors, type CacheBehaviorParts } from './cache-behaviors';
import type { DistributionLogging } from './cookie-switch';

/** Origin ids are what logs and the local edge call the two origins. */
const CONTENT_ORIGIN = 'content';
const API_ORIGIN = 'api';

/** Header by which the API knows that a request came through this distribution (S-13). */
export const ORIGIN_SECRET_HEADER = 'x-edgepass-origin-secret';

/** The newest minimum that AWS provider 5.100 knows; CloudFront itself has newer ones since 2025 (S-04). */
const TLS_VERSION_MIN = 'TLSv1.2_2021';

/** What `ContentDistribution` is made from. */
export interface ContentDistributionProps extends Omit<
  CacheBehaviorParts,
  'contentOriginId' | 'apiOriginId'
> {
  readonly environmentName: string;
  readonly bucket: ContentBucket;
  readonly originAccessControlId: string;
  /** Host of the HTTP API, without scheme. */
  readonly apiHost: string;
  /** Value of the secret origin header. */
  readonly originSecret: string;
  /** @default - the distribution's own domain and certificate */
  readonly alias?: { readonly name: string; readonly certificateArn: string };
  /** @default - no web ACL */
  readonly webAclArn?: string;
  /** @default PriceClass_All */
  readonly priceClass?: 'PriceClass_100' | 'PriceClass_200' | 'PriceClass_All';
  /** @default true */
  readonly ipv6?: boolean;
  /** Legacy logging and the switch for cookies in logs. @default - neither */
  readonly logging?: DistributionLogging;
  /** What must be there before the distribution. @default - nothing but what it names */
  readonly waitFor?: readonly ITerraformDependable[];
}

/**
 * The distribution: one door for the API, one for content, every behavior on an explicit list. It has no
 * custom error responses: a refusal stays a refusal (C-53).
 */
export class ContentDistribution extends Construct {
  readonly distributionId: string;
  readonly distributionArn: string;
  readonly distributionDomainName: string;
  readonly distributionHostedZoneId: string;

  constructor(scope: Construct, id: string, props: ContentDistributionProps) {
    super(scope, id);
    const behaviors = buildCacheBehaviors({
      ...props,
      contentOriginId: CONTENT_ORIGIN,
      apiOriginId: API_ORIGIN,
    });
    const distribution = new CloudfrontDistribution(this, 'distribution', {
      comment: `${props.environmentName}: private content`,
      enabled: true,
      httpVersion: 'http2and3',
      isIpv6Enabled: props.ipv6 ?? true,
      priceClass: props.priceClass ?? 'PriceClass_All',
      origin: [contentOrigin(props), apiOrigin(props)],
      orderedCacheBehavior: behaviors.ordered,
      defaultCacheBehavior: behaviors.default,
      restrictions: { geoRestriction: { restrictionType: 'none' } },
      viewerCertificate: viewerCertificate(props.alias?.certificateArn),
      waitForDeployment: true,
      ...(props.alias !== undefined && { aliases: [props.alias.name] }),
      ...(props.webAclArn !== undefined && { webAclId: props.webAclArn }),
      ...(props.waitFor !== undefined && { dependsOn: [...props.waitFor] }),
    });
    if (props.logging !== undefined) log(distribution, props.logging);
    this.distributionId = distribution.id;
    this.distributionArn = distribution.arn;
    this.distributionDomainName = distribution.domainName;
    this.distributionHostedZoneId = distribution.hostedZoneId;
  }
}

function log(
  distribution: CloudfrontDistribution,
  { v1, includeCookies }: DistributionLogging,
): void {
  if (v1 !== undefined) {
    const { bucketDomainName: bucket, prefix } = v1;
    distribution.putLoggingConfig({ bucket, prefix, includeCookies });
  } else if (includeCookies) {
    // The binding is older than a switch without a bucket.
    distribution.addOverride('logging_config', { include_cookies: true });
  }
}

function contentOrigin(props: ContentDistributionProps): CloudfrontDistributionOrigin {
  return {
    originId: CONTENT_ORIGIN,
    domainName: props.bucket.bucketRegionalDomainName,
    originAccessControlId: props.originAccessControlId,
  };
}

function apiOrigin(props: ContentDistributionProps): CloudfrontDistributionOrigin {
  return {
    originId: API_ORIGIN,
    domainName: props.apiHost,
    customHeader: [{ name: ORIGIN_SECRET_HEADER, value: props.originSecret }],
    customOriginConfig: {
      httpPort: 80,
      httpsPort: 443,
      originProtocolPolicy: 'https-only',
      originSslProtocols: ['TLSv1.2'],
    },
  };
}

function viewerCertificate(
  certificateArn: string | undefined,
): CloudfrontDistributionViewerCertificate {
  if (certificateArn === undefined) return { cloudfrontDefaultCertificate: true };
  return {
    acmCertificateArn: certificateArn,
    sslSupportMethod: 'sni-only',
    minimumProtocolVersion: TLS_VERSION_MIN,
  };
}
