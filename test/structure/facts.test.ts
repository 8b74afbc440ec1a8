import { secondLiterals, SOURCE_FOLDERS } from './facts';
import { listFiles } from './source-files';

const sources = listFiles().filter(
  (file) => SOURCE_FOLDERS.test(file) && file.endsWith('.ts') && !file.endsWith('.d.ts'),
);

it('spells no fact of core/contract a second time', () => {
  expect(sources.flatMap((file) => secondLiterals(file))).toEqual([]);
});

it.each([
  "const name = 'CloudFront-Signature';",
  'const cookie = `${CloudFront}; CloudFront-Policy=${policy}`;',
  'const cookie = `CloudFront-${name}=${value}`;',
  "const names = ['Key-Pair-Id'];",
  'const note = `k=${keyPairId}`;',
  "const header = 'x-edgepass-origin-secret';",
  "const address = '127.0.0.1';",
  'const url = `http://127.0.0.1:${port}`;',
  'const isLoopback = /^(?:localhost|127(?:\\.\\d+){3})$/.test(host);',
  "const variables = { EDGEPASS: process.env['EDGEPASS_ENVIRONMENT'] };",
  "const attributes = 'Secure; SameSite=Lax';",
  'const lastSecond = 253_402_300_799;',
  "const bytes = { MissingKey: '146' };",
  'const bytes = { MissingKey: 146 };',
  'const fingerprint = signature.slice(0, 24);',
  "const cookie = '__Secure-edgepass-scopes';",
  "const path = '/api/session';",
  "const field = 'viewer-request-log-data';",
  "const algorithm = 'ECDSA_SHA_256';",
  'const tenant = /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/;',
])('would notice %s', (text) => {
  expect(secondLiterals('local/planted.ts', text)).toHaveLength(1);
});
