import { isTenantId, type TenantId } from '#core/tenancy/tenant-id';
import { Refused } from '../http/refused';

const BODY_BYTES_MAX = 8 * 1024;
/**
 * Maximum number of tenants that one request may name. Tenants that do not fit into the answer are
 * returned as `omitted`.
 */
const REQUESTED_TENANTS_MAX = 50;

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

function parseTenants(value: unknown): readonly TenantId[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > REQUESTED_TENANTS_MAX) {
    throw new Refused('body-shape');
  }
  const named = value.filter((one): one is TenantId => typeof one === 'string' && isTenantId(one));
  if (named.length !== value.length) throw new Refused('body-shape');
  return [...new Set(named)];
}

/**
 * Reads the tenants that a request names. Returns `undefined` if it names none, which means all.
 *
 * @throws {Refused} `body-too-large`, `body-media-type`, `body-not-json`, `body-shape`
 */
export async function readRequestedTenants(
  request: Request,
): Promise<readonly TenantId[] | undefined> {
  const bytes = await request.arrayBuffer();
  if (bytes.byteLength === 0) return undefined;
  if (bytes.byteLength > BODY_BYTES_MAX) throw new Refused('body-too-large');
  if (mediaTypeOf(request) !== 'application/json') throw new Refused('body-media-type');
  const body = parseJson(bytes);
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new Refused('body-shape');
  }
  const unknownMembers = Object.keys(body).filter((name) => name !== 'tenants');
  if (unknownMembers.length > 0) throw new Refused('body-shape');
  return 'tenants' in body ? parseTenants(body.tenants) : undefined;
}
