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
const NO_NAME = /'(?:[^']|'')*'|--[^\n]*|\/\*[^]*?\*\//g;
const HOUR = String.raw`'(\d{4}/\d{2}/\d{2}/\d{2})'`;
const DT_BETWEEN = new RegExp(String.raw`\bdt\s+between\s+${HOUR}\s+and\s+${HOUR}`, 'gi');
const DT_COMPARED =
  /\bdt"?\s*(?:[<>=!]|(?:not\s+)?(?:in|between|like)\b)|[<>=]\s*(?:[\w"]+\.)?"?dt\b/gi;
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

/**
 * The hours that a statement can ask for at most; undefined when it compares `dt` in any other way than
 * `dt between '…' and '…'`, and may ask for all.
 */
export function askedHours(sql: string): Hours | undefined {
  const ranges = [...sql.matchAll(DT_BETWEEN)];
  const compared = [...sql.replace(NO_NAME, ' ').matchAll(DT_COMPARED)];
  const [first, ...others] = ranges;
  if (first === undefined || ranges.length !== compared.length) return undefined;
  return others.reduce<Hours>(
    (hours, [, from = '', to = '']) => ({
      from: from < hours.from ? from : hours.from,
      to: to > hours.to ? to : hours.to,
    }),
    { from: first[1] ?? '', to: first[2] ?? '' },
  );
}

/** Whether a statement may read a table: a name that stands in its code, quoted or not. */
export function namesTable(sql: string, table: string): boolean {
  const name = table.replaceAll(/\W/g, String.raw`\$&`);
  return new RegExp(String.raw`(?<!\w)${name}(?!\w)`, 'i').test(sql.replace(NO_NAME, ' '));
}
