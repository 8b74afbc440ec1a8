/**
 * The sections of a URL that a policy's Resource is compared with. All are exactly as the viewer
 * sent them.
 */
export interface UrlSections {
  readonly scheme: string;
  /** The host, with the port if the viewer sent one. */
  readonly domain: string;
  readonly path: string;
  /** The query without `?`. Absent if the URL has no query. */
  readonly query: string | undefined;
}

/**
 * Whether the Resource belongs to a signed URL or to signed cookies. AWS documents different rules
 * for the two.
 */
export type SignedForm = 'signedUrl' | 'signedCookies';

/**
 * The result of comparing a Resource with a URL. `unsupported` means that no AWS page describes the
 * form of this Resource.
 */
export type ResourceMatch = 'inside' | 'outside' | 'unsupported';

interface ResourcePattern {
  readonly scheme: string;
  readonly domain: string;
  readonly path: string;
  readonly query: string | undefined;
}

/**
 * Returns whether a text matches a pattern. In the pattern `*` stands for zero or more characters
 * and `?` for exactly one. After a mismatch the search goes back to the last `*` only, so the
 * running time is at most the product of both lengths.
 */
export function matchesWildcards(pattern: string, text: string): boolean {
  let at = 0;
  let from = 0;
  let starAt = -1;
  let starFrom = 0;
  while (from < text.length) {
    const expected = pattern.charAt(at);
    if (expected === '*') {
      starAt = at++;
      starFrom = from;
    } else if (expected === '?' || expected === text.charAt(from)) {
      at++;
      from++;
    } else if (starAt !== -1) {
      at = starAt + 1;
      from = ++starFrom;
    } else {
      return false;
    }
  }
  while (pattern.charAt(at) === '*') at++;
  return at === pattern.length;
}

/**
 * Separates the protocol from the rest of a Resource. AWS does not list `http*://`, but it is
 * widely used for both protocols. A Resource that starts with `*` may leave out the protocol
 * (signed URL page), so `*` alone matches every URL. If it starts with `*` and also contains `://`,
 * its meaning is not clear, so it is not supported.
 */
function splitScheme(resource: string): { scheme: string; rest: string } | undefined {
  const explicit = /^(?:https?|http\*|\*):\/\//.exec(resource)?.[0];
  if (explicit !== undefined) {
    return { scheme: explicit.slice(0, -'://'.length), rest: resource.slice(explicit.length) };
  }
  if (!resource.startsWith('*') || resource.includes('://')) return undefined;
  return { scheme: '*', rest: resource };
}

/**
 * Separates the query at the first `?`. One sample in the AWS guide writes the separator as `\?`.
 */
function splitQuery(text: string): { before: string; query: string | undefined } {
  const mark = text.indexOf('?');
  if (mark === -1) return { before: text, query: undefined };
  const before = text.slice(0, mark);
  return {
    before: before.endsWith('\\') ? before.slice(0, -1) : before,
    query: text.slice(mark + 1),
  };
}

function parseResourcePattern(resource: string): ResourcePattern | undefined {
  const { scheme, rest } = splitScheme(resource) ?? {};
  if (scheme === undefined || rest === undefined) return undefined;
  const { before, query } = splitQuery(rest);
  const slash = before.indexOf('/');
  if (slash === -1) {
    const impliesAll = before.endsWith('*') && query === undefined;
    return {
      scheme,
      domain: before,
      path: impliesAll ? '*' : '/',
      query: impliesAll ? '*' : query,
    };
  }
  const path = before.slice(slash);
  const impliedQuery = path.endsWith('*') ? '*' : undefined;
  return { scheme, domain: before.slice(0, slash), path, query: query ?? impliedQuery };
}

/**
 * Compares the query. A pattern that has only `*` also matches a URL without a query, because the
 * AWS guide says that `hello*` and `hello*\?*` mean the same.
 */
function matchesQuery(pattern: string | undefined, query: string | undefined): boolean {
  if (pattern === undefined) return query === undefined;
  return query === undefined ? /^\*+$/.test(pattern) : matchesWildcards(pattern, query);
}

/**
 * Compares a policy's Resource with a URL, section by section: protocol, domain, path and query. A
 * wildcard does not match across sections, except in the four cases that the signed URL page lists.
 * In signed cookies the Resource must start with the protocol. A policy without a Resource matches
 * every URL of every distribution that trusts the key. Characters are compared as they are: letter
 * case matters, and ports and escapes are not interpreted.
 *
 * @see DG:private-content-creating-signed-url-custom-policy
 * @see DG:private-content-setting-signed-cookie-custom-policy
 */
export function matchResource(
  resource: string | undefined,
  url: UrlSections,
  form: SignedForm,
): ResourceMatch {
  if (resource === undefined) return 'inside';
  if (form === 'signedCookies' && !resource.startsWith('http')) return 'unsupported';
  const pattern = parseResourcePattern(resource);
  if (pattern === undefined) return 'unsupported';
  const inside =
    matchesWildcards(pattern.scheme, url.scheme) &&
    matchesWildcards(pattern.domain, url.domain) &&
    matchesWildcards(pattern.path, url.path) &&
    matchesQuery(pattern.query, url.query);
  return inside ? 'inside' : 'outside';
}
