import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { packageFolder } from '#configuration/package-folder';
import { PARAMETER_TYPES, type ParameterType } from './parameters';

/** One parameter of a query, from its header. */
export interface QueryParameter {
  readonly name: string;
  readonly type: ParameterType;
  /** As written in the header; undefined when a value must be given. */
  readonly default?: string;
}

/** A query as its file describes it. */
export interface QueryDescription {
  readonly name: string;
  /** The question that it answers, one sentence. */
  readonly question: string;
  /** What the answer is good for, and how to read it. */
  readonly purpose: string;
  readonly parameters: readonly QueryParameter[];
  /** Those that other queries do not have. */
  readonly ownParameters: readonly QueryParameter[];
  /** Columns of the answer, in order. */
  readonly columns: readonly string[];
  /** `low`: few columns, once; `high`: reads evidence, and the same lines several times. */
  readonly cost: 'low' | 'high';
  /** What makes the answer better than traffic alone: cookies and query strings, or issuance records. */
  readonly needs: 'traffic' | 'evidence' | 'grants';
  /** The statement without prelude and without values. */
  readonly sql: string;
}

const FOLDER = path.join(packageFolder(), 'analytics', 'queries');
const HEADER = /^-- ([a-z]+): (.+)$/;
const PARAMETER = /^([a-z_]+) ([a-z-]+)(?: = (.+))?$/;

const NEEDS: readonly QueryDescription['needs'][] = ['traffic', 'evidence', 'grants'];

/** Stands for all tenants: no tenant id begins with a dash. */
const EVERY_TENANT = '-';

/** Parameters that every query has: the time between which requests were finished, and whose paths they asked for. */
export const COMMON_PARAMETERS: readonly QueryParameter[] = [
  { name: 'from', type: 'timestamp' },
  { name: 'to', type: 'timestamp' },
  { name: 'tenant', type: 'text', default: EVERY_TENANT },
];

function readHeader(text: string): ReadonlyMap<string, string> {
  const lines = text.split('\n');
  const end = lines.findIndex((line) => !line.startsWith('--'));
  const header = new Map<string, string>();
  let last = '';
  for (const line of lines.slice(0, end)) {
    const match = HEADER.exec(line);
    if (match !== null) last = match[1] ?? '';
    const value = match?.[2] ?? line.slice('--'.length).trim();
    header.set(last, header.has(last) ? `${header.get(last) ?? ''} ${value}` : value);
  }
  return header;
}

function parseParameter(name: string, text: string): QueryParameter {
  const [, parameter = '', type = '', standard] = PARAMETER.exec(text) ?? [];
  if (!PARAMETER_TYPES.includes(type as ParameterType)) {
    throw new Error(
      `${name}.sql: parameter "${text}" is not "<name> <type> [= <default>]" with a type of ${PARAMETER_TYPES.join(', ')}`,
    );
  }
  return {
    name: parameter,
    type: type as ParameterType,
    ...(standard !== undefined && { default: standard }),
  };
}

function oneOf<Allowed extends string>(
  ...[name, key, received, allowed]: [string, string, string, readonly Allowed[]]
): Allowed {
  const found = allowed.find((one) => one === received);
  if (found !== undefined) return found;
  throw new Error(`${name}.sql: ${key} "${received}" is not one of ${allowed.join(', ')}`);
}

/** Reads one query's file. @throws Error naming the file and what its header lacks. */
export function parseQuery(name: string, text: string): QueryDescription {
  const header = readHeader(text);
  const value = (key: string): string => {
    const found = header.get(key);
    if (found === undefined) throw new Error(`${name}.sql: the header has no line "-- ${key}: …"`);
    return found;
  };
  const own = (header.get('parameters')?.split(', ') ?? []).map((one) => parseParameter(name, one));
  return {
    name,
    question: value('question'),
    purpose: value('purpose'),
    parameters: [...COMMON_PARAMETERS, ...own],
    ownParameters: own,
    columns: value('columns').split(', '),
    cost: oneOf(name, 'cost', value('cost'), ['low', 'high'] as const),
    needs: oneOf(name, 'needs', value('needs'), NEEDS),
    sql: text.replace(/^(?:--.*\n)+/, '').trim(),
  };
}

/** Every query of `analytics/queries`, by name. */
export function listQueries(): readonly QueryDescription[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file) =>
      parseQuery(path.basename(file, '.sql'), readFileSync(path.join(FOLDER, file), 'utf8')),
    );
}
