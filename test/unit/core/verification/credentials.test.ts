import {
  type Credentials,
  type DuplicateCookie,
  parseCookieHeader,
  readCredentials,
} from '#core/verification/credentials';
import { parseViewerUrl } from '#core/verification/viewer-url';

function read(
  query: string,
  cookie = '',
  duplicateCookie: DuplicateCookie = 'refuse',
): Credentials {
  const url = parseViewerUrl(`https://h/x${query}`);
  if (url === undefined) throw new Error('not a URL');
  return readCredentials(url, cookie, duplicateCookie);
}

const COOKIES = 'CloudFront-Policy=p; CloudFront-Signature=s; CloudFront-Key-Pair-Id=k';

describe('parseCookieHeader', () => {
  it.each([
    ['', [['', '']]],
    ['a=1', [['a', '1']]],
    [
      'a=1; b=2',
      [
        ['a', '1'],
        ['b', '2'],
      ],
    ],
    [
      'a=1;b=2;',
      [
        ['a', '1'],
        ['b', '2'],
        ['', ''],
      ],
    ],
    [
      ' \ta=1 ; b=2\t',
      [
        ['a', '1'],
        ['b', '2'],
      ],
    ],
    ['a = 1', [['a', ' 1']]],
    ['a="1"', [['a', '"1"']]],
    [
      'a="1; b=2"',
      [
        ['a', '"1'],
        ['b', '2"'],
      ],
    ],
    ['a', [['a', '']]],
    ['=1', [['', '1']]],
    ['a==1=', [['a', '=1=']]],
    ['a=%7E', [['a', '%7E']]],
    ['a=1, b=2', [['a', '1, b=2']]],
    ['a=1\r\nb=2', [['a', '1\r\nb=2']]],
  ])('reads %j', (header, cookies) => {
    expect(parseCookieHeader(header)).toEqual(cookies);
  });

  it('takes a header far beyond what browsers send', () => {
    expect(parseCookieHeader(`${'x=y; '.repeat(100_000)}a=1`)).toHaveLength(100_001);
  });
});

describe('readCredentials', () => {
  it('reads the cookies, and no other ones', () => {
    const header = `theme=dark; ${COOKIES}; CloudFront-Hash-Algorithm=SHA256; CloudFront-Expires=1; cloudfront-policy=x; CloudFront-Policies=y; Policy=z`;

    expect(read('?a=1', header)).toEqual({
      form: 'signedCookies',
      parts: { policy: 'p', signature: 's', keyPairId: 'k', hashAlgorithm: 'SHA256', expires: '1' },
      reasons: [],
      hidesCookies: false,
    });
  });

  it('reads nothing where there is nothing', () => {
    expect(read('')).toEqual({
      form: 'signedCookies',
      parts: {},
      reasons: [],
      hidesCookies: false,
    });
  });

  it.each(['Policy', 'Signature', 'Key-Pair-Id', 'Hash-Algorithm', 'Expires'])(
    'C-23: a query named %s decides, and cookies do not count',
    (name) => {
      for (const query of [`?${name}=v`, `?a=1&${name}=v`, `?${name}=v&a=1`]) {
        const credentials = read(query, COOKIES);

        expect(credentials).toMatchObject({ form: 'signedUrl', reasons: [], hidesCookies: true });
        expect(Object.values(credentials.parts)).toEqual(['v']);
      }
      expect(read(`?${name}`, '')).toMatchObject({ form: 'signedUrl', hidesCookies: false });
    },
  );

  it.each(['policy', 'POLICY', 'Policies', 'xPolicy', 'CloudFront-Policy', 'a=Policy', 'a?Policy'])(
    'C-23: a query named %s does not',
    (name) => {
      expect(read(`?${name}=v`, COOKIES)).toMatchObject({ form: 'signedCookies', reasons: [] });
    },
  );

  it.each(['%50olicy', 'Expire%73', 'Key%2DPair-Id', '%45%78%70%69%72%65%73'])(
    'C-23: a query named %s could be read in two ways',
    (name) => {
      expect(read(`?${name}=v`, COOKIES).reasons).toEqual(['encoded_parameter_name']);
      expect(read(`?Policy=p&${name}=v`).reasons).toEqual(['encoded_parameter_name']);
    },
  );

  it.each(['%', '%zz', '%ff', '%2550olicy', 'a%20b'])(
    'a query named %s is an ordinary one',
    (name) => {
      expect(read(`?${name}=v`, COOKIES)).toMatchObject({ form: 'signedCookies', reasons: [] });
    },
  );

  it.each(['refuse', 'first', 'last'] as const)(
    'a repeated signing parameter is refused (%s)',
    (mode) => {
      expect(read('?Policy=a&Policy=b', '', mode)).toMatchObject({
        parts: { policy: 'a' },
        reasons: ['duplicate_credential'],
      });
    },
  );

  const twice = `CloudFront-Policy=a; ${COOKIES}; CloudFront-Policy=b`;

  it.each([
    ['refuse', 'a', ['duplicate_credential']],
    ['first', 'a', []],
    ['last', 'b', []],
  ] as const)('C-30: of repeated cookies, %s takes %s', (mode, policy, reasons) => {
    expect(read('', twice, mode)).toMatchObject({ parts: { policy, signature: 's' }, reasons });
  });

  it.each([
    'CloudFront-Key-Pair-Id =k',
    'CloudFront-Signature',
    'CloudFront-Expires=;CloudFront-Expires=',
  ])('C-30: %s makes a repetition too', (cookie) => {
    expect(read('', `${COOKIES}; ${cookie}`).reasons).toEqual(['duplicate_credential']);
  });

  it('C-30: repeated cookies do not matter where the query decides', () => {
    expect(read('?Policy=a', twice).reasons).toEqual([]);
  });
});
