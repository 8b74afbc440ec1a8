/** What a piece of SQL text is. Every character belongs to exactly one token. */
export type SqlTokenKind =
  | 'text'
  | 'quoted-name'
  | 'comment'
  | 'space'
  | 'parameter'
  | 'placeholder'
  | 'word'
  | 'number'
  | 'symbol';

/** One token. The texts of all tokens of a statement, joined, are the statement. */
export interface SqlToken {
  readonly kind: SqlTokenKind;
  /** As it is written, quotes included. */
  readonly text: string;
}

/**
 * The SQL that this project writes, and that Athena and Trino accept: quotes are doubled inside
 * quotes and a backslash is an ordinary character. Text that is never closed reaches to the end, so
 * that nothing in it is code.
 */
const TOKEN = new RegExp(
  [
    /(?<text>'(?:[^']+|'')*(?:'|$))/,
    /(?<quoted>"(?:[^"]+|"")*(?:"|$))/,
    /(?<comment>--[^\n]*|\/\*[^]*?(?:\*\/|$))/,
    /(?<space>\s+)/,
    // A cast of DuckDB (`a::integer`) holds no parameter.
    /(?<cast>::)/,
    /(?<parameter>:[a-z_]+)/,
    /(?<placeholder>\?)/,
    /(?<word>[\p{L}_][\p{L}\p{N}_]*)/u,
    /(?<number>\p{N}[\p{L}\p{N}_.]*)/u,
    /(?<symbol>[^])/u,
  ]
    .map(({ source }) => source)
    .join('|'),
  'gu',
);

const KINDS: Readonly<Record<string, SqlTokenKind>> = { quoted: 'quoted-name', cast: 'symbol' };

function kindOf(groups: Readonly<Record<string, string | undefined>> = {}): SqlTokenKind {
  const [name = 'symbol'] = Object.entries(groups).find(([, text]) => text !== undefined) ?? [];
  return KINDS[name] ?? (name as SqlTokenKind);
}

/** Takes a statement apart. Never fails: whether it is valid is for an engine to say. */
export function tokenizeSql(sql: string): readonly SqlToken[] {
  return [...sql.matchAll(TOKEN)].map(({ 0: text, groups }) => ({ kind: kindOf(groups), text }));
}

/** The tokens that an engine acts on: without white space and comments. */
export function codeTokens(tokens: readonly SqlToken[]): readonly SqlToken[] {
  return tokens.filter(({ kind }) => kind !== 'space' && kind !== 'comment');
}

/** Whether a token is a keyword or an unquoted name, in any case. */
export function isWord(token: SqlToken | undefined, ...words: readonly string[]): boolean {
  return token?.kind === 'word' && words.includes(token.text.toLowerCase());
}

/** The names and keywords of a statement in lower case, without quotes. */
export function namesIn(sql: string): ReadonlySet<string> {
  return new Set(
    tokenizeSql(sql).flatMap(({ kind, text }) => {
      if (kind === 'word') return [text.toLowerCase()];
      if (kind === 'quoted-name') return [text.slice(1, -1).replaceAll('""', '"').toLowerCase()];
      return [];
    }),
  );
}

/** The statement with some tokens replaced; undefined keeps a token as it is. */
export function rewriteSql(
  sql: string,
  replacementOf: (token: SqlToken) => string | undefined,
): string {
  return tokenizeSql(sql)
    .map((token) => replacementOf(token) ?? token.text)
    .join('');
}
