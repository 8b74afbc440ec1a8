import type {
  ResponseHeadersPolicyConfig,
  ResponseHeadersPolicyXSSProtection,
} from '@aws-sdk/client-cloudfront';
import type { HeaderRule, ResponseHeadersPolicy } from './distribution';

function xssProtection({
  Protection,
  ModeBlock,
  ReportUri,
}: ResponseHeadersPolicyXSSProtection): string {
  if (Protection !== true) return '0';
  if (ModeBlock === true) return '1; mode=block';
  return ReportUri === undefined || ReportUri === '' ? '1' : `1; report=${ReportUri}`;
}

function securityHeaders(config: ResponseHeadersPolicyConfig): HeaderRule[] {
  const security = config.SecurityHeadersConfig;
  const rule = (
    name: string,
    found: { Override: boolean | undefined } | undefined,
    value?: string,
  ): HeaderRule[] =>
    found === undefined || value === undefined
      ? []
      : [{ name, value, override: found.Override ?? false }];
  const transport = security?.StrictTransportSecurity;
  const transportValue = [
    `max-age=${transport?.AccessControlMaxAgeSec ?? 0}`,
    ...(transport?.IncludeSubdomains === true ? ['includeSubDomains'] : []),
    ...(transport?.Preload === true ? ['preload'] : []),
  ].join('; ');
  return [
    ...rule('strict-transport-security', transport, transportValue),
    ...rule('x-content-type-options', security?.ContentTypeOptions, 'nosniff'),
    ...rule('x-frame-options', security?.FrameOptions, security?.FrameOptions?.FrameOption),
    ...rule(
      'x-xss-protection',
      security?.XSSProtection,
      security?.XSSProtection && xssProtection(security.XSSProtection),
    ),
    ...rule('referrer-policy', security?.ReferrerPolicy, security?.ReferrerPolicy?.ReferrerPolicy),
    ...rule(
      'content-security-policy',
      security?.ContentSecurityPolicy,
      security?.ContentSecurityPolicy?.ContentSecurityPolicy,
    ),
  ];
}

/** Converts a response headers policy from the form of the CloudFront API. */
export function readResponseHeadersPolicy(
  config: ResponseHeadersPolicyConfig,
): ResponseHeadersPolicy {
  const cors = config.CorsConfig;
  const custom = (config.CustomHeadersConfig?.Items ?? []).map(({ Header, Value, Override }) => ({
    name: (Header ?? '').toLowerCase(),
    value: Value ?? '',
    override: Override ?? false,
  }));
  return {
    headers: [...securityHeaders(config), ...custom],
    cors:
      cors === undefined
        ? undefined
        : {
            allowOrigins: cors.AccessControlAllowOrigins?.Items ?? [],
            allowCredentials: cors.AccessControlAllowCredentials ?? false,
            exposeHeaders: cors.AccessControlExposeHeaders?.Items ?? [],
            override: cors.OriginOverride ?? false,
          },
    remove: (config.RemoveHeadersConfig?.Items ?? []).map(({ Header }) =>
      (Header ?? '').toLowerCase(),
    ),
  };
}
