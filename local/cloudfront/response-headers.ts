import type { ResponseHeadersPolicy } from './distribution';
import type { EdgeResponse } from './exchange';

type Headers = Record<string, string | readonly string[]>;

/** Removes the CORS headers of the origin, where the policy overrides them. */
function dropCors(headers: Headers): void {
  for (const name of Object.keys(headers)) {
    if (name.startsWith('access-control-')) Reflect.deleteProperty(headers, name);
  }
}

function applyCors(
  headers: Headers,
  policy: ResponseHeadersPolicy,
  requestOrigin: string | undefined,
): void {
  const { cors } = policy;
  if (cors === undefined) return;
  if (cors.override) dropCors(headers);
  if (requestOrigin === undefined) return;
  const everyPage = cors.allowOrigins.includes('*');
  if (!everyPage && !cors.allowOrigins.includes(requestOrigin)) return;
  if (headers['access-control-allow-origin'] !== undefined) return;
  headers['access-control-allow-origin'] = everyPage ? '*' : requestOrigin;
  if (!everyPage) headers['vary'] = [headers['vary'], 'Origin'].filter(Boolean).join(', ');
  if (cors.allowCredentials) headers['access-control-allow-credentials'] = 'true';
  if (cors.exposeHeaders.length > 0) {
    headers['access-control-expose-headers'] = cors.exposeHeaders.join(', ');
  }
}

/**
 * Applies a response headers policy: first removes headers, then adds headers. A header that the
 * origin sent is kept unless the policy overrides it.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/modifying-response-headers.html
 */
export function applyResponseHeadersPolicy(
  response: EdgeResponse,
  policy: ResponseHeadersPolicy | undefined,
  requestOrigin: string | undefined,
): EdgeResponse {
  if (policy === undefined) return response;
  const headers: Headers = Object.fromEntries(
    Object.entries(response.headers).filter(([name]) => !policy.remove.includes(name)),
  );
  for (const rule of policy.headers) {
    if (rule.override || headers[rule.name] === undefined) headers[rule.name] = rule.value;
  }
  applyCors(headers, policy, requestOrigin);
  return { ...response, headers };
}
