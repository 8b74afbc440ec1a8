import type { CacheBehavior, Distribution } from './distribution';
import { buildErrorPage } from './error-pages';
import { refuse, type EdgeRequest, type Step } from './exchange';

const URL_BYTES_MAX = 8_192;
const REQUEST_HEADER_BYTES_MAX = 32_768;

function headerBytes(request: EdgeRequest): number {
  const separators = ': \r\n'.length;
  return Object.entries(request.headers).reduce(
    (sum, [name, value]) => sum + name.length + Buffer.byteLength(value) + separators,
    0,
  );
}

/** @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html */
function checkSizes(request: EdgeRequest): Step | undefined {
  const urlBytes = Buffer.byteLength(request.rawPath) + Buffer.byteLength(request.rawQuery ?? '');
  if (urlBytes > URL_BYTES_MAX) {
    const page = buildErrorPage(414, 'The request URL is too long.');
    return refuse(page, { layer: 'size', reasons: ['url_too_long'] }, 'InvalidRequest');
  }
  if (urlBytes + headerBytes(request) <= REQUEST_HEADER_BYTES_MAX) return undefined;
  const page = buildErrorPage(494, 'The request headers are too large.');
  return refuse(page, { layer: 'size', reasons: ['headers_too_large'] }, 'InvalidRequestHeader');
}

function checkProtocol(request: EdgeRequest, behavior: CacheBehavior): Step | undefined {
  if (request.protocol === 'https' || behavior.viewerProtocolPolicy === 'allow-all')
    return undefined;
  if (behavior.viewerProtocolPolicy === 'https-only') {
    const page = buildErrorPage(403, 'This distribution is not configured to allow HTTP requests.');
    return refuse(page, { layer: 'protocol', reasons: ['https_only'] }, 'InvalidRequest');
  }
  const query = request.rawQuery === undefined ? '' : `?${request.rawQuery}`;
  const location = `https://${request.host}${request.rawPath}${query}`;
  return {
    response: { status: 301, headers: { location }, body: Buffer.alloc(0) },
    resultType: 'Redirect',
    detailedResultType: 'Redirect',
  };
}

/** What is refused (or redirected) whoever asks: sizes, unknown hosts, plain HTTP, methods. */
export function checkAdmission(
  request: EdgeRequest,
  behavior: CacheBehavior,
  at: { readonly distribution: Distribution; readonly hosts: readonly string[] },
): Step | undefined {
  const tooLarge = checkSizes(request);
  if (tooLarge !== undefined) return tooLarge;
  const { domainName, aliases, enabled } = at.distribution;
  if (!enabled || ![...at.hosts, domainName, ...aliases].includes(request.host.toLowerCase())) {
    const page = buildErrorPage(403, 'Bad request: no distribution answers to this host.');
    return refuse(page, { layer: 'host', reasons: ['unknown_host'] }, 'InvalidRequest');
  }
  const wrongProtocol = checkProtocol(request, behavior);
  if (wrongProtocol !== undefined) return wrongProtocol;
  if (behavior.allowedMethods.includes(request.method)) return undefined;
  const page = buildErrorPage(
    403,
    'This distribution is not configured to allow the HTTP request method that was used for this request.',
  );
  return refuse(page, { layer: 'method', reasons: ['method_not_allowed'] }, 'InvalidRequestMethod');
}
