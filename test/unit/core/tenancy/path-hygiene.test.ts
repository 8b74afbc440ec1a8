import { isPlainSegment, isUnambiguousPath } from '#core/tenancy/path-hygiene';

const PLAIN = [
  '/',
  '/t/acme/',
  '/t/acme/photo.jpg',
  '/t/acme/f/01/a%20b.jpg',
  '/t/acme/100%25',
  '/t/acme/100%25.txt',
  '/t/acme/%C3%A4.jpg',
  '/t/acme/%F0%9F%A6%8A.png',
  '/t/acme/ä.jpg',
  '/t/acme/.hidden',
  '/t/acme/...',
  '/t/acme/a..b',
  '/t/acme/a;b',
  '/t/acme/%2A',
  '/u/acme/0123456789abcdefghijkA/x%20y',
  '/favicon.ico',
  '/x/%41',
];

const AMBIGUOUS = [
  // not a path
  '',
  't/acme/x',
  '?',
  '.',
  // empty segments
  '//',
  '//t/acme/x',
  '/t//acme/x',
  '/t/acme//x',
  '/t/acme/x//',
  '/t/acme/;v=1/x',
  // dot segments, in every spelling
  '/t/acme/../globex/x',
  '/t/acme/./x',
  '/..',
  '/.',
  '/t/..',
  '/t/acme/..',
  '/t/acme/.',
  '/t/acme/%2e%2e/globex/x',
  '/t/acme/%2E%2E/globex/x',
  '/t/acme/.%2e/globex/x',
  '/t/acme/%2e./globex/x',
  '/t/acme/%2e/x',
  '/t/acme/..;/globex/x',
  '/t/acme/.;a/x',
  '/t/acme/..;a=b/x',
  '/t/acme/%2e%2e;/x',
  '/t/acme/..%3b/x',
  '/public/../t/acme/x',
  // separators in a segment
  '/t/acme/..%2fglobex/x',
  '/t/acme/a%2fb',
  '/t/acme/a%2Fb',
  '/t/acme/..%5cglobex',
  '/t/acme/a%5Cb',
  '/t/acme/a\\b',
  '/t/acme\\..\\globex',
  // control characters
  '/t/acme/a%00.jpg',
  '/t/acme/a\u0000',
  '/t/acme/a%0d%0a',
  '/t/acme/a\n',
  '/t/acme/%7f',
  '/t/acme/\u007f',
  '/t/acme/%c2%85',
  '/t/acme/%1F',
  '/t/acme/\u001f',
  '/t/acme/\u0080',
  '/t/acme/\u009f',
  // escapes that are not UTF-8: overlong slash, dot and NUL, surrogates, lone bytes
  '/t/acme/%c0%af',
  '/t/acme/%c0%ae%c0%ae/x',
  '/t/acme/%c0%80',
  '/t/acme/%e0%80%af',
  '/t/acme/%ed%a0%80',
  '/t/acme/%80',
  '/t/acme/%ff',
  '/t/acme/%F8%80%80%80%AF',
  '/t/acme/%u002e%u002e/x',
  '/t/acme/%',
  '/t/acme/%2',
  '/t/acme/%zz',
  // double escapes
  '/t/acme/%252e%252e/x',
  '/t/acme/%252fx',
  '/t/acme/%25%32%65',
  '/t/acme/100%2541',
  '/t/acme/%25ab',
  // an escape in what names door, tenant or person
  '/%74/acme/x',
  '/t%2facme/x',
  '/t/%61cme/x',
  '/t/acme%20/x',
  '/t/a%2e/x',
  '/u/acme/%30123456789abcdefghijkA/x',
  '/u/%61cme/x/y',
  '/%2e%2e/t/acme/x',
  '/x%20y/z',
];

describe('isUnambiguousPath', () => {
  it.each(PLAIN)('accepts %j', (path) => {
    expect(isUnambiguousPath(path)).toBe(true);
  });

  it.each(AMBIGUOUS)('C-21: refuses %j', (path) => {
    expect(isUnambiguousPath(path)).toBe(false);
  });

  it('takes a path of any length', () => {
    expect(isUnambiguousPath(`/t/acme/${'a/'.repeat(100_000)}`)).toBe(true);
  });
});

describe('isPlainSegment', () => {
  it.each(['a', '...', '.a', 'a.', 'a b', '%', '100%', '%4', '%zz', 'ä', 'a;'])(
    'accepts %j',
    (segment) => {
      expect(isPlainSegment(segment)).toBe(true);
    },
  );

  it.each(['', '.', '..', ';', '.;', '..;x', 'a/b', 'a\\b', '\t', '%41', 'a%2f', '%fF', '%99'])(
    'C-21: refuses %j',
    (segment) => {
      expect(isPlainSegment(segment)).toBe(false);
    },
  );
});
