import { LOOPBACK_HOST } from '#core/contract/loopback';

it.each(['localhost', '127.0.0.1', '127.255.255.254', '127.0.0.0', '[::1]'])(
  'is this machine: %s',
  (host) => {
    expect(LOOPBACK_HOST.test(host)).toBe(true);
  },
);

it.each([
  '127.0.0.256',
  '127.0.0.01',
  '127.0.0.1000',
  '127.1',
  '127.0.0.1.example.com',
  'x127.0.0.1',
  'localhost.example.com',
  'notlocalhost',
  'LOCALHOST',
  '::1',
  '[::1]x',
  '[::2]',
  '128.0.0.1',
  '0.0.0.0',
  'localhost:80',
  '',
])('is not this machine: %s', (host) => {
  expect(LOOPBACK_HOST.test(host)).toBe(false);
});
