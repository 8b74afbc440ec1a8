import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { listQueries } from '../../analytics/catalog';
import { CHECKLIST } from '../../cli/check/checklist';

const ROOT = path.resolve(__dirname, '../..');
const DOCUMENTS = readdirSync(path.join(ROOT, 'docs'))
  .filter((name) => name.endsWith('.md'))
  .map((name) => `docs/${name}`)
  .concat('README.md');
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
