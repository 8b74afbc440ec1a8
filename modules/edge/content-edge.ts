import type { ITerraformDependable, TerraformProvider } from 'cdktf';
import { Construct } from 'constructs';
import { siteOf } from '#configuration/site';
import type { ContentStore } from '../content/content-store';
import { ApiOriginRequestPolicy } from './api-origin-request-policy';
import { ContentCachePolicy } from './content-cache-policy';
import { type ApiOrigin, ContentDistribution, type PriceClass } from './content-distribution';
import { ContentDomain } from './content-domain';
import { ContentResponseHeaders } from './content-response-headers';
import type { DistributionLogging } from './distribution-logging';
import { OriginAccess } from './origin-access';
import { OriginSecret, type OriginSecretSlot } from './origin-secret';
import { ViewerGuard } from './viewer-guard';
import { WebAcl, type WebAclReference } from './web-acl';

/** Where viewers load content. */
export interface ContentHost {
  /** Host of your own, e.g. `media.example.com`. @default - the distribution's own domain */
  readonly name?: string;
  /** ARN of a certificate in us-east-1. @default - a certificate is requested in the hosted zone */
  readonly certificateArn?: string;
  /** Id of the Route 53 zone for the DNS records of `name`. @default - you create the records */
  readonly hostedZoneId?: string;
  /** Base URL of the local edge, on emulators only. @default - CloudFront serves */
  readonly localBaseUrl?: string;
}

/** A web ACL of yours, or the limit of the one that is created. */
export interface WebAclChoice {
  /** ARN of a web ACL of yours. @default - one is created */
  readonly arn?: string;
  /** Requests to `/api/*` that one address may send in five minutes. @default 300 */
  readonly requestsPerFiveMinutes?: number;
}

/** What `ContentEdge` is made from. */
export interface ContentEdgeProps {
  /** Prefix of the names of all resources. */
  readonly environmentName: string;
  /** Bucket with the content; the distribution is allowed to read it. */
  readonly store: ContentStore;
  /** Key group whose signatures open content. */
  readonly keyGroup: { readonly keyGroupId: string };
  /** API behind `/api/*`. */
  readonly api: ApiOrigin;
  /** Path of the built `viewer-guard`. */
  readonly viewerGuardPath: string;
  /** Exact origins of the pages that show content, e.g. `https://app.example.com`. */
  readonly appOrigins: readonly string[];
  /** Provider for us-east-1, for the certificate and the web ACL. */
  readonly edgeProvider: TerraformProvider;
  /** Where viewers load content. @default - the distribution's own domain */
  readonly contentHost?: ContentHost;
  /** Whether `/public/*` is served to everybody. @default false */
  readonly publicPrefix?: boolean;
  /** AWS WAF in front of the distribution. @default - AWS WAF is not used */
  readonly webAcl?: WebAclChoice;
  /** Edge locations that serve. @default PriceClass_All */
  readonly priceClass?: PriceClass;
  /** Whether viewers may connect over IPv6. @default true */
  readonly ipv6?: boolean;
  /** Which origin secret CloudFront sends. @default a */
  readonly originSecretSlot?: OriginSecretSlot;
  /**
   * Legacy logging, and whether logs hold cookies. @default - no legacy logging, no cookies in
   * logs
   */
  readonly logging?: DistributionLogging;
  /** What must be there before the distribution. @default - only what the distribution refers to */
  readonly waitFor?: readonly ITerraformDependable[];
}

/**
 * The edge: the distribution with its policies, guard, origin secret, domain and web ACL.
 *
 * @example
 * const edge = new ContentEdge(stack, 'edge', {
 *   environmentName: 'production',
 *   store,
 *   keyGroup: signing.keyGroup,
 *   api,
 *   viewerGuardPath: 'dist/functions/viewer-guard/viewer-guard.js',
 *   appOrigins: ['https://app.example.com'],
 *   edgeProvider,
 * });
 */
export class ContentEdge extends Construct {
  readonly distribution: ContentDistribution;
  readonly viewerGuard: ViewerGuard;
  readonly originSecret: OriginSecret;
  /** Scheme and host from which viewers load content; a token when CloudFront chooses the host. */
  readonly contentBaseUrl: string;
  /** ARN of the web ACL that was created here; undefined without one, and with one of yours. */
  readonly ownWebAclArn: string | undefined;
  readonly #props: ContentEdgeProps;

  constructor(scope: Construct, id: string, props: ContentEdgeProps) {
    super(scope, id);
    const { environmentName, publicPrefix = false, ipv6 = true } = props;
    this.#props = props;
    this.originSecret = new OriginSecret(this, 'origin-secret', {
      environmentName,
      sentSlot: props.originSecretSlot ?? 'a',
    });
    this.viewerGuard = new ViewerGuard(this, 'viewer-guard', {
      environmentName,
      bundlePath: props.viewerGuardPath,
    });
    const domain = this.#createDomain();
    const webAcl = this.#createWebAcl();
    this.ownWebAclArn = webAcl instanceof WebAcl ? webAcl.webAclArn : undefined;
    this.distribution = this.#createDistribution(domain, webAcl);
    const { distributionArn, distributionDomainName, distributionHostedZoneId } = this.distribution;
    props.store.allowDistribution({ distributionArn, publicPrefix });
    domain?.pointAt({ distributionDomainName, distributionHostedZoneId, ipv6 });
    this.contentBaseUrl =
      this.#chosenBaseUrl ?? `https://${this.distribution.distributionDomainName}`;
  }

  /** Base URL of content; undefined when CloudFront chooses the host. */
  get #chosenBaseUrl(): string | undefined {
    const { name, localBaseUrl } = this.#props.contentHost ?? {};
    return name === undefined ? localBaseUrl : `https://${name}`;
  }

  #createDomain(): ContentDomain | undefined {
    const { contentHost, edgeProvider } = this.#props;
    if (contentHost?.name === undefined) return undefined;
    const { name: hostName, certificateArn, hostedZoneId } = contentHost;
    return new ContentDomain(this, 'domain', {
      hostName,
      edgeProvider,
      ...(certificateArn !== undefined && { certificateArn }),
      ...(hostedZoneId !== undefined && { hostedZoneId }),
    });
  }

  #createDistribution(
    domain: ContentDomain | undefined,
    webAcl: WebAclReference | undefined,
  ): ContentDistribution {
    const { environmentName, store, publicPrefix = false, ...rest } = this.#props;
    return new ContentDistribution(this, 'distribution', {
      environmentName,
      bucket: store.bucket,
      keyGroup: rest.keyGroup,
      api: rest.api,
      originAccess: new OriginAccess(this, 'origin-access', { environmentName }),
      originSecret: this.originSecret,
      viewerGuard: this.viewerGuard,
      cachePolicy: new ContentCachePolicy(this, 'content-cache', { environmentName }),
      apiRequestPolicy: new ApiOriginRequestPolicy(this, 'api-request', { environmentName }),
      responseHeaders: {
        tenant: this.#createHeaders('tenant'),
        user: this.#createHeaders('user'),
        ...(publicPrefix && { public: this.#createHeaders('public') }),
      },
      ...(domain !== undefined && { domain }),
      ...(webAcl !== undefined && { webAcl }),
      ...(rest.priceClass !== undefined && { priceClass: rest.priceClass }),
      ...(rest.ipv6 !== undefined && { ipv6: rest.ipv6 }),
      ...(rest.logging !== undefined && { logging: rest.logging }),
      ...(rest.waitFor !== undefined && { waitFor: rest.waitFor }),
    });
  }

  #createHeaders(part: 'tenant' | 'user' | 'public'): ContentResponseHeaders {
    const { environmentName, appOrigins } = this.#props;
    const base = this.#chosenBaseUrl;
    return new ContentResponseHeaders(this, `${part}-headers`, {
      environmentName,
      part,
      appOrigins,
      crossSite: appOrigins.some((origin) => base === undefined || siteOf(origin) !== siteOf(base)),
    });
  }

  #createWebAcl(): WebAclReference | undefined {
    const { environmentName, webAcl, edgeProvider } = this.#props;
    if (webAcl === undefined) return undefined;
    const { arn, requestsPerFiveMinutes } = webAcl;
    if (arn !== undefined) return { webAclArn: arn };
    return new WebAcl(this, 'web-acl', {
      environmentName,
      edgeProvider,
      ...(requestsPerFiveMinutes !== undefined && { requestsPerFiveMinutes }),
    });
  }
}
