import { InputError } from '#core/errors';
import {
  encodeObjectPath,
  encodeQueryComponent,
  parseObjectKey,
  scopeOfObjectKey,
} from '#core/tenancy/object-key';
import { thrownBy } from '../thrown-by';

const PRINTABLE = Array.from({ length: 0x7f - 0x20 }, (_, index) =>
  String.fromCharCode(0x20 + index),
);

describe('parseObjectKey', () => {
  it.each([
    't/acme/photo.jpg',
    'a',
    'a b',
    't/acme/100%',
    't/acme/100%.txt',
    't/acme/zoë.jpg',
    '🦊',
    'x'.repeat(1024),
    'ä'.repeat(512),
  ])('accepts %j', (key) => {
    expect(parseObjectKey(key)).toBe(key);
  });

  it.each([
    '',
    '/',
    '/a',
    'a/',
    'a//b',
    '.',
    '..',
    'a/../b',
    'a/./b',
    'a/..',
    '../a',
    'a\\b',
    'a\u0000',
    'a\r\nb',
    'a\u007f',
    'a\u0085',
    'a%2fb',
    'a%2Eb',
    '%2e%2e/x',
    '100%41.txt',
    '..;/x',
    ';x',
    'a\ud800',
    '\udc00a',
    'zoe\u0308',
    '\u212b',
    'x'.repeat(1025),
    'ä'.repeat(513),
  ])('C-21: refuses %j', (key) => {
    expect(() => parseObjectKey(key)).toThrow(InputError);
    expect(thrownBy(() => parseObjectKey(key))).toMatchObject({
      code: 'ERR_OBJECT_KEY',
      field: 'objectKey',
    });
  });

  it('C-21: says what is allowed', () => {
    expect(() => parseObjectKey('a//b')).toThrow(
      'objectKey: expected an NFC key of at most 1024 bytes without empty or dot segments, backslashes, control characters or percent escapes, received "a//b"',
    );
  });
});

describe('encodeObjectPath', () => {
  it.each(PRINTABLE.filter((character) => !'/\\'.includes(character)))(
    'C-22: writes %j so that nobody reads it another way',
    (character) => {
      const path = encodeObjectPath(parseObjectKey(`t/acme/x${character}y`));

      expect(path).toMatch(/^\/t\/acme\/x(?:[A-Za-z0-9._~-]|%[0-9A-F]{2})y$/);
      expect(decodeURIComponent(path)).toBe(`/t/acme/x${character}y`);
    },
  );

  it.each([
    ["a'b", '/a%27b'],
    ['a+b', '/a%2Bb'],
    ['a*b(1)!', '/a%2Ab%281%29%21'],
    ['a b', '/a%20b'],
    ['100%', '/100%25'],
    ['zoë', '/zo%C3%AB'],
    ['🦊', '/%F0%9F%A6%8A'],
  ])('C-22: writes %j as %s', (key, path) => {
    expect(encodeObjectPath(parseObjectKey(key))).toBe(path);
  });
});

describe('encodeQueryComponent', () => {
  it('C-07: leaves no separator and no wildcard', () => {
    expect(encodeQueryComponent("a=b&c?d*e#f/g'h i")).toBe('a%3Db%26c%3Fd%2Ae%23f%2Fg%27h%20i');
  });
});

describe('scopeOfObjectKey', () => {
  it.each([
    ['t/acme/x', '/t/acme/'],
    ['t/acme/f/01/x', '/t/acme/'],
    ['u/acme/0123456789abcdefghijkA/01/x', '/u/acme/0123456789abcdefghijkA/'],
  ])('finds where %s lies', (key, path) => {
    expect(scopeOfObjectKey(parseObjectKey(key)).path).toBe(path);
  });

  it.each([
    't',
    't/acme',
    'u/acme',
    'u/acme/x',
    'u/acme/0123456789abcdefghijkA',
    'u/acme/x/y',
    'incoming/t/acme/x',
    'public/x',
    'T/acme/x',
    't/-/x',
    't/a.b/x',
  ])('C-25: refuses %s, which no scope opens', (key) => {
    expect(thrownBy(() => scopeOfObjectKey(parseObjectKey(key)))).toMatchObject({
      code: 'ERR_PATH_SCOPE',
    });
  });

  it('C-25: names the key when it is too short', () => {
    expect(() => scopeOfObjectKey(parseObjectKey('t/acme'))).toThrow(
      'objectKey: expected a key below t/<tenant>/ or u/<tenant>/<user>/, received "t/acme"',
    );
  });
});
