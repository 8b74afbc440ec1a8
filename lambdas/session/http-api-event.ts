import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { Refused } from './refused';

/** More than any allowed body, encoded; what is larger is not even decoded. */
const ENCODED_BODY_CHARACTERS_MAX = 64 * 1024;
/** The host is CloudFront's business; the application sees paths only. */
const INTERNAL_BASE_URL = 'https://session.invalid';

/** An HTTP API event (payload 2.0), as much of it as is used; nothing of it is taken on trust. */
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
 * Headers by name, whatever their case; the same name twice becomes one joined value, as API Gateway
 * does. The `cookies` array is not there in every emulator: the header is read where it is missing.
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

/** A path has one spelling: what a reader would repair (`/x/../api`) or decode (`/%61pi`) is no path of ours. */
function readUrl({ rawPath, rawQueryString }: HttpApiEvent): URL {
  const path = textOr(rawPath, '/');
  const url = new URL(INTERNAL_BASE_URL);
  url.pathname = path;
  url.search = textOr(rawQueryString, '');
  if (url.pathname !== path || path.includes('%')) throw new Refused('route-unknown');
  return url;
}

/**
 * Turns an event into a standard request.
 *
 * @throws {Refused} `route-unknown`, `request-malformed` or `body-too-large`; nothing of the request is in the error
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
    // The platform's message repeats header values, so it is dropped.
    throw new Refused('request-malformed');
  }
}

/** Turns a standard response into an HTTP API result; every `Set-Cookie` is an element of `cookies` (C-34). */
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
