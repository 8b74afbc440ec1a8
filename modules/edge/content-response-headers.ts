import { CloudfrontResponseHeadersPolicy } from '@cdktf/provider-aws/lib/cloudfront-response-headers-policy';
import { Construct } from 'constructs';
import { acceptFindings } from '../synthesis/accepted-findings';
import { resourceName } from '../synthesis/resource-names';

const CONTENT_SECURITY_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox";
const HSTS_SECONDS = 63_072_000;
const EXPOSED_HEADERS = ['Accept-Ranges', 'Content-Length', 'Content-Range', 'ETag'];
const HIDDEN_HEADERS = [
  'Server',
  'x-amz-server-side-encryption',
  'x-amz-server-side-encryption-aws-kms-key-id',
  'x-amz-version-id',
];

/** What `ContentResponseHeaders` is made from. */
export interface ContentResponseHeadersProps {
  /** Prefix of the resource's name. */
  readonly environmentName: string;
  /** The kind of content that the policy is for; it becomes part of the policy's name. */
  readonly part: 'tenant' | 'user' | 'public';
  /**
   * Exact origins of the pages that may read content with credentials; `*` is refused (C-36,
   * S-15).
   */
  readonly appOrigins: readonly string[];
  /** Whether one of them is on another site than the content; browsers then need `cross-origin`. */
  readonly crossSite: boolean;
}

interface CustomHeader {
  readonly header: string;
  readonly value: string;
  readonly override: boolean;
}

/**
 * The response headers of content, whatever is stored with an object (S-07). Browsers do not
 * guess its type,
 * do not frame it and do not run script in it, and only the configured pages may read it. Files
 * of one person
 * are downloads, unless the object itself says `inline`; only checked raster images do.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-response-
 * headers-policies.html
 *
 * @example
 * const headers = new ContentResponseHeaders(stack, 'tenant-headers', {
 *   environmentName: 'production',
 *   part: 'tenant',
 *   appOrigins: ['https://app.example.com'],
 *   crossSite: false,
 * });
 */
export class ContentResponseHeaders extends Construct {
  /** The underlying response headers policy. */
  readonly resource: CloudfrontResponseHeadersPolicy;
  /** Id that a cache behavior names. */
  readonly responseHeadersPolicyId: string;

  constructor(scope: Construct, id: string, props: ContentResponseHeadersProps) {
    super(scope, id);
    const wildcard = props.appOrigins.find((origin) => origin.includes('*'));
    if (wildcard !== undefined) {
      throw new Error(`appOrigins: expected exact origins, got ${JSON.stringify(wildcard)}`);
    }
    this.resource = new CloudfrontResponseHeadersPolicy(this, 'policy', {
      name: resourceName(props.environmentName, props.part),
      lifecycle: { createBeforeDestroy: true },
      comment: `${props.environmentName}: content below ${props.part}`,
      securityHeadersConfig: securityHeaders(),
      customHeadersConfig: { items: customHeaders(props) },
      removeHeadersConfig: { items: HIDDEN_HEADERS.map((header) => ({ header })) },
      ...(props.appOrigins.length > 0 && { corsConfig: crossOriginReading(props.appOrigins) }),
    });
    acceptFindings(this.resource, {
      CKV_AWS_259:
        'The header is set for two years. `includeSubDomains` and `preload` would bind hosts that are not part of this stack.',
    });
    this.responseHeadersPolicyId = this.resource.id;
  }
}

function securityHeaders() {
  return {
    contentTypeOptions: { override: true },
    contentSecurityPolicy: { contentSecurityPolicy: CONTENT_SECURITY_POLICY, override: true },
    frameOptions: { frameOption: 'DENY', override: true },
    referrerPolicy: { referrerPolicy: 'no-referrer', override: true },
    strictTransportSecurity: { accessControlMaxAgeSec: HSTS_SECONDS, override: true },
  };
}

function customHeaders({ part, crossSite }: ContentResponseHeadersProps): CustomHeader[] {
  const headers: CustomHeader[] = [
    {
      header: 'Cross-Origin-Resource-Policy',
      value: crossSite ? 'cross-origin' : 'same-site',
      override: true,
    },
  ];
  // A browser may store a private file but must ask each time before it shows the file again.
  if (part !== 'public') {
    headers.push({ header: 'Cache-Control', value: 'private, no-cache', override: true });
  }
  // The disposition of the object itself wins. It is `inline` for raster images only.
  if (part === 'user') {
    headers.push({ header: 'Content-Disposition', value: 'attachment', override: false });
  }
  return headers;
}

function crossOriginReading(appOrigins: readonly string[]) {
  return {
    accessControlAllowCredentials: true,
    accessControlAllowOrigins: { items: [...appOrigins] },
    // CloudFront wants both lists, and sends them with answers to preflights alone. A preflight
    // carries no
    // cookie and OPTIONS is not among the methods, so it never succeeds: nothing here can allow
    // more than
    // what a page may ask without one.
    accessControlAllowMethods: { items: ['GET', 'HEAD'] },
    accessControlAllowHeaders: { items: ['Range'] },
    accessControlExposeHeaders: { items: EXPOSED_HEADERS },
    originOverride: true,
  };
}
