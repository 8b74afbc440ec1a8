import { Refused } from './refused';

/**
 * Returns the media type without parameters. A parameter such as `charset` has no meaning for JSON.
 */
const mediaTypeOf = (request: Request): string =>
  (request.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';

function parseJson(bytes: ArrayBuffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown;
  } catch {
    throw new Refused('body-not-json');
  }
}

/** What a body may be. */
export interface BodyLimits {
  readonly bytesMax: number;
  /** The members that may be present. */
  readonly members: readonly string[];
}

/**
 * Reads a JSON object from a request. Returns `undefined` if there is no body.
 *
 * @throws {Refused} `body-too-large`, `body-media-type`, `body-not-json`, `body-shape`
 */
export async function readJsonObject(
  request: Request,
  { bytesMax, members }: BodyLimits,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const bytes = await request.arrayBuffer();
  if (bytes.byteLength === 0) return undefined;
  if (bytes.byteLength > bytesMax) throw new Refused('body-too-large');
  if (mediaTypeOf(request) !== 'application/json') throw new Refused('body-media-type');
  const body = parseJson(bytes);
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new Refused('body-shape');
  }
  if (Object.keys(body).some((name) => !members.includes(name))) throw new Refused('body-shape');
  return body as Record<string, unknown>;
}
