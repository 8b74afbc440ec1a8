import { TENANT_ID, TENANT_ID_TEXT } from '../contract/identifiers';
import { InputError } from '../errors';

/**
 * The id of a tenant, which is a customer organisation. Only this id separates the paths of
 * different tenants (C-01).
 */
export type TenantId = string & { readonly brand: 'TenantId' };

/**
 * Returns whether a text is a tenant id. The text is not trimmed, decoded or changed in letter case
 * first.
 */
export function isTenantId(text: string): text is TenantId {
  return TENANT_ID.test(text);
}

/**
 * Checks a tenant id: 1 to 63 characters of `A-Z a-z 0-9 _ -`, and the first is a letter or a
 * digit. Any other text, for example one with a wildcard, is refused and never escaped.
 *
 * @throws {InputError} `ERR_TENANT_ID`
 */
export function parseTenantId(text: string): TenantId {
  if (typeof text === 'string' && isTenantId(text)) return text;
  throw new InputError({
    code: 'ERR_TENANT_ID',
    field: 'tenantId',
    allowed: TENANT_ID_TEXT,
    received: text,
  });
}
