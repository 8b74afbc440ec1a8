import { LOG_HOURS_AFTER, LOG_HOURS_BEFORE, LOG_WINDOW_HOURS } from '#core/contract/log-window';
import { InputError } from '#core/errors';
import type { QueryDescription, QueryParameter } from './catalog';
import { type ParameterValue, renderLiteral } from './parameters';
import { partitionsBetween } from './partition';
import { relationsFor } from './read-relations';
import { SQL_FACTS } from './sql-facts';
import { codeTokens, isWord, rewriteSql, tokenizeSql } from './sql-tokens';

/** Values by parameter name. `from` and `to` are RFC 3339 times. */
export type QueryValues = Readonly<Record<string, ParameterValue>>;

/** The result of verifying one signature with the public keys. */
export interface SignatureVerdict {
  /** `credentials_digest` of the relation `refusals`: a SHA-256 in upper-case hexadecimal. */
  readonly credentialsDigest: string;
  readonly isValid: boolean;
}

/** A statement with `?` in place of every value. */
export interface PreparedStatement {
  readonly sql: string;
  /**
   * Which value belongs to each `?`: names of parameters, and `from_partition` and `to_partition`.
   */
  readonly order: readonly string[];
}

const DIGEST = /^[0-9A-F]{64}$/;
/** A row that matches nothing. Without a row, the list of verdicts would have no types. */
const NO_VERDICTS = "('', false)";
const PARTITION_FORMAT = '%Y/%m/%d/%H';
/**
 * The times of a saved query: the last two days. The partition bounds are wider at both ends.
 */
const CONSOLE_TIMES: Readonly<Record<string, string>> = {
  from: `cast(current_timestamp at time zone 'UTC' - interval '${LOG_WINDOW_HOURS}' hour as timestamp)`,
  to: "cast(current_timestamp at time zone 'UTC' as timestamp)",
  from_partition: `date_format(current_timestamp at time zone 'UTC' - interval '${LOG_WINDOW_HOURS + LOG_HOURS_BEFORE}' hour, '${PARTITION_FORMAT}')`,
  to_partition: `date_format(current_timestamp at time zone 'UTC' + interval '${LOG_HOURS_AFTER}' hour, '${PARTITION_FORMAT}')`,
};

function refuseUnknown(query: QueryDescription, values: QueryValues): void {
  const names = query.parameters.map(({ name }) => name);
  const unknown = Object.keys(values).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  throw new InputError({
    code: 'ERR_PARAMETER',
    field: unknown,
    received: unknown,
    allowed: names.join(', '),
  });
}

function literalOf(parameter: QueryParameter, values: QueryValues): string {
  const { name, type, default: standard } = parameter;
  const value = values[name] ?? standard;
  if (value !== undefined) return renderLiteral(name, type, value);
  throw new InputError({
    code: 'ERR_PARAMETER',
    field: name,
    received: 'nothing',
    allowed: `a value of type ${type}`,
  });
}

function renderVerdicts(verdicts: readonly SignatureVerdict[]): string {
  if (verdicts.length === 0) return NO_VERDICTS;
  return verdicts
    .map(({ credentialsDigest, isValid }) => {
      if (DIGEST.test(credentialsDigest)) return `('${credentialsDigest}', ${String(isValid)})`;
      throw new InputError({
        code: 'ERR_VERDICT',
        field: 'credentialsDigest',
        allowed: '64 upper-case hexadecimal digits',
      });
    })
    .join(', ');
}

/**
 * Replaces the parameters, and the names of facts by their literals. Text, comments and the values
 * themselves are never searched for parameters.
 */
function replaceParameters(sql: string, replacementOf: (name: string) => string): string {
  return rewriteSql(sql, ({ kind, text }) => {
    if (kind !== 'parameter') return undefined;
    const name = text.slice(1);
    return SQL_FACTS.get(name) ?? replacementOf(name);
  });
}

/** Bytes of one verdict in the statement, with the separator. */
const VERDICT_BYTES = "('', false), ".length + 64;

/**
 * The first verdicts, as many as fit into the statement. The others are left out, so that these
 * signatures count as not verified.
 */
export function fitVerdicts(
  verdicts: readonly SignatureVerdict[],
  sql: string,
  statementBytesMax: number | undefined,
): readonly SignatureVerdict[] {
  if (statementBytesMax === undefined) return verdicts;
  const left = statementBytesMax - Buffer.byteLength(sql);
  return verdicts.slice(0, Math.max(0, Math.floor(left / VERDICT_BYTES)));
}

/**
 * The statement: the relations that the query reads, directly or through others, and then the
 * query.
 */
function wholeText({ sql }: QueryDescription): string {
  const relations = relationsFor(sql)
    .map(({ text }) => text)
    .join(',\n\n');
  if (relations === '') return sql;
  const [first] = codeTokens(tokenizeSql(sql));
  return isWord(first, 'with')
    ? `with\n${relations},\n\n${sql.slice('with'.length).trimStart()}`
    : `with\n${relations}\n\n${sql}`;
}

function fill(query: QueryDescription, replacements: ReadonlyMap<string, string>): string {
  return replaceParameters(wholeText(query), (name) => {
    const replacement = replacements.get(name);
    if (replacement !== undefined) return replacement;
    throw new Error(`${query.name}.sql names :${name}, which its header does not`);
  });
}

/** What a statement takes besides the values of its parameters. */
export interface RenderSettings {
  /** Of `analytics/verification`, when public keys are given. @default - none */
  readonly verdicts?: readonly SignatureVerdict[];
  /** Hours before the window whose files are read. @default 1 */
  readonly hoursBefore?: number;
}

/**
 * The whole statement with its relations and values. The same text runs on DuckDB, Trino and
 * Athena.
 *
 * @throws {InputError} `ERR_PARAMETER` for a value that is missing, unknown or not of its type
 */
export function renderQuery(
  query: QueryDescription,
  values: QueryValues,
  { verdicts = [], hoursBefore }: RenderSettings = {},
): string {
  refuseUnknown(query, values);
  const replacements = new Map(
    query.parameters.map((parameter) => [parameter.name, literalOf(parameter, values)]),
  );
  const partitions = partitionsBetween(String(values['from']), String(values['to']), hoursBefore);
  replacements.set('from_partition', renderLiteral('from', 'text', partitions.from));
  replacements.set('to_partition', renderLiteral('to', 'text', partitions.to));
  replacements.set('verdicts', renderVerdicts(verdicts));
  return fill(query, replacements);
}

/**
 * Parameters that have their default value in a prepared statement. `tenant` would need several `?`
 * with the same value. Athena accepts a `?` only in WHERE, and the price is used in SELECT.
 *
 * @see https://docs.aws.amazon.com/athena/latest/ug/querying-with-prepared-statements.html
 */
const PREPARED_DEFAULTS: readonly string[] = ['tenant', 'price_per_gigabyte'];

function preparedText({ parameters }: QueryDescription, name: string): string | undefined {
  if (name === 'verdicts') return NO_VERDICTS;
  const parameter = parameters.find((one) => one.name === name);
  if (parameter === undefined || !PREPARED_DEFAULTS.includes(name)) return undefined;
  return consoleLiteral(parameter);
}

/**
 * The statement to prepare in Athena, for all tenants: `?` in place of every value. A list takes
 * one value.
 */
export function prepareStatement(query: QueryDescription): PreparedStatement {
  const order: string[] = [];
  const sql = replaceParameters(wholeText(query), (name) => {
    const fixed = preparedText(query, name);
    if (fixed !== undefined) return fixed;
    order.push(name);
    const isList = query.parameters.some((one) => one.name === name && one.type === 'text-list');
    return isList ? '(?)' : '?';
  });
  return { sql, order };
}

function consoleLiteral({ name, type, default: standard }: QueryParameter): string {
  if (standard !== undefined) return renderLiteral(name, type, standard);
  const marked = `<${name}>`;
  return type === 'text-list' ? `('${marked}')` : `'${marked}'`;
}

/**
 * The statement of a saved query in Athena's console: the last two days, default values, and
 * `'<name>'` where a value is required.
 */
export function renderConsoleText(query: QueryDescription): string {
  const replacements = new Map(Object.entries(CONSOLE_TIMES));
  replacements.set('verdicts', NO_VERDICTS);
  for (const parameter of query.parameters) {
    if (!replacements.has(parameter.name))
      replacements.set(parameter.name, consoleLiteral(parameter));
  }
  return `-- ${query.question}\n${fill(query, replacements)}`;
}
