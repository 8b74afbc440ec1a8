import satisfies from 'spdx-satisfies';
import type { BillOfMaterials, Component, RuntimePackages } from './bill-of-materials';

/** Licences that ask for nothing but their text and the names of the authors. */
const PERMISSIVE = [
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'Unlicense',
];

/**
 * MPL-2.0 covers its own files only. So it may be installed beside the package (CDKTF and its
 * bindings have it), but not be a part of our files.
 */
const BESIDE = [...PERMISSIVE, 'MPL-2.0'];

/** Packages whose manifest has no SPDX expression, and what was read instead. */
const READ_BY_HAND: Readonly<Record<string, string>> = {
  'dejavu-fonts-ttf@2.37.3':
    'Bitstream Vera and Arev licence (LICENSE in the package): the fonts may be used and embedded, and not sold by themselves',
  'jsonify@0.0.1': 'public domain (its package.json)',
};

/** SPDX expression of a component; undefined when it names none. */
function expressionOf({ licenses = [] }: Component): string | undefined {
  const [first, ...others] = licenses.map((one) =>
    'expression' in one ? one.expression : one.license.id,
  );
  return others.length === 0 ? first : undefined;
}

function isAllowed(expression: string | undefined, allowed: string[]): boolean {
  if (expression === undefined) return false;
  try {
    return satisfies(expression, allowed);
  } catch {
    return false;
  }
}

/**
 * Returns one line for each package that runs at users with a licence that is not allowed, and for
 * each licence that was read by hand for no package.
 */
export function refusedLicences(
  { components }: Pick<BillOfMaterials, 'components'>,
  { bundled, installed }: RuntimePackages,
  readByHand: Readonly<Record<string, string>> = READ_BY_HAND,
): string[] {
  const refused = new Map<string, string>();
  for (const component of components) {
    const reference = component['bom-ref'];
    if (!bundled.has(reference) && !installed.has(reference)) continue;
    const allowed = bundled.has(reference) ? PERMISSIVE : BESIDE;
    const expression = expressionOf(component);
    if (isAllowed(expression, allowed)) continue;
    const given = expression ?? JSON.stringify(component.licenses ?? 'none');
    refused.set(reference, `licence ${given}; allowed: ${allowed.join(', ')}`);
  }
  const needless = Object.keys(readByHand).filter((reference) => !refused.has(reference));
  return [
    ...[...refused]
      .filter(([reference]) => !(reference in readByHand))
      .map(([reference, text]) => `${reference}: ${text}`),
    ...needless.map((reference) => `${reference}: its licence needs no reading by hand any more`),
  ];
}
