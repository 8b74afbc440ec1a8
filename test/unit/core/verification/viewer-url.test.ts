import {
  parameterName,
  parseViewerUrl,
  unsignedUrl,
  urlSections,
  type ViewerUrl,
} from '#core/verification/viewer-url';

function parsed(url: string): ViewerUrl {
  const viewerUrl = parseViewerUrl(url);
  if (viewerUrl === undefined) throw new Error(`not parsed: ${url}`);
  return viewerUrl;
}

describe('parseViewerUrl', () => {
  it.each([
    ['https://media.example.com', ['https', 'media.example.com', '', []]],
    ['https://media.example.com/', ['https', 'media.example.com', '/', []]],
    ['http://localhost:4680/x', ['http', 'localhost:4680', '/x', []]],
    ['http://[::1]:4680/x', ['http', '[::1]:4680', '/x', []]],
    ['https://h?a=1&b', ['https', 'h', '', ['a=1', 'b']]],
    ['https://h/x?', ['https', 'h', '/x', ['']]],
    ['https://h/x?a=/&?b=?', ['https', 'h', '/x', ['a=/', '?b=?']]],
    ['https://h/t/../%2e%2e//x\\y', ['https', 'h', '/t/../%2e%2e//x\\y', []]],
    ['https://h/x:y@z', ['https', 'h', '/x:y@z', []]],
    ['https://h/x?u=https://u@v/', ['https', 'h', '/x', ['u=https://u@v/']]],
  ])('cuts %s and changes nothing', (url, [scheme, domain, path, parameters]) => {
    expect(parseViewerUrl(url)).toEqual({ scheme, domain, path, parameters });
  });

  it.each([
    '',
    ':',
    '/',
    '/t/acme/x',
    'x',
    'https',
    'https:',
    'https:/',
    'https://',
    'https:///x',
    'https://?x',
    '://h/x',
    '//h/x',
    'ftp://h/x',
    'HTTPS://h/x',
    'httpss://h/x',
    'https:/h/x',
    'https:xxh/x',
    'https:\\\\h/x',
    'https:\\\\h\\x',
    ' https://h/x',
    'javascript:x',
    'data:,x',
    'https://u@h/x',
    'https://u:p@h/x',
    'https://h:/x',
    'https://h:x/x',
    'https://h:80:81/x',
    'https://h\\@i/x',
    'https://h%2fi/x',
    'https://[h]/x',
    'https://[::1/x',
    'https://::1/x',
    'https://h i/x',
    'https://bücher/x',
    'https://h*/x',
    'https://h,i/x',
    'https://h/x#',
    'https://h/x#y',
    'https://h#/x',
    'https://h/x?y#z',
    'https://h/a b',
    'https://h/a\tb',
    'https://h/a\r\nX: y',
    'https://h/a\u0000',
    'https://h/\u007f',
    'https://h/ä',
    'https://h/\ud800',
    'https://h/x?ä',
    'https://h/\u2028',
  ])('C-24: has no reading of %j', (url) => {
    expect(parseViewerUrl(url)).toBeUndefined();
  });

  it('takes a URL of any length', () => {
    expect(parseViewerUrl(`https://h/${'x'.repeat(5_000_000)}`)?.path).toHaveLength(5_000_001);
  });
});

describe('parameterName', () => {
  it.each([
    ['', ''],
    ['a', 'a'],
    ['a=', 'a'],
    ['=b', ''],
    ['a=b=c', 'a'],
  ])('of %j is %j', (parameter, name) => {
    expect(parameterName(parameter)).toBe(name);
  });
});

describe('unsignedUrl', () => {
  it.each([
    ['https://h', 'https://h'],
    ['https://h/x?Policy=a', 'https://h/x'],
    [
      'https://h/x?a=1&Expires=1&Signature=s&Key-Pair-Id=k&Hash-Algorithm=SHA256',
      'https://h/x?a=1',
    ],
    ['https://h/x?Expires=1&a=1&Signature=s&b=2', 'https://h/x?a=1&b=2'],
    ['https://h/x?Expires&a', 'https://h/x?a'],
    ['https://h/x?expires=1&XPolicy=2', 'https://h/x?expires=1&XPolicy=2'],
    ['https://h/x?', 'https://h/x?'],
    ['https://h/x?&Policy=a', 'https://h/x?'],
    ['https://h/x?a&&b', 'https://h/x?a&&b'],
  ])('of %s is %s', (url, unsigned) => {
    expect(unsignedUrl(parsed(url))).toBe(unsigned);
  });
});

describe('urlSections', () => {
  it('leaves the path raw, or brings it to its normal form', () => {
    const url = parsed('https://h/t/acme/%2e%2e//globex/x?a=%2e&Policy=p');

    expect(urlSections(url, 'raw')).toEqual({
      scheme: 'https',
      domain: 'h',
      path: '/t/acme/%2e%2e//globex/x',
      query: 'a=%2e',
    });
    expect(urlSections(url, 'normalised').path).toBe('/t/globex/x');
  });

  it.each(['raw', 'normalised'] as const)('takes no path for the root (%s)', (matchedPath) => {
    expect(urlSections(parsed('https://h'), matchedPath)).toMatchObject({
      path: '/',
      query: undefined,
    });
  });
});
