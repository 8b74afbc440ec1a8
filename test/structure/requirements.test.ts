import { findRequirementTests } from '../generated/requirement-tests';
import { AWS_PAGES, REQUIREMENT_AREAS, REQUIREMENTS } from '../generated/requirements';
import { compareWithCatalog, findAllReferences, findReferences } from './references';

const used = findAllReferences();
const catalog = Object.keys(REQUIREMENTS);

describe('the catalog of requirements', () => {
  it('has an entry for every id in code and tests, and no other entry', () => {
    expect(used.requirements.length).toBeGreaterThan(80);
    expect(compareWithCatalog(used.requirements, catalog)).toEqual([]);
  });

  it('has an entry for every page of AWS that a comment names, and no other entry', () => {
    expect(used.pages.length).toBeGreaterThan(5);
    expect(compareWithCatalog(used.pages, Object.keys(AWS_PAGES))).toEqual([]);
  });

  it('notices a planted id without an entry and an entry without a use', () => {
    const planted = findReferences('// refused (C-99), see DG:no-such-page');

    expect(compareWithCatalog([...used.requirements, ...planted.requirements], catalog)).toEqual([
      'C-99 has no entry',
    ]);
    expect(compareWithCatalog(planted.pages, Object.keys(AWS_PAGES))).toContain(
      'no-such-page has no entry',
    );
    expect(compareWithCatalog(used.requirements, [...catalog, 'K-99'])).toEqual([
      'K-99 is not used',
    ]);
  });

  it('says in full sentences what is demanded, in one line and in a known area', () => {
    const letters = Object.keys(REQUIREMENT_AREAS);

    expect(catalog.filter((id) => !letters.includes(id.charAt(0)))).toEqual([]);
    expect(catalog).toEqual(
      letters.flatMap((letter) => catalog.filter((id) => id.startsWith(letter)).sort()),
    );
    expect(
      Object.entries(REQUIREMENTS).filter(([, text]) => !/^[^\n|]{20,}\.$/.test(text)),
    ).toEqual([]);
  });

  it('has tests that name them in their titles, with two exceptions', () => {
    const named = new Set(findRequirementTests().flatMap(({ requirements }) => requirements));

    // M-05 is a program (test/mutation/run.ts), and L-08 is a default value.
    expect(catalog.filter((id) => !named.has(id)).join(' ')).toBe('M-05 L-08');
  });
});
