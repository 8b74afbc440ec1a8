import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packageFolder } from '#configuration/package-folder';
import { codeTokens, isWord, type SqlToken, tokenizeSql } from './sql-tokens';

/** One relation that queries may name: a common table expression. */
export interface Relation {
  readonly name: string;
  /** `name as (…)`, with the comments before it. */
  readonly text: string;
  /** Relations that it reads itself. */
  readonly reads: readonly string[];
}

const FOLDER = path.join(packageFolder(), 'analytics', 'relations');
/** A relation reads only those before it, in the same file or in an earlier one. */
const FILES = ['requests', 'credentials', 'signed', 'refusals'] as const;

/** The relations and tables that a statement reads: the names after `from` and `join`. */
function sourcesIn(sql: string): ReadonlySet<string> {
  const code = codeTokens(tokenizeSql(sql));
  const sources = code.filter((_token, at) => isWord(code[at - 1], 'from', 'join'));
  return new Set(sources.map(({ text }) => text.toLowerCase()));
}

/**
 * Cuts at the commas between relations, those outside of every parenthesis, and ends before the
 * select.
 */
function splitAtCommas(tokens: readonly SqlToken[]): readonly (readonly SqlToken[])[] {
  const parts: SqlToken[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (token.text === '(') depth += 1;
    if (token.text === ')') depth -= 1;
    if (depth === 0 && isWord(token, 'select')) return parts;
    if (depth === 0 && token.text === ',') parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts;
}

/**
 * Reads one file of relations: comments, `with`, and then relations separated by commas. The select
 * at the end shows what the file is about; it is not used.
 *
 * @param known names of the relations of earlier files
 * @throws {Error} naming the file, when it does not begin so
 */
export function parseRelations(
  file: string,
  text: string,
  known: readonly string[],
): readonly Relation[] {
  const tokens = tokenizeSql(text);
  const start = tokens.findIndex(({ kind }) => kind !== 'comment' && kind !== 'space');
  if (!isWord(tokens[start], 'with')) throw new Error(`${file}.sql does not begin with "with"`);
  const names = [...known];
  return splitAtCommas(tokens.slice(start + 1)).map((part) => {
    const name = part.find(({ kind }) => kind === 'word')?.text ?? '';
    const relation = part
      .map((token) => token.text)
      .join('')
      .trim();
    const used = sourcesIn(relation);
    const reads = names.filter((one) => used.has(one));
    names.push(name);
    return { name, text: relation, reads };
  });
}

let relations: readonly Relation[] | undefined;

function readFiles(): readonly Relation[] {
  const found: Relation[] = [];
  for (const file of FILES) {
    const text = readFileSync(path.join(FOLDER, `${file}.sql`), 'utf8');
    const known = found.map(({ name }) => name);
    found.push(...parseRelations(file, text, known));
  }
  return found;
}

/** Every relation, in the order in which a statement defines them. The files are read once. */
export function listRelations(): readonly Relation[] {
  relations ??= readFiles();
  return relations;
}

/** The relations that a statement needs: those that it names, and whatever these read. */
export function relationsFor(sql: string): readonly Relation[] {
  const needed = new Set(sourcesIn(sql));
  const known = listRelations();
  // From the last to the first: a relation reads only those before it.
  for (const { name, reads } of [...known].reverse())
    if (needed.has(name)) for (const one of reads) needed.add(one);
  return known.filter(({ name }) => needed.has(name));
}
