import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { listQueries } from '#analytics/catalog';
import { prepareStatement } from '#analytics/render-query';
import { SQL_FACTS } from '#analytics/sql-facts';
import { codeTokens, tokenizeSql } from '#analytics/sql-tokens';
import { RESERVED_QUERY_NAMES } from '#core/contract/credential-names';
import { VIEWER_ERROR_BODY_BYTES } from '#core/contract/error-bodies';
import { FINGERPRINT_CHARACTERS } from '#core/contract/fingerprint';
import { GUARD_NOTE_MEMBERS } from '#core/contract/guard-note';
import { KEY_PAIR_ID, TENANT_ID } from '#core/contract/identifiers';

const FOLDER = path.resolve(__dirname, '../../../analytics');
const FILES = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.sql'),
);

const NUMBERS: readonly string[] = Object.values(VIEWER_ERROR_BODY_BYTES).map(String);
const FORMS = [KEY_PAIR_ID, TENANT_ID].map(({ source }) => source.slice(1, -1));
const MEMBER = new RegExp(`^'[;&]?(?:${Object.values(GUARD_NOTE_MEMBERS).join('|')})=`);
const NAME = new RegExp(
  `cloudfront-|(?:^'|[&(|])(?:${RESERVED_QUERY_NAMES.join('|')})(?:[=|()[]|'$)`,
  'i',
);

function isFact(text: string): boolean {
  return FORMS.some((form) => text.includes(form)) || MEMBER.test(text) || NAME.test(text);
}

/** Literals of an SQL text that are facts of `core/contract`. Comments do not count. */
function literalFacts(sql: string): readonly string[] {
  const code = codeTokens(tokenizeSql(sql));
  return code.flatMap(({ kind, text }, at) => {
    const isCut = code[at - 1]?.text === ',' && code[at + 1]?.text === ')';
    const isLength = isCut && text === String(FINGERPRINT_CHARACTERS);
    if (kind === 'number') return NUMBERS.includes(text) || isLength ? [text] : [];
    return kind === 'text' && isFact(text) ? [text] : [];
  });
}

/** Names after a colon: of parameters and of facts. */
function namesIn(sql: string): readonly string[] {
  return tokenizeSql(sql)
    .filter(({ kind }) => kind === 'parameter')
    .map(({ text }) => text.slice(1));
}

const textOf = (file: string): string => readFileSync(path.join(FOLDER, file), 'utf8');

it.each(FILES)('%s has no fact of core/contract as a literal', (file) => {
  expect(literalFacts(textOf(file))).toEqual([]);
});

it.each([
  "case when content_length = 146 then 'a' end",
  'coalesce(content_length, 0) not in (0, 110)',
  'substr(encoded_signature, 1, 24)',
  "split_part(note, '&f=', 2)",
  "regexp_extract(key, '^([A-Za-z0-9_-]{1,64})$', 1)",
  "regexp_extract(path, '^/t/([A-Za-z0-9][A-Za-z0-9_-]{0,62})/', 1)",
  "split_part(sent, '&Key-Pair-Id=', 2)",
  "regexp_like(query, '(^|&)(Expires|Policy)=')",
  "regexp_like(names, '&policy([^a-z]|$)')",
  "replace(cs_cookie, 'CloudFront-Policy', '')",
])('would notice %s', (sql) => {
  expect(literalFacts(`select ${sql} as planted from lines`)).toHaveLength(1);
});

it.each([
  '-- the body of MissingKey has 146 bytes',
  'ones.digit + 10 * tens.digit < 24',
  "answer = 'MalformedPolicy' or cause = 'malformed_signature'",
  'split_part(policy, \'"Resource"\', 3)',
])('leaves %s alone', (sql) => {
  expect(literalFacts(sql)).toEqual([]);
});

it('has only facts that SQL uses', () => {
  const used = new Set(FILES.flatMap((file) => namesIn(textOf(file))));

  expect([...SQL_FACTS.keys()].filter((name) => !used.has(name))).toEqual([]);
});

it('gives no fact the name of a parameter', () => {
  const parameters = FILES.flatMap((file) =>
    [...textOf(file).matchAll(/^-- parameter: (\w+)/gm)].map(([, name]) => name ?? ''),
  );

  expect(parameters).toContain('top');
  expect(parameters.filter((name) => SQL_FACTS.has(name))).toEqual([]);
});

it.each(listQueries().map((query) => [query.name, query] as const))(
  'fills every fact in the prepared statement of %s',
  (_name, query) => {
    const { sql, order } = prepareStatement(query);

    expect(namesIn(sql)).toEqual([]);
    expect(order.filter((name) => SQL_FACTS.has(name))).toEqual([]);
  },
);

it.each([
  ['missing_key_bytes', '146'],
  ['error_body_bytes', '(106, 110, 116, 131, 146)'],
  ['fingerprint_characters', '24'],
  ['note_starts_at', "'&n='"],
  ['key_pair_id_label', "'&Key-Pair-Id='"],
  ['key_pair_id_pattern', "'^([A-Za-z0-9_-]{1,64})$'"],
  ['tenant_path_pattern', "'^/[tu]/([A-Za-z0-9][A-Za-z0-9_-]{0,62})(/|$)'"],
  ['cookie_prefix_pattern', "';( |%20|%09)*CloudFront-'"],
])('writes :%s as %s', (name, literal) => {
  expect(SQL_FACTS.get(name)).toBe(literal);
});
