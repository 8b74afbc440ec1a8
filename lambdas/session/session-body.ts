import { isTenantId, type TenantId } from '#core/tenancy/tenant-id';
import { readJsonObject } from '../http/json-body';
import { Refused } from '../http/refused';

const BODY_BYTES_MAX = 8 * 1024;
/**
 * Maximum number of tenants that one request may name. Tenants that do not fit into the answer are
 * returned as `omitted`.
 */
const REQUESTED_TENANTS_MAX = 50;

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
  const limits = { bytesMax: BODY_BYTES_MAX, members: ['tenants'] };
  const body = await readJsonObject(request, limits);
  return body !== undefined && 'tenants' in body ? parseTenants(body['tenants']) : undefined;
}
