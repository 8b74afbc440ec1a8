import { readFileSync } from 'node:fs';
import path from 'node:path';
import { listFiles, ROOT } from '../structure/source-files';

/** A test by its title, and the requirements that the title names. */
export interface RequirementTest {
  readonly file: string;
  readonly title: string;
  readonly requirements: readonly string[];
}

const TITLE = /\b(?:it|test|describe)(?:\.each\([\s\S]*?\))?\(\s*(['"`])((?:(?!\1)[^\\]|\\.)*)\1/g;
const TABLE_TITLE = /\[\s*\n?\s*(['"])((?:[A-Z]-\d\d)(?:(?!\1)[^\\]|\\.)*)\1/g;
const REQUIREMENT = /\b[A-Z]-\d\d\b/g;

/** Finds every test whose title names a requirement. Titles in a table of cases count too. */
export function findRequirementTests(): readonly RequirementTest[] {
  const files = listFiles().filter((file) => file.endsWith('.test.ts'));
  return files.sort().flatMap((file) => {
    const text = readFileSync(path.join(ROOT, file), 'utf8');
    const titles = [...text.matchAll(TITLE), ...text.matchAll(TABLE_TITLE)].map((match) =>
      (match[2] ?? '').replace(/\\(.)/g, '$1'),
    );
    return [...new Set(titles)].flatMap((title) => {
      const requirements = title.match(REQUIREMENT);
      return requirements === null ? [] : [{ file, title, requirements }];
    });
  });
}
