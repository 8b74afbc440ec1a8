import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { SIGNED_URL_BATCH_BODY_BYTES_MAX } from '#core/contract/files-api';
import { Refused } from './refused';
import { unknownPath } from './unknown-path';

/**
 * More characters than any allowed body has in encoded form. A larger body is refused before it is
 * decoded.
 */
const ENCODED_BODY_CHARACTERS_MAX = 4 * Math.ceil(SIGNED_URL_BATCH_BODY_BYTES_MAX / 3);
/**
 * Host of the internal request URL. CloudFront checks the real host; the application uses only the
 * path.
 */
const INTERNAL_BASE_URL = 'https://api.invalid';

/**
 * The used members of an HTTP API event (payload format 2.0). All of them are checked before use.
 */
interface HttpApiEvent {
  readonly rawPath?: unknown;
  readonly rawQueryString?: unknown;
  readonly cookies?: unknown;
  readonly headers?: unknown;
  readonly requestContext?: { readonly http?: { readonly method?: unknown } | null } | null;
  readonly body?: unknown;
  readonly isBase64Encoded?: unknown;
}

const textOr = (value: unknown, otherwise: string): string =>
  typeof value === 'string' ? value : otherwise;

/**
 * Returns the headers without regard to letter case. If a name occurs twice, the values are joined,
 * as API Gateway does. Some emulators do not send the array `cookies`; then the header `cookie` is
 * used.
 */
function readHeaders({ headers: received, cookies }: HttpApiEvent): Headers {
  const headers = new Headers();
  const entries = typeof received === 'object' && received !== null ? Object.entries(received) : [];
  const hasCookieList = Array.isArray(cookies);
  for (const [name, value] of entries) {
    if (typeof value !== 'string') continue;
    if (hasCookieList && name.toLowerCase() === 'cookie') continue;
    headers.append(name, value);
  }
  if (hasCookieList) {
    headers.set('cookie', cookies.filter((cookie) => typeof cookie === 'string').join('; '));
  }
  return headers;
}

function readBody({ body, isBase64Encoded }: HttpApiEvent): Uint8Array<ArrayBuffer> | undefined {
  if (typeof body !== 'string' || body === '') return undefined;
  if (body.length > ENCODED_BODY_CHARACTERS_MAX) throw new Refused('body-too-large');
  return isBase64Encoded === true
    ? Uint8Array.from(Buffer.from(body, 'base64'))
    : new TextEncoder().encode(body);
}

/**
 * Builds the URL of the request. Refuses a path that a URL parser would change (`/x/../api`) or
 * decode (`/%61pi`), so that each route has only one path.
 */
function readUrl({ rawPath, rawQueryString }: HttpApiEvent): URL {
  const path = textOr(rawPath, '/');
  const url = new URL(INTERNAL_BASE_URL);
  url.pathname = path;
  url.search = textOr(rawQueryString, '');
  if (url.pathname !== path || path.includes('%')) throw unknownPath(path);
  return url;
}

/**
 * Converts an event into a standard request.
 *
 * @throws {Refused} `route-unknown`, `file-path-unknown`, `request-malformed` or `body-too-large`;
 * the error contains nothing of the request
 */
export function toRequest(event: HttpApiEvent): Request {
  const method = textOr(event.requestContext?.http?.method, '');
  const url = readUrl(event);
  const body = readBody(event);
  const isBodyless = method === 'GET' || method === 'HEAD';
  try {
    return new Request(url, {
      method,
      headers: readHeaders(event),
      ...(body !== undefined && !isBodyless && { body }),
    });
  } catch {
    // The platform's error message repeats header values, so it is not used.
    throw new Refused('request-malformed');
  }
}

/**
 * Converts a standard response into an HTTP API result. Each `Set-Cookie` header becomes an element
 * of `cookies` (C-34).
 */
export async function toResult(response: Response): Promise<APIGatewayProxyStructuredResultV2> {
  const cookies = response.headers.getSetCookie();
  const headers = [...response.headers].filter(([name]) => name !== 'set-cookie');
  return {
    statusCode: response.status,
    headers: Object.fromEntries(headers),
    cookies,
    body: await response.text(),
    isBase64Encoded: false,
  };
}
