import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { listQueries } from '#analytics/catalog';
import { CHECKLIST } from '#cli/check/checklist';

const ROOT = path.resolve(__dirname, '../..');
const DOCUMENTS = readdirSync(path.join(ROOT, 'docs'))
  .filter((name) => name.endsWith('.md'))
  .map((name) => `docs/${name}`)
  .concat('README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md');
const QUERIES = listQueries().map(({ name }) => name);

function read(document: string): string {
  return readFileSync(path.join(ROOT, document), 'utf8');
}

function namesIn(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, name = '']) => name);
}

function exists(place: string): boolean {
  return ['', '.ts', '.test.ts'].some((ending) => existsSync(path.join(ROOT, place + ending)));
}

describe.each(DOCUMENTS)('%s', (document) => {
  const text = read(document);

  it('names tests that exist', () => {
    const named = namesIn(
      text,
      /`(test\/(?:unit|property|synth|integration|browser|structure)\/[\w./-]+)`/g,
    );

    expect(named.filter((place) => !exists(place))).toEqual([]);
  });

  it('names queries and checks that exist', () => {
    const queries = namesIn(text, /logs query ([a-z][a-z-]+)/g);
    const checks = namesIn(text, /check --only ([a-z][a-z0-9-]+)/g);
    const ids: readonly string[] = CHECKLIST.map(({ id }) => id);

    expect(queries.filter((name) => !QUERIES.includes(name))).toEqual([]);
    expect(checks.filter((id) => !ids.includes(id))).toEqual([]);
  });

  it('links to files that exist', () => {
    const links = namesIn(text, /\]\(([^)#:]+)(?:#[^)]*)?\)/g);
    const folder = path.join(ROOT, path.dirname(document));

    expect(links.filter((link) => !existsSync(path.join(folder, link)))).toEqual([]);
  });
});

/** `J-01 to J-03` is three requirements. */
function requirementsIn(cell: string): string[] {
  return [...cell.matchAll(/\b([A-Z])-(\d\d)(?: to [A-Z]-(\d\d))?/g)].flatMap(
    ([, letter = '', first = '', last = first]) =>
      Array.from(
        { length: Number(last) - Number(first) + 1 },
        (_, at) => `${letter}-${String(Number(first) + at).padStart(2, '0')}`,
      ),
  );
}

function textOfTests(place: string): string {
  const [folder, start] = [path.dirname(place), path.basename(place)];
  return readdirSync(path.join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => path.relative(path.join(ROOT, folder), file).startsWith(start))
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
}

it('docs/controls.md: every requirement stands in one of the tests that its row names', () => {
  const cells = read('docs/controls.md')
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.split('|')[3] ?? '')
    .filter((cell) => requirementsIn(cell).length > 0);
  const missing = cells.flatMap((cell) => {
    const tests = namesIn(cell, /`(test\/[\w./-]+)`/g)
      .map(textOfTests)
      .join('\n');
    return requirementsIn(cell).filter((id) => !tests.includes(id));
  });

  expect(cells.length).toBeGreaterThan(8);
  expect(missing).toEqual([]);
});

it('docs/controls.md: every query among the evidence is in the catalog', () => {
  const evidence = read('docs/controls.md')
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) => line.split('|')[4] ?? '');
  const named = evidence.flatMap((cell) => namesIn(cell, /`([a-z]+(?:-[a-z]+)+)`/g));

  expect(named.length).toBeGreaterThan(8);
  expect(named.filter((name) => !QUERIES.includes(name))).toEqual([]);
});
