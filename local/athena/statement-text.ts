import { readPrelude } from '#analytics/catalog';

/** A statement that Athena would refuse, in its own words. */
export class StatementError extends Error {
  override readonly name = 'StatementError';
}

/** Hours of the partition key, both included: `yyyy/MM/dd/HH`. */
export interface Hours {
  readonly from: string;
  readonly to: string;
}

/** Texts, quoted names and comments: what looks like SQL inside them is none. */
const NO_CODE = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[^]*?\*\//g;
const HOUR = String.raw`'\d{4}/\d{2}/\d{2}/\d{2}'`;
const BETWEEN_HOURS = String.raw`where\s+dt\s+between\s+(${HOUR})\s+and\s+(${HOUR})`;
/** What ends the conditions of a select, or only narrows them further. */
const END_OF_CONDITIONS = String.raw`(?=\s*(?:$|\)|(?:group|order|limit|union)\b|and\b(?![^]*\bor\b)))`;
const WHOLE_HOUR = new RegExp(`^${HOUR}$`);
const EXECUTE = /^\s*execute\s+("(?:[^"]|"")+"|\w+)(?:\s+using\s+([^]+))?$/i;
const QUESTION = /^[\s(]*(?:select|with|values)\b/i;

/** The text with everything that is no code blanked out; positions stay. */
function codeOf(sql: string): string {
  return sql.replace(NO_CODE, (found) => ' '.repeat(found.length));
}

/** Cuts at the places of the code where a character stands outside of parentheses. */
function splitAt(sql: string, separator: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  [...codeOf(sql).matchAll(/[(),]/g)].forEach(({ 0: character, index }) => {
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (character !== separator || depth !== 0) return;
    parts.push(sql.slice(start, index));
    start = index + 1;
  });
  return [...parts, sql.slice(start)].map((part) => part.trim());
}

/** `EXECUTE name USING a, b`, taken apart; undefined for every other statement. */
export function parseExecute(
  sql: string,
): { readonly name: string; readonly values: readonly string[] } | undefined {
  const [, name, using] = EXECUTE.exec(sql) ?? [];
  if (name === undefined) return undefined;
  return {
    name: name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name,
    values: using === undefined ? [] : splitAt(using, ','),
  };
}

/** Puts values in the place of `?`. @throws StatementError when there are not as many of them */
export function fillPlaceholders(sql: string, values: readonly string[]): string {
  const places = [...codeOf(sql).matchAll(/\?/g)].map(({ index }) => index);
  if (places.length !== values.length) {
    throw new StatementError(
      `INVALID_PARAMETER_USAGE: Incorrect number of parameters: expected ${places.length} but found ${values.length}`,
    );
  }
  const pieces = [...places, sql.length].map((end, at) =>
    sql.slice(at === 0 ? 0 : (places[at - 1] ?? 0) + 1, end),
  );
  return pieces.map((piece, at) => piece + (values[at] ?? '')).join('');
}

/** One statement that asks and changes nothing. @throws StatementError */
export function requireQuestion(sql: string): string {
  const statement = sql.trim().replace(/;$/, '');
  const code = codeOf(statement);
  if (code.includes(';')) throw new StatementError("mismatched input ';'. Expecting: <EOF>");
  if (QUESTION.test(code)) return statement;
  const first = /\S+/.exec(code)?.[0] ?? '<EOF>';
  throw new StatementError(`mismatched input '${first}'. Expecting: 'SELECT', 'VALUES', 'WITH'`);
}

/** The text without comments, and without texts but hours: quoted names stay. */
function namesOf(sql: string): string {
  return sql.replace(NO_CODE, (found) =>
    found.startsWith('"') || WHOLE_HOUR.test(found) ? found : ' ',
  );
}

function patternOf(text: string): string {
  return text.replaceAll(/\W/g, String.raw`\$&`);
}

/** The beginning of every query of ours: two tables, and the hours of both behind them. */
function preludePattern(): RegExp {
  const [tables = ''] = namesOf(readPrelude()).split(/where dt between/);
  const words = tables
    .trim()
    .split(/\s+/)
    .map(patternOf)
    .join(String.raw`\s+`);
  return new RegExp(String.raw`^\s*${words}\s+${BETWEEN_HOURS}(?=\s*\))`, 'i');
}

/** The same with the hours at each of the two tables. */
const PRELUDE_BY_TABLE =
  'with lines as (select 1 from log_lines where dt between $1 and $2 union all select 1 from evidence_lines where dt between $1 and $2';

function widest(ranges: readonly (readonly string[])[]): Hours | undefined {
  const [from] = ranges.map(([, hour = '']) => hour.slice(1, -1)).sort();
  const to = ranges
    .map(([, , hour = '']) => hour.slice(1, -1))
    .sort()
    .at(-1);
  return from === undefined || to === undefined ? undefined : { from, to };
}

/**
 * The hours of a table that a statement reads at most: known only where everything that names the table is
 * `from <table> where dt between '…' and '…'`, with no `or` to widen it, or the prelude of our own queries; undefined
 * for every other statement, which may read all.
 */
export function askedHours(sql: string, table: string): Hours | undefined {
  const text = namesOf(sql).replace(preludePattern(), PRELUDE_BY_TABLE);
  const name = patternOf(table);
  const named = [...text.matchAll(new RegExp(String.raw`(?<!\w)${name}(?!\w)`, 'gi'))];
  const bounded = new RegExp(
    String.raw`\bfrom\s+(?:[\w"]+\.)?"?${name}"?\s+${BETWEEN_HOURS}${END_OF_CONDITIONS}`,
    'gi',
  );
  const ranges = [...text.matchAll(bounded)];
  return ranges.length === named.length ? widest(ranges) : undefined;
}

/** Whether a statement may read a table: a name that stands in its code, quoted or not. */
export function namesTable(sql: string, table: string): boolean {
  return new RegExp(String.raw`(?<!\w)${patternOf(table)}(?!\w)`, 'i').test(namesOf(sql));
}
