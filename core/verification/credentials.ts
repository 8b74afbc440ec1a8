import {
  CREDENTIAL_NAMES,
  CREDENTIAL_PARTS,
  type CredentialPart,
  RESERVED_QUERY_NAMES,
} from '../contract/credential-names';
import type { SignedForm } from '../policy/resource-pattern';
import type { ViewerRefusalReason } from './viewer-refusals';
import { parameterName, type ViewerUrl } from './viewer-url';

/**
 * Which cookie counts if several cookies have the same name. AWS does not document what CloudFront
 * does.
 */
export type DuplicateCookie = 'refuse' | 'first' | 'last';

/**
 * The credentials in a viewer's request as they were sent, and the problems that were already
 * found.
 */
export interface Credentials {
  readonly form: SignedForm;
  readonly parts: Readonly<Partial<Record<CredentialPart, string>>>;
  readonly reasons: readonly ViewerRefusalReason[];
  /** The request also has signed cookies, but they do not count because it is a signed URL. */
  readonly hidesCookies: boolean;
}

type NamedValue = readonly [name: string, value: string];

function namedValue(text: string): NamedValue {
  const name = parameterName(text);
  return [name, text.slice(name.length + 1)];
}

/**
 * Parses a `Cookie` header and keeps the order. Values are not changed and quotes are not removed:
 * a value with characters that CloudFront does not use must be refused later, not repaired here.
 */
export function parseCookieHeader(header: string): readonly NamedValue[] {
  return header.split(';').map((pair) => {
    const [name, value] = namedValue(pair.trim());
    return [name.trimEnd(), value];
  });
}

function collect(values: readonly NamedValue[], kind: 'cookie' | 'parameter') {
  const parts = new Map<CredentialPart, readonly string[]>();
  for (const part of CREDENTIAL_PARTS) {
    const found = values.filter(([name]) => name === CREDENTIAL_NAMES[part][kind]);
    if (found.length > 0) {
      parts.set(
        part,
        found.map(([, value]) => value),
      );
    }
  }
  return parts;
}

function pick(collected: ReadonlyMap<CredentialPart, readonly string[]>, which: DuplicateCookie) {
  const chosen = [...collected].map(
    ([part, values]) => [part, which === 'last' ? values.at(-1) : values[0]] as const,
  );
  return Object.fromEntries(chosen) as Credentials['parts'];
}

function hasDuplicate(collected: ReadonlyMap<CredentialPart, readonly string[]>): boolean {
  return [...collected.values()].some((values) => values.length > 1);
}

function decodesToReserved(name: string): boolean {
  try {
    return name.includes('%') && RESERVED_QUERY_NAMES.includes(decodeURIComponent(name));
  } catch {
    return false;
  }
}

/**
 * Reads the credentials of a request. If the query has any of the five reserved names, the request
 * is a signed URL and its cookies do not count. A reserved name that is written with
 * percent-escapes is refused, because AWS does not document whether CloudFront decodes names.
 * Letter case matters in names.
 *
 * @see DG:private-content-choosing-signed-urls-cookies
 */
export function readCredentials(
  url: ViewerUrl,
  cookieHeader: string,
  duplicateCookie: DuplicateCookie,
): Credentials {
  const parameters = url.parameters.map(namedValue);
  const inQuery = collect(parameters, 'parameter');
  const inCookies = collect(parseCookieHeader(cookieHeader), 'cookie');
  const reasons: ViewerRefusalReason[] = [];
  if (parameters.some(([name]) => decodesToReserved(name))) reasons.push('encoded_parameter_name');
  if (inQuery.size > 0) {
    if (hasDuplicate(inQuery)) reasons.push('duplicate_credential');
    return {
      form: 'signedUrl',
      parts: pick(inQuery, 'first'),
      reasons,
      hidesCookies: inCookies.size > 0,
    };
  }
  if (duplicateCookie === 'refuse' && hasDuplicate(inCookies)) reasons.push('duplicate_credential');
  return {
    form: 'signedCookies',
    parts: pick(inCookies, duplicateCookie),
    reasons,
    hidesCookies: false,
  };
}
