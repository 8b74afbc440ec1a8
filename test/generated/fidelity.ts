import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  DEFAULT_EDGE_SWITCHES,
  SWITCH_POSITIONS,
  SWITCH_QUESTIONS,
} from '#local/cloudfront/switches';
import { listFiles, ROOT } from '../structure/source-files';

const EDGE_TESTS = 'test/unit/local/cloudfront/';
const TITLE = /\b(describe|it)(?:\.each\([\s\S]*?\))?\(\s*(['"`])((?:(?!\2)[^\\]|\\.)*)\2/g;
const LIMIT = 'limit: ';

interface Group {
  readonly name: string;
  readonly titles: string[];
}

/** Reads the titles of the edge's tests, grouped by the `describe` around them. */
function readGroups(): Group[] {
  const groups: Group[] = [];
  for (const file of listFiles()
    .filter((name) => name.startsWith(EDGE_TESTS) && name.endsWith('.test.ts'))
    .sort()) {
    for (const [, kind, , title = ''] of readFileSync(path.join(ROOT, file), 'utf8').matchAll(
      TITLE,
    )) {
      if (kind === 'describe') groups.push({ name: title, titles: [] });
      else groups.at(-1)?.titles.push(title.replace(/\\(.)/g, '$1'));
    }
  }
  return groups;
}

function renderSwitches(): string[] {
  const names = Object.keys(SWITCH_POSITIONS) as (keyof typeof SWITCH_POSITIONS)[];
  return [
    '| switch | what AWS does not say | positions | default |',
    '| --- | --- | --- | --- |',
    ...names.map(
      (name) =>
        `| \`${name}\` | ${SWITCH_QUESTIONS[name]} | ${SWITCH_POSITIONS[name].map(String).join(', ')} | ${String(DEFAULT_EDGE_SWITCHES[name])} |`,
    ),
  ];
}

/**
 * Renders local/cloudfront/FIDELITY.md: what the edge does, what it does not do, and its switches.
 */
export function renderFidelity(): string {
  const groups = readGroups();
  const limits = groups.flatMap(({ titles }) => titles.filter((title) => title.startsWith(LIMIT)));
  const does = groups.flatMap(({ name, titles }) => {
    const shown = titles.filter((title) => !title.startsWith(LIMIT));
    return shown.length === 0 ? [] : [`### ${name}`, '', ...shown.map((title) => `- ${title}`), ''];
  });
  return [
    '# How far the local edge goes',
    '',
    'Generated from the titles of its tests by `npm run generate`; do not edit. It never allows what AWS refuses;',
    'what it does not know, it refuses.',
    '',
    '## Where it stops',
    '',
    ...limits.map((title) => `- ${title.slice(LIMIT.length)}`),
    '',
    '## What AWS leaves undocumented',
    '',
    'The security suite passes under every combination.',
    '',
    ...renderSwitches(),
    '',
    '## What it does as CloudFront does',
    '',
    ...does,
  ].join('\n');
}
