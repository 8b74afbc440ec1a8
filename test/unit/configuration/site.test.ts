import { isLoopback, isPublicSuffix, siteOf } from '#configuration/site';

test.each([
  ['https://app.example.com', 'https://example.com'],
  ['https://a.b.example.com:8443', 'https://example.com'],
  ['http://app.example.com', 'http://example.com'],
  ['https://app.one.co.uk', 'https://one.co.uk'],
  ['https://d1.cloudfront.net', 'https://d1.cloudfront.net'],
  ['https://me.github.io', 'https://me.github.io'],
  ['http://localhost:4690', 'http://localhost'],
  ['http://127.0.0.1:4690', 'http://127.0.0.1'],
])('S-08: the site of %s is %s', (origin, site) => {
  expect(siteOf(origin)).toBe(site);
});

test.each([
  ['cloudfront.net', true],
  ['co.uk', true],
  ['example.com', false],
  ['d1.cloudfront.net', false],
])('%s is a public suffix: %p', (hostname, expected) => {
  expect(isPublicSuffix(hostname)).toBe(expected);
});

test.each([
  ['http://localhost:1', true],
  ['http://127.255.0.1', true],
  ['http://[::1]:1', true],
  ['http://127.0.0.1.example.com', false],
  ['http://localhost.example.com', false],
  ['http://0.0.0.0', false],
])('%s is loopback: %p', (url, expected) => {
  expect(isLoopback(url)).toBe(expected);
});
