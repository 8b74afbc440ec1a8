import type { CloudFrontClient, DistributionConfig } from '@aws-sdk/client-cloudfront';
import { DISTRIBUTION_ARN, KEY } from './edge-fixture';

type Answers = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Everything that the stack deploys, as the CloudFront API returns it. */
const DEPLOYED: Answers = {
  GetKeyGroup: { KeyGroup: { KeyGroupConfig: { Items: ['K1'] } } },
  GetPublicKey: { PublicKey: { PublicKeyConfig: { EncodedKey: KEY.publicPem } } },
  GetCachePolicy: {
    CachePolicy: {
      CachePolicyConfig: {
        MinTTL: 0,
        DefaultTTL: 300,
        MaxTTL: 3600,
        ParametersInCacheKeyAndForwardedToOrigin: {
          HeadersConfig: { HeaderBehavior: 'none' },
          CookiesConfig: { CookieBehavior: 'none' },
          QueryStringsConfig: { QueryStringBehavior: 'none' },
        },
      },
    },
  },
  GetOriginRequestPolicy: {
    OriginRequestPolicy: {
      OriginRequestPolicyConfig: {
        HeadersConfig: { HeaderBehavior: 'allExcept', Headers: { Items: ['Host'] } },
        CookiesConfig: {
          CookieBehavior: 'whitelist',
          Cookies: { Items: ['__Secure-edgepass-scopes'] },
        },
        QueryStringsConfig: { QueryStringBehavior: 'all' },
      },
    },
  },
  GetResponseHeadersPolicy: {
    ResponseHeadersPolicy: {
      ResponseHeadersPolicyConfig: {
        CorsConfig: {
          AccessControlAllowOrigins: { Items: ['https://app.example.com'] },
          AccessControlAllowCredentials: true,
          AccessControlExposeHeaders: { Items: ['ETag'] },
          OriginOverride: true,
        },
        SecurityHeadersConfig: {
          ContentTypeOptions: { Override: true },
          FrameOptions: { FrameOption: 'DENY', Override: true },
          StrictTransportSecurity: {
            AccessControlMaxAgeSec: 60,
            IncludeSubdomains: true,
            Preload: true,
            Override: true,
          },
          ReferrerPolicy: { ReferrerPolicy: 'no-referrer', Override: false },
          ContentSecurityPolicy: { ContentSecurityPolicy: 'sandbox', Override: true },
          XSSProtection: { Protection: true, ModeBlock: true, Override: true },
        },
        CustomHeadersConfig: { Items: [{ Header: 'X-Own', Value: '1', Override: false }] },
        RemoveHeadersConfig: { Items: [{ Header: 'Server' }] },
      },
    },
  },
  GetFunction: {
    FunctionCode: new TextEncoder().encode('function handler(e) { return e.request; }'),
  },
  GetOriginAccessControl: {
    OriginAccessControl: {
      OriginAccessControlConfig: {
        SigningBehavior: 'always',
        SigningProtocol: 'sigv4',
        OriginAccessControlOriginType: 's3',
      },
    },
  },
};

export const CONTENT_BEHAVIOR = {
  TargetOriginId: 'content',
  ViewerProtocolPolicy: 'https-only',
  AllowedMethods: { Items: ['GET', 'HEAD'] },
  TrustedKeyGroups: { Enabled: true, Items: ['group'] },
  CachePolicyId: 'cache',
  ResponseHeadersPolicyId: 'headers',
  FunctionAssociations: {
    Items: [{ EventType: 'viewer-request', FunctionARN: 'arn:aws:cloudfront::0:function/guard' }],
  },
};

export const CONTENT_API_ORIGIN = {
  Id: 'content',
  DomainName: 'content.s3.eu-central-1.amazonaws.com',
  OriginAccessControlId: 'oac',
  S3OriginConfig: { OriginAccessIdentity: '' },
};

/** Returns a distribution as it is deployed, with the changes of a test. */
export function distributionConfig(changes: Record<string, unknown> = {}): DistributionConfig {
  return {
    Enabled: true,
    Aliases: { Items: ['media.example.com'] },
    Restrictions: { GeoRestriction: { RestrictionType: 'none', Quantity: 0 } },
    WebACLId: '',
    DefaultRootObject: '',
    Origins: {
      Items: [
        CONTENT_API_ORIGIN,
        {
          Id: 'api',
          DomainName: 'abc123.execute-api.eu-central-1.amazonaws.com',
          CustomOriginConfig: {},
          CustomHeaders: {
            Items: [{ HeaderName: 'X-Edgepass-Origin-Secret', HeaderValue: 'secret' }],
          },
        },
      ],
    },
    CacheBehaviors: {
      Items: [
        {
          PathPattern: '/api/*',
          TargetOriginId: 'api',
          ViewerProtocolPolicy: 'https-only',
          CachePolicyId: 'cache',
          OriginRequestPolicyId: 'api',
        },
        { PathPattern: '/t/*', ...CONTENT_BEHAVIOR },
      ],
    },
    DefaultCacheBehavior: CONTENT_BEHAVIOR,
    ...changes,
  } as unknown as DistributionConfig;
}

/** A CloudFront client that answers from memory. Commands are named without `Command`. */
export function cloudFrontApi(
  config: DistributionConfig | undefined,
  changes: Answers = {},
): { client: CloudFrontClient; calls: string[] } {
  const calls: string[] = [];
  const distribution = {
    Distribution: {
      ARN: DISTRIBUTION_ARN,
      DomainName: 'd111.cloudfront.net',
      DistributionConfig: config,
    },
  };
  const answers: Answers = { GetDistribution: distribution, ...DEPLOYED, ...changes };
  const send = (command: { constructor: { name: string } }): Promise<unknown> => {
    const name = command.constructor.name.replace(/Command$/, '');
    calls.push(name);
    const found = answers[name];
    return found === undefined
      ? Promise.reject(new Error(`${name} is not expected`))
      : Promise.resolve(found);
  };
  return { client: { send } as unknown as CloudFrontClient, calls };
}
