import { readAudit } from '../../scan/audit';
import {
  type BillOfMaterials,
  limitTo,
  packageFolders,
  withDependencies,
} from '../../scan/bill-of-materials';
import { refusedLicences } from '../../scan/licences';

const component = (reference: string, expression?: string) => ({
  'bom-ref': reference,
  name: reference.slice(0, reference.lastIndexOf('@')),
  version: reference.slice(reference.lastIndexOf('@') + 1),
  ...(expression !== undefined && { licenses: [{ expression }] }),
});

const refusals = (reference: string, expression: string | undefined, place: 'in' | 'beside') =>
  refusedLicences(
    { components: [component(reference, expression)] },
    {
      bundled: new Set(place === 'in' ? [reference] : []),
      installed: new Set(place === 'beside' ? [reference] : []),
    },
    {},
  );

describe('licences of what runs at users', () => {
  test.each([
    ['GPL-3.0-only', 'beside'],
    ['AGPL-3.0-or-later', 'in'],
    ['MIT AND GPL-2.0-only', 'beside'],
    ['MPL-2.0', 'in'],
    ['SEE LICENSE IN file', 'beside'],
    [undefined, 'beside'],
  ] as const)('%s %s the package: refused, with name and licence', (expression, place) => {
    const [line = '', ...others] = refusals('planted@1.0.0', expression, place);
    expect(line).toMatch(`planted@1.0.0: licence ${expression ?? '"none"'}; allowed: 0BSD, `);
    expect(others).toEqual([]);
  });

  test.each([
    ['MIT', 'in'],
    ['(GPL-2.0-only OR MIT)', 'in'],
    ['MPL-2.0', 'beside'],
  ] as const)('%s %s the package: allowed', (expression, place) => {
    expect(refusals('good@1.0.0', expression, place)).toEqual([]);
  });

  test('a tool of the development may have any licence', () => {
    const nothing = { bundled: new Set<string>(), installed: new Set<string>() };
    const components = [component('tool@1.0.0', 'GPL-3.0-only')];
    expect(refusedLicences({ components }, nothing, {})).toEqual([]);
  });

  test('a licence that was read by hand counts for its version alone', () => {
    const installed = new Set(['font@2.0.0']);
    const packages = { bundled: new Set<string>(), installed };
    const components = [component('font@2.0.0')];
    expect(refusedLicences({ components }, packages, { 'font@2.0.0': 'read' })).toEqual([]);
    expect(refusedLicences({ components }, packages, { 'font@1.0.0': 'read' })).toEqual([
      expect.stringContaining('font@2.0.0: licence "none"'),
      'font@1.0.0: its licence needs no reading by hand any more',
    ]);
  });
});

describe('npm audit', () => {
  const answer = JSON.stringify({
    vulnerabilities: {
      planted: {
        severity: 'high',
        nodes: ['node_modules/planted'],
        via: [{ title: 'Runs code', url: 'https://example.com/advisory' }],
      },
    },
  });

  test('a vulnerability of what runs at users fails, with its advisory', () => {
    expect(readAudit(answer, (folder) => folder === 'node_modules/planted')).toEqual({
      result: 'failed',
      lines: ['planted (high): Runs code https://example.com/advisory'],
    });
  });

  test('a vulnerability of a tool is named', () => {
    const { result, lines } = readAudit(answer, () => false);
    expect([result, lines.join()]).toEqual(['passed', expect.stringContaining('planted')]);
  });

  test('a registry that does not answer is not a registry without advisories', () => {
    const refused = JSON.stringify({ message: '405 Method Not Allowed', statusCode: 405 });
    expect(readAudit(refused, () => true)).toEqual({
      result: 'not run',
      lines: [expect.stringContaining('405 Method Not Allowed')],
    });
  });
});

describe('bill of materials', () => {
  const bill: BillOfMaterials = {
    metadata: { component: { 'bom-ref': 'edgepass@1.0.0' } },
    components: ['a@1.0.0', 'b@1.0.0', 'tool@1.0.0'].map((one) => component(one, 'MIT')),
    dependencies: [
      { ref: 'edgepass@1.0.0', dependsOn: ['a@1.0.0', 'tool@1.0.0'] },
      { ref: 'a@1.0.0', dependsOn: ['b@1.0.0'] },
      { ref: 'b@1.0.0', dependsOn: ['a@1.0.0'] },
    ],
  };

  test('what a package needs is found through circles', () => {
    expect([...withDependencies(bill, ['a@1.0.0'])]).toEqual(['a@1.0.0', 'b@1.0.0']);
  });

  test('a document that is limited names nothing that it does not hold', () => {
    const limited = limitTo(bill, new Set(['a@1.0.0', 'b@1.0.0']));
    expect(JSON.stringify(limited)).not.toContain('tool');
    expect(limited.components).toHaveLength(2);
  });

  test('files of a bundle belong to the innermost package', () => {
    const inputs = [
      'lambdas/session/handler.ts',
      'node_modules/jose/dist/index.js',
      'node_modules/@aws-sdk/client-kms/node_modules/@smithy/core/dist/x.js',
    ];
    expect(packageFolders(inputs)).toEqual([
      'node_modules/@aws-sdk/client-kms/node_modules/@smithy/core',
      'node_modules/jose',
    ]);
  });
});
