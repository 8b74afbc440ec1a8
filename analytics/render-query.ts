import { InputError } from '../core/errors';
import { readPrelude, type QueryDescription } from './catalog';
import { partitionOf, renderLiteral, type ParameterValue } from './parameters';

/** Values by parameter name. `from` and `to` are RFC 3339 times. */
export type QueryValues = Readonly<Record<string, ParameterValue>>;

function literalsFor(query: QueryDescription, values: QueryValues): ReadonlyMap<string, string> {
  const names = query.parameters.map(({ name }) => name);
  const unknown = Object.keys(values).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new InputError({
      code: 'ERR_PARAMETER',
      field: unknown,
      received: unknown,
      allowed: names.join(', '),
    });
  }
  const literals = new Map<string, string>();
  for (const { name, type, default: standard } of query.parameters) {
    const value = values[name] ?? standard;
    if (value === undefined) {
      throw new InputError({
        code: 'ERR_PARAMETER',
        field: name,
        received: 'nothing',
        allowed: `a value of type ${type}`,
      });
    }
    literals.set(name, renderLiteral(name, type, value));
  }
  return literals;
}

/** Everything but text in quotes and comments, so that no value is ever read as a placeholder. */
function replacePlaceholders(sql: string, literals: ReadonlyMap<string, string>): string {
  return sql.replace(
    /'(?:[^']|'')*'|--.*$|::|:([a-z_]+)\b/gm,
    (found, name: string | undefined) => {
      if (name === undefined) return found;
      const literal = literals.get(name);
      if (literal === undefined)
        throw new Error(`the statement names :${name}, which its header does not`);
      return literal;
    },
  );
}

/**
 * The whole statement: prelude, query, literals. The same text runs on DuckDB, Trino and Athena.
 *
 * @throws {InputError} `ERR_PARAMETER` for a value that is missing, unknown or not of its type
 */
export function renderQuery(query: QueryDescription, values: QueryValues): string {
  const literals = new Map(literalsFor(query, values));
  literals.set(
    'from_partition',
    renderLiteral('from', 'text', partitionOf(String(values['from']))),
  );
  literals.set('to_partition', renderLiteral('to', 'text', partitionOf(String(values['to']))));
  const body = query.sql.startsWith('with ') ? query.sql.slice('with '.length) : query.sql;
  const joined = query.sql.startsWith('with ')
    ? `${readPrelude()},\n${body}`
    : `${readPrelude()}\n${body}`;
  return replacePlaceholders(joined, literals);
}
