import { codeTokens, isWord, type SqlToken, tokenizeSql } from '#analytics/sql-tokens';

/** Athena would refuse the statement. The message is that of Athena. */
export class StatementError extends Error {
  override readonly name = 'StatementError';
}

/** The parts of `EXECUTE name USING a, b`. */
export interface ExecuteStatement {
  readonly name: string;
  /** The values as they are written, separated by commas. Empty without `USING`. */
  readonly values: string;
}

function unquoted({ kind, text }: SqlToken): string {
  return kind === 'quoted-name' ? text.slice(1, -1).replaceAll('""', '"') : text;
}

/** Parses `EXECUTE name USING a, b`. Returns undefined for every other statement. */
export function parseExecute(sql: string): ExecuteStatement | undefined {
  const tokens = tokenizeSql(withoutEnd(sql));
  const [execute, name, using, ...values] = codeTokens(tokens);
  if (!isWord(execute, 'execute') || name === undefined) return undefined;
  if (using === undefined) return { name: unquoted(name), values: '' };
  if (!isWord(using, 'using') || values.length === 0) return undefined;
  const after = tokens.slice(tokens.indexOf(using) + 1);
  return {
    name: unquoted(name),
    values: after
      .map(({ text }) => text)
      .join('')
      .trim(),
  };
}

/** Removes the semicolon at the end of a statement. */
function withoutEnd(sql: string): string {
  return sql.trim().replace(/;$/, '');
}

function refuseSemicolon(code: readonly SqlToken[]): void {
  if (code.some(({ text }) => text === ';'))
    throw new StatementError("mismatched input ';'. Expecting: <EOF>");
}

/** Checks that a text is one statement that only reads. @throws StatementError */
export function requireQuestion(sql: string): string {
  const statement = withoutEnd(sql);
  const code = codeTokens(tokenizeSql(statement));
  refuseSemicolon(code);
  const first = code.find(({ text }) => text !== '(');
  if (isWord(first, 'select', 'with', 'values')) return statement;
  const found = first?.text ?? '<EOF>';
  throw new StatementError(`mismatched input '${found}'. Expecting: 'SELECT', 'VALUES', 'WITH'`);
}

/**
 * Checks that the values of `EXECUTE` are expressions and do not end the statement. @throws
 * StatementError
 */
export function requireValues(values: string): string {
  refuseSemicolon(codeTokens(tokenizeSql(values)));
  return values;
}

/**
 * Counts the `?` of a statement outside of text and comments, which is the number of its values.
 */
export function countPlaceholders(sql: string): number {
  return tokenizeSql(sql).filter(({ kind }) => kind === 'placeholder').length;
}
