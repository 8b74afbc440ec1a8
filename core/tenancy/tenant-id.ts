import { TENANT_ID, TENANT_ID_TEXT } from '../contract/identifiers';
import { InputError } from '../errors';

/** The id of one of our customers: the only thing that separates their paths (C-01). */
export type TenantId = string & { readonly brand: 'TenantId' };

/** Whether a text is a tenant id. Nothing is trimmed, decoded or changed in case first. */
export function isTenantId(text: string): text is TenantId {
  return TENANT_ID.test(text);
}

/**
 * Parses a tenant id: 1 to 63 characters of `A-Z a-z 0-9 _ -`, the first a letter or a digit. A text with
 * anything else (a wildcard above all) is refused, never escaped.
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
