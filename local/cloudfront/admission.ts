import { REQUEST_HEADER_BYTES_MAX, URL_BYTES_MAX } from '#core/contract/request-limits';
import type { CacheBehavior, Distribution } from './distribution';
import { buildErrorPage } from './error-pages';
import { type EdgeRequest, refuse, type Step } from './exchange';
import { rawUrlOf } from './viewer-checks';

const BODILESS_METHODS: readonly string[] = ['GET', 'HEAD'];
const REDIRECT = { permanent: 301, keepingTheMethod: 307 } as const;

/** The distribution that a request is for, and the local host names of this edge. */
export interface Arrival {
  readonly distribution: Distribution;
  readonly hosts: readonly string[];
}

function headerBytes(request: EdgeRequest): number {
  const separators = ': \r\n'.length;
  return Object.entries(request.headers).reduce(
    (sum, [name, value]) => sum + name.length + Buffer.byteLength(value) + separators,
    0,
  );
}

/**
 * Refuses requests that two programs could understand differently: a target that is not a path, an
 * absolute target for another host than the Host header, or a body with a method that has none.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html "GET requests that include a body"
 */
function checkForm(request: EdgeRequest): Step | undefined {
  const { protocol, host, rawPath, targetOrigin, method, body } = request;
  const elsewhere =
    targetOrigin !== undefined &&
    targetOrigin.toLowerCase() !== `${protocol}://${host}`.toLowerCase();
  if (elsewhere || !rawPath.startsWith('/')) {
    const page = buildErrorPage(400, 'Bad request.');
    return refuse(page, { layer: 'request', reasons: ['ambiguous_target'] }, 'InvalidRequest');
  }
  if (body.length === 0 || !BODILESS_METHODS.includes(method)) return undefined;
  const page = buildErrorPage(403, 'Bad request: GET and HEAD have no body.');
  return refuse(page, { layer: 'request', reasons: ['unexpected_body'] }, 'InvalidRequest');
}

/** @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html */
function checkSizes(request: EdgeRequest): Step | undefined {
  const urlBytes = Buffer.byteLength(rawUrlOf(request));
  if (urlBytes > URL_BYTES_MAX) {
    const page = buildErrorPage(414, 'The request URL is too long.');
    return refuse(page, { layer: 'size', reasons: ['url_too_long'] }, 'InvalidRequest');
  }
  if (urlBytes + headerBytes(request) <= REQUEST_HEADER_BYTES_MAX) return undefined;
  const page = buildErrorPage(494, 'The request headers are too large.');
  return refuse(page, { layer: 'size', reasons: ['headers_too_large'] }, 'InvalidRequestHeader');
}

function checkHost(request: EdgeRequest, { distribution, hosts }: Arrival): Step | undefined {
  const { domainName, aliases, enabled } = distribution;
  if (!enabled) {
    const page = buildErrorPage(403, 'Bad request: this distribution is disabled.');
    return refuse(page, { layer: 'host', reasons: ['distribution_disabled'] }, 'InvalidRequest');
  }
  if ([...hosts, domainName, ...aliases].includes(request.host.toLowerCase())) return undefined;
  const page = buildErrorPage(403, 'Bad request: no distribution answers to this host.');
  return refuse(page, { layer: 'host', reasons: ['unknown_host'] }, 'InvalidRequest');
}

function checkProtocol(request: EdgeRequest, behavior: CacheBehavior): Step | undefined {
  if (request.protocol === 'https' || behavior.viewerProtocolPolicy === 'allow-all')
    return undefined;
  if (behavior.viewerProtocolPolicy === 'https-only') {
    const page = buildErrorPage(403, 'This distribution is not configured to allow HTTP requests.');
    return refuse(page, { layer: 'protocol', reasons: ['https_only'] }, 'InvalidRequest');
  }
  const status = BODILESS_METHODS.includes(request.method)
    ? REDIRECT.permanent
    : REDIRECT.keepingTheMethod;
  const location = rawUrlOf({ ...request, protocol: 'https' });
  return {
    response: { status, headers: { location }, body: Buffer.alloc(0) },
    resultType: 'Redirect',
    detailedResultType: 'Redirect',
  };
}

function checkMethod(request: EdgeRequest, behavior: CacheBehavior): Step | undefined {
  if (behavior.allowedMethods.includes(request.method)) return undefined;
  const page = buildErrorPage(
    403,
    'This distribution is not configured to allow the HTTP request method that was used for this request.',
  );
  return refuse(page, { layer: 'method', reasons: ['method_not_allowed'] }, 'InvalidRequestMethod');
}

/**
 * Refuses (or redirects) requests before any other check: by their form, size, unknown host, plain
 * HTTP or method.
 */
export function checkAdmission(
  request: EdgeRequest,
  behavior: CacheBehavior,
  arrival: Arrival,
): Step | undefined {
  return (
    checkSizes(request) ??
    checkHost(request, arrival) ??
    checkForm(request) ??
    checkProtocol(request, behavior) ??
    checkMethod(request, behavior)
  );
}
