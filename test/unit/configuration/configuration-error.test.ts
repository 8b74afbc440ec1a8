import { describeReceived } from '#configuration/configuration-error';

test.each([
  [undefined, 'nothing'],
  [null, 'null'],
  ['text', '"text"'],
  [7, '7'],
  [false, 'false'],
  [[], 'an empty list'],
  [[1], 'a list'],
  [{ secret: 'canary' }, 'an object'],
  ['https://id.example.com/@me', '"https://id.example.com/@me"'],
])('%j is shown as %s', (value, shown) => {
  expect(describeReceived(value)).toBe(shown);
});

test.each([
  'sk_test_canary',
  'rk_live_canary',
  'text -----BEGIN RSA PRIVATE KEY-----canary',
  'eyJhbGciOiJSUzI1NiJ9.canary.x',
  'ASIAABCDEFGHIJKLMNOP',
  'https://canary@id.example.com/',
  'https://user:canary@id.example.com/jwks',
  'https:user:canary@id.example.com',
])('a secret is not shown: %#', (value) => {
  expect(describeReceived(value)).toBe('[redacted]');
});
