import {
  CREDENTIAL_NAMES,
  CREDENTIAL_PARTS,
  type CredentialPart,
  RESERVED_QUERY_NAMES,
} from '../contract/credential-names';
import type { SignedForm } from '../policy/resource-pattern';
import type { ViewerRefusalReason } from './viewer-refusals';
import { parameterName, type ViewerUrl } from './viewer-url';

/** Which of several cookies of one name counts; CloudFront's choice is not documented. */
export type DuplicateCookie = 'refuse' | 'first' | 'last';

/** What a viewer's request presents, as sent, and what already speaks against it. */
export interface Credentials {
  readonly form: SignedForm;
  readonly parts: Readonly<Partial<Record<CredentialPart, string>>>;
  readonly reasons: readonly ViewerRefusalReason[];
  /** Signed cookies came too, and do not count. */
  readonly hidesCookies: boolean;
}

type NamedValue = readonly [name: string, value: string];

function namedValue(text: string): NamedValue {
  const name = parameterName(text);
  return [name, text.slice(name.length + 1)];
}

/**
 * The cookies of a `Cookie` header in the order sent. Values stay as they are, quotes and all: what
 * is not in CloudFront's alphabet must fail, not be repaired.
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
 * Reads the credentials of a request. Any of the five reserved names in the query makes it a signed URL, and
 * its cookies do not count. A reserved name in percent escapes is refused: whether CloudFront decodes names
 * is not documented. Names are compared in exactly their letter case.
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
