import {
  CloudfrontDistribution,
  type CloudfrontDistributionOrigin,
  type CloudfrontDistributionViewerCertificate,
} from '@cdktf/provider-aws/lib/cloudfront-distribution';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { ORIGIN_SECRET_HEADER } from '#core/contract/headers';
import type { ContentBucket } from '../content/private-bucket';
import { acceptFindings } from '../synthesis/accepted-findings';
import { buildCacheBehaviors, type CacheBehaviorParts, ORIGIN_IDS } from './cache-behaviors';
import type { ContentDomain, DistributionAddress } from './content-domain';
import type { DistributionLogging } from './distribution-logging';
import type { OriginAccess } from './origin-access';
import type { OriginSecret } from './origin-secret';
import type { WebAclReference } from './web-acl';

/**
 * The newest minimum that AWS provider 5.100 knows; CloudFront itself has newer ones since 2025
 * (S-04).
 */
const TLS_VERSION_MIN = 'TLSv1.2_2021';

/** Edge locations that serve: the cheapest, all but the most expensive, or all. */
export type PriceClass = 'PriceClass_100' | 'PriceClass_200' | 'PriceClass_All';

/** Findings of the policy scanner that stand. */
const FINDINGS = {
  CKV_AWS_305:
    'There is no page at `/`. The default behavior needs a signature, as all others for content do.',
  CKV_AWS_310:
    'A second origin would be a second bucket with the same private content. Whether it may exist is a decision of the owner of the data.',
  CKV_AWS_374:
    'A signature opens content, not the place of the viewer. Restrict countries in a web ACL of yours (`webAcl.arn`).',
} as const;
const WEB_ACL_FINDINGS = {
  CKV2_AWS_47:
    'The web ACL has the rule group that the check asks for (`AWSManagedRulesKnownBadInputsRuleSet`). The check does not find it, because the distribution names the web ACL by its ARN.',
} as const;

/** The API as an origin. */
export interface ApiOrigin {
  /** Host of the HTTP API, without scheme. */
  readonly endpointHost: string;
}

/** What `ContentDistribution` is made from. */
export interface ContentDistributionProps extends CacheBehaviorParts {
  /** Shown in the distribution's comment. */
  readonly environmentName: string;
  /** Bucket with the content. */
  readonly bucket: ContentBucket;
  /** How CloudFront signs its requests to the bucket. */
  readonly originAccess: Pick<OriginAccess, 'originAccessControlId'>;
  /** API behind `/api/*`. */
  readonly api: ApiOrigin;
  /** Value that CloudFront sends to the API, so that the API knows its caller. */
  readonly originSecret: Pick<OriginSecret, 'sentValue'>;
  /** Host name and certificate. @default - the distribution's own domain and certificate */
  readonly domain?: Pick<ContentDomain, 'hostName' | 'certificateArn'>;
  /** Web ACL in front of the distribution. @default - AWS WAF is not used */
  readonly webAcl?: WebAclReference;
  /** Edge locations that serve. @default PriceClass_All */
  readonly priceClass?: PriceClass;
  /** Whether viewers may connect over IPv6. @default true */
  readonly ipv6?: boolean;
  /**
   * Legacy logging, and whether logs hold cookies. @default - no legacy logging, no cookies in
   * logs
   */
  readonly logging?: DistributionLogging;
  /** What must be there before the distribution. @default - only what the distribution refers to */
  readonly waitFor?: readonly ITerraformDependable[];
}

/**
 * The distribution, with the API below `/api/*` and content everywhere else. It has no custom error
 * responses: a refusal stays a refusal (C-53).
 *
 * `ContentEdge` makes a distribution with everything that it refers to; use this class to bring
 * your own
 * policies.
 */
export class ContentDistribution extends Construct implements DistributionAddress {
  /** The underlying distribution. */
  readonly resource: CloudfrontDistribution;
  readonly distributionId: string;
  readonly distributionArn: string;
  readonly distributionDomainName: string;
  readonly distributionHostedZoneId: string;

  constructor(scope: Construct, id: string, props: ContentDistributionProps) {
    super(scope, id);
    const behaviors = buildCacheBehaviors(props);
    this.resource = new CloudfrontDistribution(this, 'distribution', {
      comment: `${props.environmentName}: private content`,
      enabled: true,
      httpVersion: 'http2and3',
      isIpv6Enabled: props.ipv6 ?? true,
      priceClass: props.priceClass ?? 'PriceClass_All',
      origin: [contentOrigin(props), apiOrigin(props)],
      orderedCacheBehavior: behaviors.ordered,
      defaultCacheBehavior: behaviors.default,
      restrictions: { geoRestriction: { restrictionType: 'none' } },
      viewerCertificate: viewerCertificate(props.domain?.certificateArn),
      waitForDeployment: true,
      ...(props.domain !== undefined && { aliases: [props.domain.hostName] }),
      ...(props.webAcl !== undefined && { webAclId: props.webAcl.webAclArn }),
      ...(props.waitFor !== undefined && { dependsOn: [...props.waitFor] }),
    });
    acceptFindings(this.resource, FINDINGS);
    if (props.webAcl !== undefined) acceptFindings(this.resource, WEB_ACL_FINDINGS);
    if (props.logging !== undefined) log(this.resource, props.logging);
    this.distributionId = this.resource.id;
    this.distributionArn = this.resource.arn;
    this.distributionDomainName = this.resource.domainName;
    this.distributionHostedZoneId = this.resource.hostedZoneId;
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
    // The binding always wants a bucket; provider 6.20 and later do not.
    distribution.addOverride('logging_config', { include_cookies: true });
  }
}

function contentOrigin(props: ContentDistributionProps): CloudfrontDistributionOrigin {
  return {
    originId: ORIGIN_IDS.content,
    domainName: props.bucket.bucketRegionalDomainName,
    originAccessControlId: props.originAccess.originAccessControlId,
  };
}

function apiOrigin(props: ContentDistributionProps): CloudfrontDistributionOrigin {
  return {
    originId: ORIGIN_IDS.api,
    domainName: props.api.endpointHost,
    customHeader: [{ name: ORIGIN_SECRET_HEADER, value: props.originSecret.sentValue }],
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
