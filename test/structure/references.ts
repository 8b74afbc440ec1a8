import { readFileSync } from 'node:fs';
import path from 'node:path';
import { listFiles, ROOT } from './source-files';

/** Requirement ids and AWS pages that a text names. */
export interface References {
  readonly requirements: readonly string[];
  readonly pages: readonly string[];
}

const CODE = /\.(?:ts|mjs|js|sql|py|json)$/;
/**
 * The catalog, its test with planted names, this file with examples, and files that are no code.
 */
const NOT_A_USE =
  /^(?:test\/generated\/requirements\.ts|test\/structure\/re[a-z.]+\.ts|docs\/|package-lock\.json)/;

/** Finds the requirement ids (`C-03`) and the AWS pages (`DG:AccessLogs`) in a text. */
export function findReferences(text: string): References {
  return {
    requirements: text.match(/\b[A-Z]-\d\d\b/g) ?? [],
    pages: [...text.matchAll(/\bDG:([A-Za-z][A-Za-z-]*)/g)].map(([, page = '']) => page),
  };
}

/** Everything that code and tests of the repository name, each once. */
export function findAllReferences(): References {
  const texts = listFiles()
    .filter((file) => CODE.test(file) && !NOT_A_USE.test(file))
    .map((file) => findReferences(readFileSync(path.join(ROOT, file), 'utf8')));
  return {
    requirements: [...new Set(texts.flatMap(({ requirements }) => requirements))].sort(),
    pages: [...new Set(texts.flatMap(({ pages }) => pages))].sort(),
  };
}

/**
 * Says for each name that is used and not in the catalog, or in the catalog and not used, which.
 */
export function compareWithCatalog(used: readonly string[], catalog: readonly string[]): string[] {
  return [
    ...used.filter((name) => !catalog.includes(name)).map((name) => `${name} has no entry`),
    ...catalog.filter((name) => !used.includes(name)).map((name) => `${name} is not used`),
  ];
}
