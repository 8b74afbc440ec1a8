import { decodeCloudFrontBase64, encodeCloudFrontBase64 } from '#core/policy/cloudfront-base64';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

describe('CloudFront base64', () => {
  it.each([
    ['', bytes()],
    ['AA__', bytes(0)],
    ['~w__', bytes(255)],
    ['AAA_', bytes(0, 0)],
    ['-~8_', bytes(0xfb, 0xff)],
    ['AAAA', bytes(0, 0, 0)],
    ['----', bytes(0xfb, 0xef, 0xbe)],
    ['~~~~', bytes(255, 255, 255)],
    ['aGVsbG8_', bytes(104, 101, 108, 108, 111)],
    ['AAAAAAA_', bytes(0, 0, 0, 0, 0)],
    [
      'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-~',
      bytes(
        0x00,
        0x10,
        0x83,
        0x10,
        0x51,
        0x87,
        0x20,
        0x92,
        0x8b,
        0x30,
        0xd3,
        0x8f,
        0x41,
        0x14,
        0x93,
        0x51,
        0x55,
        0x97,
        0x61,
        0x96,
        0x9b,
        0x71,
        0xd7,
        0x9f,
        0x82,
        0x18,
        0xa3,
        0x92,
        0x59,
        0xa7,
        0xa2,
        0x9a,
        0xab,
        0xb2,
        0xdb,
        0xaf,
        0xc3,
        0x1c,
        0xb3,
        0xd3,
        0x5d,
        0xb7,
        0xe3,
        0x9e,
        0xbb,
        0xf3,
        0xdf,
        0xbf,
      ),
    ],
  ])('writes and reads %j', (text, decoded) => {
    expect(encodeCloudFrontBase64(decoded)).toBe(text);
    expect(decodeCloudFrontBase64(text)).toEqual(decoded);
  });

  it.each([
    // another alphabet
    'AA==',
    'A+A_',
    'A/A_',
    'AAA=',
    'AAA!',
    'AA A',
    'AAA\n',
    'AAAA\n',
    'ÀAAA',
    '"AAAA"',
    // padding
    'A',
    'AA',
    'AAA',
    'AA_',
    'A___',
    '____',
    '_',
    '__',
    '_AAA',
    'AA_A',
    'A__A',
    'AAAA____',
    'AAAA_',
    'AA__AAAA',
    'AAA_AAAA',
    // unused bits that are not zero
    'AB__',
    'AAB_',
    'Af__',
    '~x__',
    '-~9_',
    // what Node would decode to "hello"
    'aGVsbG8_!!@@junk',
    'aGVsbG8',
    'aGVs bG8_',
    'aGVsbG9_',
  ])('C-11: refuses %j', (text) => {
    expect(decodeCloudFrontBase64(text)).toBeUndefined();
  });

  it('takes input of any length', () => {
    expect(decodeCloudFrontBase64('A'.repeat(4_000_000))).toHaveLength(3_000_000);
  });
});
