import {
  matchesWildcards,
  matchResource,
  type SignedForm,
  type UrlSections,
} from '#core/policy/resource-pattern';

describe('matchesWildcards', () => {
  it.each([
    ['', ''],
    ['*', ''],
    ['*', 'anything/at all'],
    ['**', 'x'],
    ['a*', 'a'],
    ['a*c', 'abbc'],
    ['a*b*c', 'aXbYbZc'],
    ['*aab', 'aaaab'],
    ['*ab*ab', 'abab'],
    ['?', 'x'],
    ['a?c', 'abc'],
    ['a?*', 'ab'],
    ['*?', 'ab'],
    ['?*?', 'ab'],
    ['*.jpg*', 'a.jpg'],
  ])('%j covers %j', (pattern, text) => {
    expect(matchesWildcards(pattern, text)).toBe(true);
  });

  it.each([
    ['', 'a'],
    ['a', ''],
    ['a', 'A'],
    ['?', ''],
    ['?', 'ab'],
    ['a?', 'a'],
    ['a*c', 'ab'],
    ['a*c', 'acb'],
    ['*a', 'ab'],
    ['a*', 'ba'],
    ['?*?', 'a'],
    ['a*b*c', 'acb'],
    ['.', 'a'],
    ['[a-z]', 'a'],
    ['a+', 'aa'],
    ['abc', 'abcd'],
    ['abcd', 'abc'],
  ])('%j does not cover %j', (pattern, text) => {
    expect(matchesWildcards(pattern, text)).toBe(false);
  });

  it('answers a hostile pattern in polynomial time', () => {
    expect(matchesWildcards(`${'a*'.repeat(2000)}b`, 'a'.repeat(8000))).toBe(false);
  });
});

function sections(url: string): UrlSections {
  const [, scheme = '', domain = '', path = '', , query] =
    /^([a-z]+):\/\/([^/?]*)([^?]*)(\?(.*))?$/.exec(url) ?? [];
  return { scheme, domain, path, query };
}

function match(resource: string, url: string, form: SignedForm = 'signedUrl'): string {
  return matchResource(resource, sections(url), form);
}

const HOST = 'https://media.example.com';

describe('matchResource', () => {
  it.each([
    // exact
    [`${HOST}/t/acme/x.jpg`, `${HOST}/t/acme/x.jpg`],
    [`${HOST}/x?v=2`, `${HOST}/x?v=2`],
    // a trailing * in the path implies any query
    [`${HOST}/t/acme/*`, `${HOST}/t/acme/`],
    [`${HOST}/t/acme/*`, `${HOST}/t/acme/a/b/c`],
    [`${HOST}/t/acme/*`, `${HOST}/t/acme/x?v=2&w=?`],
    [`${HOST}/t/acme/*`, `${HOST}/t/acme/x?`],
    [`${HOST}/hello*?*`, `${HOST}/hello`],
    [`${HOST}/hello*\\?*`, `${HOST}/hello/x?y`],
    [`${HOST}/hello*?**`, `${HOST}/hello`],
    // a trailing * in the domain implies everything after it
    ['https://media.example.com*', `${HOST}/a/b?c`],
    ['https://media.*', `${HOST}/`],
    ['https://media*', `${HOST}/a`],
    // a domain alone is its root
    ['https://media.example.com', `${HOST}/`],
    ['https://media.example.com?a=1', `${HOST}/?a=1`],
    // protocols
    ['*://media.example.com/*', 'http://media.example.com/x'],
    ['*://media.example.com/*', `${HOST}/x`],
    ['http*://media.example.com/*', 'http://media.example.com/x'],
    ['http*://media.example.com/*', `${HOST}/x`],
    ['*example.com/x', `${HOST}/x`],
    ['*example.com', 'http://media.example.com/'],
    ['*.example.com*', `${HOST}/a?b`],
    ['*', `${HOST}/a?b`],
    // wildcards inside their section
    [`${HOST}/*/x.jpg`, `${HOST}/a/b/x.jpg`],
    ['https://*.example.com/x', `${HOST}/x`],
    [`${HOST}/x?v=*`, `${HOST}/x?v=1&w=2`],
    [`${HOST}/x?v=?`, `${HOST}/x?v=2`],
    [`${HOST}/x?a?b`, `${HOST}/x?a&b`],
    [`${HOST}/*game_download.zip*`, `${HOST}/x/game_download.zip?license=yes`],
    [`${HOST}/*?`, `${HOST}/x?`],
  ])('%s covers %s', (resource, url) => {
    expect(match(resource, url)).toBe('inside');
  });

  it.each([
    // C-03
    [`${HOST}/t/acme/*`, `${HOST}/t/acme`],
    [`${HOST}/t/acme/*`, `${HOST}/t/acme-evil/x`],
    [`${HOST}/t/acme/*`, `${HOST}/t/ACME/x`],
    [`${HOST}/t/acme/*`, `${HOST}//t/acme/x`],
    [`${HOST}/t/acme/*`, `${HOST}/x?/t/acme/x`],
    // C-05 and C-24
    [`${HOST}/t/acme/*`, 'https://media.example.org/t/acme/x'],
    [`${HOST}/t/acme/*`, 'https://media.example.com:443/t/acme/x'],
    [`${HOST}/t/acme/*`, 'https://media.example.com./t/acme/x'],
    [`${HOST}/t/acme/*`, 'https://Media.example.com/t/acme/x'],
    [`${HOST}/t/acme/*`, 'http://media.example.com/t/acme/x'],
    // C-07: no query without a wildcard that implies one
    [`${HOST}/x`, `${HOST}/x?v=2`],
    [`${HOST}/x`, `${HOST}/x?`],
    [`${HOST}/x?v=2`, `${HOST}/x`],
    [`${HOST}/x?v=2`, `${HOST}/x?v=2&w=3`],
    [`${HOST}/x?`, `${HOST}/x`],
    [`${HOST}/*?`, `${HOST}/x?y`],
    [`${HOST}/x?*y`, `${HOST}/x`],
    [`${HOST}/x?**`, `${HOST}/y`],
    [`${HOST}/*?v=1`, `${HOST}/x?v=2`],
    [`${HOST}/*?v=1`, `${HOST}/x`],
    // wildcards do not leave their section
    [`${HOST}/a*b`, `${HOST}/ax?yb`],
    ['https://media*/x', `${HOST}/y/x`],
    ['https://*/x', `${HOST}/y/x`],
    ['https://*.org/x', `${HOST}/y.org/x`],
    ['https://media.example.com', `${HOST}/x`],
    ['https://media.example.com', `${HOST}/?x`],
    ['https://media.example.co*?x', `${HOST}/y?x`],
    ['*example.com', `${HOST}/x`],
    ['*.example.com/x', 'https://example.com/x'],
    // the first ? is a delimiter, never a wildcard
    [`${HOST}/phot?.jpg`, `${HOST}/photo.jpg`],
    ['https://medi?.example.com/x', `${HOST}/x`],
    [`${HOST}/a\\b`, `${HOST}/a/b`],
  ])('%s does not cover %s', (resource, url) => {
    expect(match(resource, url)).toBe('outside');
  });

  it.each([
    '',
    '/t/acme/*',
    'media.example.com/*',
    'ftp://media.example.com/*',
    'HTTPS://media.example.com/*',
    'https:/media.example.com/*',
    'https*://media.example.com/*',
    'http?://media.example.com/*',
    '?ttps://media.example.com/*',
    'h*://media.example.com/*',
    '**://media.example.com/*',
    '*s://media.example.com/*',
    '*example.com/x://y',
    ' https://media.example.com/*',
    '?',
  ])('C-04: knows no reading of %j', (resource) => {
    expect(match(resource, `${HOST}/t/acme/x`)).toBe('unsupported');
  });

  it.each(['*', '*://media.example.com/*', '*.example.com/*'])(
    'C-04: in cookies, knows no reading of %j',
    (resource) => {
      expect(match(resource, `${HOST}/x`, 'signedCookies')).toBe('unsupported');
      expect(match(resource, `${HOST}/x`, 'signedUrl')).toBe('inside');
    },
  );

  it.each([`${HOST}/*`, 'http*://media.example.com/*'])('reads %j in cookies', (resource) => {
    expect(match(resource, `${HOST}/x`, 'signedCookies')).toBe('inside');
  });

  it.each(['signedUrl', 'signedCookies'] as const)(
    'C-04: no Resource at all opens everything in a %s',
    (form) => {
      expect(matchResource(undefined, sections(`${HOST}/x`), form)).toBe('inside');
    },
  );
});
