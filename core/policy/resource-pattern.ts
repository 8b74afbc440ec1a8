/** The sections of a URL that a policy Resource is compared with, all as the viewer sent them. */
export interface UrlSections {
  readonly scheme: string;
  /** Host, with the port when the viewer spelled one. */
  readonly domain: string;
  readonly path: string;
  /** Without `?`; absent when the URL has none. */
  readonly query: string | undefined;
}

/** Which documentation page the Resource is read by. */
export type SignedForm = 'signedUrl' | 'signedCookies';

/** What comparing a Resource with a URL says; `unsupported` is a Resource that no page describes. */
export type ResourceMatch = 'inside' | 'outside' | 'unsupported';

interface ResourcePattern {
  readonly scheme: string;
  readonly domain: string;
  readonly path: string;
  readonly query: string | undefined;
}

/**
 * Whether a text matches a pattern in which `*` is zero or more characters and `?` is exactly one. Goes
 * back to the last `*` only, so the time is at most the product of both lengths.
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
 * Takes the protocol off a Resource. `http*://` is on no page's list of beginnings but in wide use to mean
 * both. A text that begins with `*` may leave the protocol out (signed URL page), so `*` alone is everything;
 * were it to contain `://` as well, two readings would be possible, so that is not supported.
 */
function splitScheme(resource: string): { scheme: string; rest: string } | undefined {
  const explicit = /^(?:https?|http\*|\*):\/\//.exec(resource)?.[0];
  if (explicit !== undefined) {
    return { scheme: explicit.slice(0, -'://'.length), rest: resource.slice(explicit.length) };
  }
  if (!resource.startsWith('*') || resource.includes('://')) return undefined;
  return { scheme: '*', rest: resource };
}

/** The first `?` separates the query; one sample of the guide writes it as `\?`. */
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

/** A query of nothing but `*` also matches a URL without one: the guide equates `hello*` and `hello*\?*`. */
function matchesQuery(pattern: string | undefined, query: string | undefined): boolean {
  if (pattern === undefined) return query === undefined;
  return query === undefined ? /^\*+$/.test(pattern) : matchesWildcards(pattern, query);
}

/**
 * Compares a policy's Resource with a URL, section by section: a wildcard stays inside protocol, domain,
 * path or query, but for the four exceptions of the signed URL page. In signed cookies a Resource must
 * begin with its protocol. A policy without Resource opens every URL of every distribution that trusts the
 * key. Comparison is by characters: letter case, ports and escapes are not interpreted.
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
