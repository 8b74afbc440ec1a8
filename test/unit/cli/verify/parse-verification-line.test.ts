import { generateKeyPairSync } from 'node:crypto';
import { type KeyCache, parseVerificationLine } from '#cli/verify/parse-verification-line';
import { InputError } from '#core/errors';
import { DEFAULT_SWITCHES } from '#core/verification/verify-viewer-request';
import { generateTestKey } from '#test/unit/core/signing-fixture';
import { thrownBy } from '#test/unit/core/thrown-by';

const KEY = generateTestKey('p256', 'K1');
const LINE = {
  url: 'https://media.example.com/t/acme/x',
  method: 'GET',
  headers: { cookie: 'a=b' },
  clientIp: '203.0.113.7',
  now: 1_767_290_000,
  publicKeys: { K1: KEY.publicPem },
  allowTestKeySizes: false,
};

function parse(line: unknown, keys: KeyCache = new Map()) {
  return parseVerificationLine(typeof line === 'string' ? line : JSON.stringify(line), keys);
}

function without(field: keyof typeof LINE): object {
  return Object.fromEntries(Object.entries(LINE).filter(([name]) => name !== field));
}

describe('parseVerificationLine', () => {
  it('reads a request and what it is judged by', () => {
    const { request, context } = parse(LINE);

    expect(request).toEqual({
      url: LINE.url,
      method: 'GET',
      headers: { cookie: 'a=b' },
      clientIp: '203.0.113.7',
    });
    expect(context).toMatchObject({ now: LINE.now, switches: DEFAULT_SWITCHES });
    expect([...context.trustedKeys.keys()]).toEqual(['K1']);
  });

  it('takes the longest URL that CloudFront takes, and refuses a longer one', () => {
    const urlOf = (bytes: number): string => LINE.url + 'x'.repeat(bytes - LINE.url.length);

    expect(parse({ ...LINE, url: urlOf(8_192) }).request.url).toHaveLength(8_192);
    expect(() => parse({ ...LINE, url: urlOf(8_193) })).toThrow(
      'url: expected at most 8192 bytes; CloudFront answers 414 to a longer URL',
    );
  });

  it('takes header names in any letter case', () => {
    expect(parse({ ...LINE, headers: { COOKIE: 'a=b', Accept: '*/*' } }).request.headers).toEqual({
      cookie: 'a=b',
      accept: '*/*',
    });
  });

  it('does not need allowTestKeySizes, which is then off', () => {
    expect(parse(without('allowTestKeySizes')).context.switches).toEqual(DEFAULT_SWITCHES);
    expect(parse({ ...LINE, allowTestKeySizes: true }).context.switches).toEqual({
      ...DEFAULT_SWITCHES,
      allowTestKeySizes: true,
    });
  });

  it('leaves a trusted key of another size to the verdict', () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const { trustedKeys } = parse({ ...LINE, publicKeys: { K1: pem } }).context;

    expect([...trustedKeys.values()]).toMatchObject([{ bits: 1024 }]);
  });

  it('takes no keys, any address and any URL', () => {
    const { request, context } = parse({
      ...LINE,
      url: '',
      clientIp: '',
      publicKeys: {},
      headers: {},
    });

    expect(request).toMatchObject({ url: '', clientIp: '', headers: {} });
    expect(context.trustedKeys.size).toBe(0);
  });

  it('parses each PEM once, and forgets old ones before they are too many', () => {
    const keys: KeyCache = new Map();
    const [one] = parse(LINE, keys).context.trustedKeys.values();
    const [again] = parse(LINE, keys).context.trustedKeys.values();

    expect(again).toBe(one);
    for (let count = keys.size; count < 1000; count++) keys.set(`${count}`, KEY.trusted);

    expect(parse(LINE, keys).context.trustedKeys.size).toBe(1);
    expect(keys.size).toBe(1000);

    const other = generateTestKey('p256', 'K2').publicPem;
    parse({ ...LINE, publicKeys: { K2: other } }, keys);

    expect([...keys.keys()]).toEqual([other]);
  });

  it.each([
    ['', 'line: expected one JSON object'],
    ['{', 'line: expected one JSON object'],
    ['{"url":"https://h/?Signature=hunter2"', 'line: expected one JSON object'],
    ['[]', 'line: expected one JSON object, received an array'],
    ['null', 'line: expected one JSON object, received null'],
    ['"x"', 'line: expected one JSON object, received "x"'],
    ['7', 'line: expected one JSON object, received 7'],
    [
      { ...LINE, privateKey: 'hunter2' },
      'privateKey: expected no field of this name; known are url, method, headers, clientIp, now, publicKeys, allowTestKeySizes',
    ],
    [without('url'), 'url: expected a string, received undefined'],
    [{ ...LINE, url: 7 }, 'url: expected a string, received 7'],
    [without('method'), 'method: expected a string, received undefined'],
    [{ ...LINE, method: null }, 'method: expected a string, received null'],
    [without('clientIp'), 'clientIp: expected a string, received undefined'],
    [without('headers'), 'headers: expected an object of strings, received undefined'],
    [{ ...LINE, headers: [] }, 'headers: expected an object of strings, received an array'],
    [{ ...LINE, headers: null }, 'headers: expected an object of strings, received null'],
    [
      { ...LINE, headers: { cookie: ['a'] } },
      'headers.cookie: expected a string, received an array',
    ],
    [
      { ...LINE, headers: { cookie: 'a', Cookie: 'b' } },
      'headers.Cookie: expected a header that is named once, in whatever letter case',
    ],
    [without('now'), 'now: expected whole seconds since 1970, received undefined'],
    [
      { ...LINE, now: '1767290000' },
      'now: expected whole seconds since 1970, received "1767290000"',
    ],
    [
      { ...LINE, now: 1_767_290_000_000 },
      'now: expected whole seconds since 1970, from 0 to 253402300799 (not milliseconds), received 1767290000000',
    ],
    [
      { ...LINE, now: 1.5 },
      'now: expected whole seconds since 1970, from 0 to 253402300799 (not milliseconds), received 1.5',
    ],
    [
      without('publicKeys'),
      'publicKeys: expected an object of key pair ids and PEM texts, received undefined',
    ],
    [
      { ...LINE, publicKeys: [] },
      'publicKeys: expected an object of key pair ids and PEM texts, received an array',
    ],
    [{ ...LINE, publicKeys: { K1: 7 } }, 'publicKeys.K1: expected a PEM text, received 7'],
    [
      { ...LINE, publicKeys: { K1: KEY.privatePem } },
      'publicKeys.K1: expected -----BEGIN PUBLIC KEY----- of an RSA key of at most 4096 bits or P-256',
    ],
    [
      { ...LINE, publicKeys: { 'K 1': KEY.publicPem } },
      'publicKeys.K 1: expected 1 to 64 characters of A-Z a-z 0-9 _ -, received "K 1"',
    ],
    [
      { ...LINE, allowTestKeySizes: 'yes' },
      'allowTestKeySizes: expected true or false, received "yes"',
    ],
    // In JSON this is a normal name, but a parser could take it for the prototype.
    [
      JSON.stringify(LINE).replace('"cookie"', '"__proto__"'),
      'headers.__proto__: expected another name',
    ],
    [
      JSON.stringify(LINE).replace('"K1"', '"__proto__"'),
      'publicKeys.__proto__: expected another name',
    ],
    [
      { ...LINE, allowTestKeySizes: null },
      'allowTestKeySizes: expected true or false, received null',
    ],
  ])('names the field of %j', (line, message) => {
    const error = thrownBy(() => parse(line));

    expect(error).toBeInstanceOf(InputError);
    expect(error).toMatchObject({ message });
  });

  it('does not hide an error that is not the caller’s', () => {
    const keys: KeyCache = new Map();
    jest.spyOn(keys, 'set').mockImplementation(() => {
      throw new RangeError('out of memory');
    });

    expect(() => parse(LINE, keys)).toThrow(RangeError);
  });
});
