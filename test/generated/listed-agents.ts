import { readFileSync } from 'node:fs';
import path from 'node:path';
import crawlers from 'crawler-user-agents';
import { ROOT } from '../structure/source-files';

const LIST = path.join(ROOT, 'node_modules', 'crawler-user-agents', 'package.json');

/**
 * The kinds of programs by the tags of the list. A program with several tags is of the first kind
 * that has one of them; every other program of the list is a crawler.
 */
const TAGS = {
  automatedBrowsers: 'browser-automation',
  linkPreviews: 'social-preview',
  libraries: 'http-library',
} as const;

function kindOf(tags: readonly string[]): keyof typeof TAGS | 'crawlers' {
  const kinds = Object.keys(TAGS) as (keyof typeof TAGS)[];
  return kinds.find((kind) => tags.includes(TAGS[kind])) ?? 'crawlers';
}

/** A slash needs no escape outside of JavaScript, and some engines refuse escapes of letters. */
function plainPattern(pattern: string): string {
  return pattern.replaceAll('\\/', '/').replaceAll('[\\s\\S]*', '.*');
}

/**
 * Renders analytics/listed-agents.json: the patterns of the npm package `crawler-user-agents`, by
 * kind. They are data in this repository, so that the SQL is the same for everybody.
 */
export function renderListedAgents(): string {
  const { version } = JSON.parse(readFileSync(LIST, 'utf8')) as { version: string };
  const patternsOf = (kind: string): string[] =>
    crawlers
      .filter(({ tags = [] }) => kindOf(tags) === kind)
      .map(({ pattern }) => plainPattern(pattern));
  const kinds = [...Object.keys(TAGS), 'crawlers'];
  return JSON.stringify({
    source: `npm package crawler-user-agents ${version}, https://github.com/monperrus/crawler-user-agents`,
    license: 'MIT, Copyright (c) 2017 Martin Monperrus',
    ...Object.fromEntries(kinds.map((kind) => [kind, patternsOf(kind)])),
  });
}
