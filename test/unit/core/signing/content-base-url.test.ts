import { parseContentBaseUrl } from '#core/signing/content-base-url';
import { thrownBy } from '../thrown-by';

describe('parseContentBaseUrl', () => {
  it.each([
    'https://media.example.com',
    'https://a.b',
    'https://d111111abcdef8.cloudfront.net',
    'https://xn--bcher-kva.example',
    'https://1.2.example',
    'http://localhost',
    'http://localhost:4680',
    'https://localhost:4681',
    'https://localhost',
    'http://127.0.0.1:1',
    'http://127.255.0.199:65535',
    'http://[::1]:4680',
    'https://[::1]',
    'http://localhost:443',
    'https://localhost:80',
    `https://${'a'.repeat(63)}.${'b'.repeat(24)}.ab`.padEnd(100, 'c'),
  ])('accepts %s', (text) => {
    expect(parseContentBaseUrl(text)).toBe(text);
  });

  it.each([
    // C-04: what would widen a Resource
    '',
    'https://',
    'https://*',
    'https://*.example.com',
    'https://media.example.com*',
    'https://media.example.com/*',
    '*://media.example.com',
    'http*://media.example.com',
    'https://media?example.com',
    // C-24: more than scheme and host
    'https://media.example.com/',
    'https://media.example.com/x',
    'https://media.example.com?x',
    'https://media.example.com#x',
    'https://user@media.example.com',
    'https://u:p@localhost:1',
    'https://media.example.com:8443',
    'https://media.example.com:443',
    // schemes
    'http://media.example.com',
    'ftp://media.example.com',
    'HTTPS://media.example.com',
    'https:media.example.com',
    '//media.example.com',
    'media.example.com',
    'https:///media.example.com',
    // hosts
    'https://Media.example.com',
    'https://media',
    'https://media.example.com.',
    'https://.example.com',
    'https://media..com',
    'https://-media.example.com',
    'https://media-.example.com',
    'https://media_x.example.com',
    'https://203.0.113.7',
    'https://media.1com',
    'https://bücher.example',
    'https://media.example.com\n',
    ' https://media.example.com',
    'https://[2001:db8::1]',
    `https://${'a'.repeat(64)}.com`,
    'https://media%2eexample.com',
    'https://media.example.com"',
    'https://media.example.com\\x',
    // loopback that is none, and its ports
    'http://localhost.example.com',
    'http://localhost.',
    'http://notlocalhost:1',
    'http://not.localhost:1',
    'http://x127.0.0.1:1',
    'http://127.0.0.256:1',
    'http://127.0.0.1.example.com',
    'http://127.1:80',
    'http://0.0.0.0:4680',
    'http://128.0.0.1:1',
    'http://127.0.0.01',
    'http://[::2]:1',
    'http://[::1',
    'http://127.0.0:1',
    'http://localhost:0',
    'http://localhost:080',
    'http://localhost:65536',
    'http://localhost:99999',
    'http://localhost:123456',
    'http://localhost:',
    'http://localhost:x',
    'http://localhost:80',
    'https://localhost:443',
    'http://localhost:4680/',
    // C-33: longer than the cookies allow
    `https://${'a'.repeat(63)}.${'b'.repeat(24)}.ab`.padEnd(101, 'c'),
  ])('C-04, C-24: refuses %j', (text) => {
    expect(thrownBy(() => parseContentBaseUrl(text))).toMatchObject({
      name: 'InputError',
      code: 'ERR_CONTENT_BASE_URL',
      field: 'contentBaseUrl',
    });
  });

  it('says what is allowed', () => {
    expect(() => parseContentBaseUrl('https://x')).toThrow(
      'contentBaseUrl: expected https://<lower-case host>, at most 100 characters, without path; http or a port only on loopback, received "https://x"',
    );
  });
});
