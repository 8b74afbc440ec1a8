import { codeTokens, isWord, tokenizeSql } from '../sql-tokens';

const BEFORE_RELATION = ['with', 'recursive'];

/**
 * Marks every `with` relation as not materialized. Otherwise DuckDB would compute a relation that
 * is used twice once and hold it in memory, and here that is the whole log. Trino and Athena also
 * compute it each time.
 */
export function markNotMaterialized(sql: string): string {
  const tokens = tokenizeSql(sql);
  const code = codeTokens(tokens);
  const marked = new Set(
    code.filter(
      (token, at) =>
        isWord(token, 'as') &&
        code[at + 1]?.text === '(' &&
        isWord(code[at + 2], 'select', 'with', 'values') &&
        (isWord(code[at - 2], ...BEFORE_RELATION) || code[at - 2]?.text === ','),
    ),
  );
  return tokens
    .map((token) => (marked.has(token) ? `${token.text} not materialized` : token.text))
    .join('');
}
