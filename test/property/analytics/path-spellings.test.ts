import fc from 'fast-check';
import { isUnambiguousPath } from '#core/tenancy/path-hygiene';
import { ask } from '#test/unit/analytics/queries/planted-lines';

const PIECES = [
  ...['a', '.', '..', ';', '/', '%', '+', '~', '*', '&', '=', '?x', ':', '@', "'", '-', '_'],
  ...['%2e', '%2E', '%2f', '%5c', '%5C', '%25', '%2', '%zz', '%00', '%1f', '%7f', '%20', '%3b'],
  ...['%c3%a9', '%c2%80', '%c2%a0', '%e2%80%ae', '%ff', '%c3', '%41', '2e', '\\', '%f0%9f%98%80'],
];
const BEGINNINGS = ['/t/acme/f/7/', '/u/acme/me/7/', '/t/acme/', '/t/acme', '/u/acme/', '/t/ac'];

const anyPath = fc
  .tuple(
    fc.constantFrom(...BEGINNINGS),
    fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 6 }),
  )
  .map(([beginning, pieces]) => `${beginning}${pieces.join('')}`.split('?')[0] ?? '');

it('L-06, C-21: a served request is taken for accepted exactly where viewer-guard lets its path pass', async () => {
  const tenantPath = /^\/[tu]\/[A-Za-z0-9][\w-]{0,62}(\/|$)/;
  const paths = [...new Set(fc.sample(anyPath, 4_000))].filter((path) => tenantPath.test(path));
  const rows = await ask('who-opened', { lines: paths.map((path) => ({ 'cs-uri-stem': path })) });
  const found = new Set(rows.map((row) => row['path']));
  const passing = paths.filter(isUnambiguousPath);

  expect(passing.filter((path) => !found.has(path))).toEqual([]);
  expect(paths.filter((path) => found.has(path) && !isUnambiguousPath(path))).toEqual([]);
  expect(passing.length).toBeGreaterThan(300);
});
