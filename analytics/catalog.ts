import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { packageFolder } from '#configuration/package-folder';
import { LOG_FIELDS } from './fields';
import { PARAMETER_TYPES, type ParameterType } from './parameters';
import { REQUIRED_FIELDS } from './required-fields';

/** One parameter of a query, from its header. */
export interface QueryParameter {
  readonly name: string;
  readonly type: ParameterType;
  /** Default value as written in the header; undefined when a value is required. */
  readonly default?: string;
  /** What the value does, with its unit. */
  readonly meaning: string;
}

/** A query and the description in its header. */
export interface QueryDescription {
  readonly name: string;
  /** The question that the query answers, in one sentence. */
  readonly question: string;
  /** When to use the answer, and how to read it. */
  readonly purpose: string;
  readonly parameters: readonly QueryParameter[];
  /** The parameters without those of every query. */
  readonly ownParameters: readonly QueryParameter[];
  /** Columns of the answer, in order. */
  readonly columns: readonly string[];
  /** Meanings of those columns that are not the same in every answer, by name. */
  readonly columnMeanings: Readonly<Record<string, string>>;
  /** `low`: reads a few columns once. `high`: reads evidence, and the same lines several times. */
  readonly cost: 'low' | 'high';
  /**
   * What the query reads besides the access log: evidence (cookies and query strings) or issuance
   * records.
   */
  readonly needs: 'traffic' | 'evidence' | 'grants';
  /**
   * Fields of the access log without which there is no right answer: what the query reads, except
   * for fields that only refine answers, and what its header requires.
   */
  readonly requiredFields: readonly string[];
  /** The statement without the relations that it reads and without values. */
  readonly sql: string;
}

const FOLDER = path.join(packageFolder(), 'analytics', 'queries');
const HEADER = /^-- ([a-z]+): (.+)$/;
const PARAMETER = /^([a-z_]+) ([a-z-]+)(?: = ([^;]+))?; (.+)$/;
const COLUMN = /^([a-z0-9_]+); (.+)$/;

const NEEDS: readonly QueryDescription['needs'][] = ['traffic', 'evidence', 'grants'];

/** The value that means all tenants. No tenant id begins with a dash. */
const EVERY_TENANT = '-';

/** Parameters that every query has. */
export const COMMON_PARAMETERS: readonly QueryParameter[] = [
  { name: 'from', type: 'timestamp', meaning: 'responses that ended at this time or later' },
  { name: 'to', type: 'timestamp', meaning: 'responses that ended before this time' },
  {
    name: 'tenant',
    type: 'text',
    default: EVERY_TENANT,
    meaning: 'only requests for paths of this tenant',
  },
];

/** A key may come several times. A line without a key continues the line before it. */
type Header = readonly (readonly [key: string, value: string])[];

function readHeader(text: string): Header {
  const lines = text.split('\n');
  const end = lines.findIndex((line) => !line.startsWith('--'));
  const header: [string, string][] = [];
  for (const line of lines.slice(0, end)) {
    const [, key, value] = HEADER.exec(line) ?? [];
    const last = header.at(-1);
    if (key !== undefined && value !== undefined) header.push([key, value]);
    else if (last !== undefined) last[1] += ` ${line.slice('--'.length).trim()}`;
  }
  return header;
}

function valuesOf(header: Header, wanted: string): readonly string[] {
  return header.filter(([key]) => key === wanted).map(([, value]) => value);
}

function parseParameter(name: string, text: string): QueryParameter {
  const [, parameter = '', type = '', standard, meaning = ''] = PARAMETER.exec(text) ?? [];
  if (!PARAMETER_TYPES.includes(type as ParameterType)) {
    throw new Error(
      `${name}.sql: parameter "${text}" is not "<name> <type> [= <default>]; <meaning>" with a type of ${PARAMETER_TYPES.join(', ')}`,
    );
  }
  return {
    name: parameter,
    type: type as ParameterType,
    meaning,
    ...(standard !== undefined && { default: standard }),
  };
}

/** Meanings of columns, each of which the query must have. */
function parseMeanings(
  ...[name, columns, texts]: [string, readonly string[], readonly string[]]
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    texts.map((text) => {
      const [, column = '', meaning = ''] = COLUMN.exec(text) ?? [];
      if (columns.includes(column)) return [column, meaning];
      throw new Error(
        `${name}.sql: column "${text}" is not "<name>; <meaning>" with a name of ${columns.join(', ')}`,
      );
    }),
  );
}

/** Fields that the header requires although they only refine the answers of other queries. */
function parseRequired(name: string, texts: readonly string[]): readonly string[] {
  const required = texts.flatMap((text) => text.split(', '));
  const unknown = required.find((one) => LOG_FIELDS.every((field) => field.name !== one));
  if (unknown === undefined) return required;
  throw new Error(`${name}.sql: requires "${unknown}", which is no field of the access log`);
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
    const [found] = valuesOf(header, key);
    if (found === undefined) throw new Error(`${name}.sql: the header has no line "-- ${key}: …"`);
    return found;
  };
  const own = valuesOf(header, 'parameter').map((one) => parseParameter(name, one));
  const columns = value('columns').split(', ');
  return {
    name,
    question: value('question'),
    purpose: value('purpose'),
    parameters: [...COMMON_PARAMETERS, ...own],
    ownParameters: own,
    columns,
    columnMeanings: parseMeanings(name, columns, valuesOf(header, 'column')),
    cost: oneOf(name, 'cost', value('cost'), ['low', 'high'] as const),
    needs: oneOf(name, 'needs', value('needs'), NEEDS),
    requiredFields: [
      ...(REQUIRED_FIELDS[name] ?? []),
      ...parseRequired(name, valuesOf(header, 'requires')),
    ],
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
