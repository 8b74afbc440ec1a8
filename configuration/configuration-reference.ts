import { z } from 'zod';
import { ENVIRONMENT_VARIABLE } from '#core/contract/process-variables';
import { environmentSchema } from './environment-schema';
import { unwrapSchema } from './schema-walk';

const INTRODUCTION = `# Configuration reference

Generated from \`configuration/environment-schema.ts\` by \`npm run generate\`; do not edit.

One JSON file per environment in \`environments/\`, chosen with \`${ENVIRONMENT_VARIABLE}\`: a name, or a path
that ends in \`.json\`. An unknown key, a missing key or a bad value is an error that names the key, the value
received and the values allowed; all errors are shown at once. What depends on more than one key is checked
too: see \`configuration/environment-checks.ts\`.
`;

type Shape = Readonly<Record<string, z.ZodType>>;

function isRequired(schema: z.ZodType): boolean {
  return !schema.safeParse(undefined).success && !(schema instanceof z.ZodExactOptional);
}

/** Text of the default value as JSON, or `undefined` if there is no default. */
function defaultOf(schema: z.ZodType): string | undefined {
  if (isRequired(schema) || schema instanceof z.ZodExactOptional) return undefined;
  return JSON.stringify(schema.parse(undefined));
}

function numberRange(schema: z.ZodType): string {
  const { minimum, maximum } = z.toJSONSchema(schema);
  return `a number from ${String(minimum)} to ${String(maximum)}`;
}

/**
 * Text that describes the accepted values, taken from the error message for a value that does not
 * match.
 */
function textRule(schema: z.ZodString): string {
  if (schema.safeParse('\u0000').success) return 'a text';
  const [issue] = schema.safeParse('\u0000').error?.issues ?? [];
  return issue?.code === 'invalid_format' ? issue.message : 'a text';
}

function allowedIn(schema: z.ZodType): string {
  const inner = unwrapSchema(schema);
  if (inner instanceof z.ZodEnum) return quote(inner.options);
  if (inner instanceof z.ZodLiteral) return quote([...inner.values]);
  if (inner instanceof z.ZodBoolean) return 'true or false';
  if (inner instanceof z.ZodNumber) return numberRange(inner);
  if (inner instanceof z.ZodEmail) return 'an e-mail address';
  if (inner instanceof z.ZodString) return textRule(inner);
  if (inner instanceof z.ZodArray) return `a list of: ${allowedIn(inner.element as z.ZodType)}`;
  if (inner instanceof z.ZodUnion) {
    return [...new Set((inner.options as z.ZodType[]).map(allowedIn))].join(', or ');
  }
  return 'an object';
}

function quote(values: readonly unknown[]): string {
  return values.map((value) => `\`${JSON.stringify(value)}\``).join(', ');
}

function describeMember(path: string, schema: z.ZodType, condition = ''): string {
  const presence = isRequired(schema) ? 'required' : 'optional';
  const given = defaultOf(schema);
  const facts = [
    `${presence}${condition}`,
    allowedIn(schema),
    ...(given === undefined || given.length > 60 ? [] : [`default \`${given}\``]),
  ];
  const { description } = schema;
  return `- \`${path}\` (${facts.join('; ')})${description === undefined ? '' : `: ${description}`}`;
}

/**
 * Describes all members of a schema, each with its path. A list is written as `[]` and a named
 * entry as `<name>`.
 */
function membersOf(path: string, schema: z.ZodType): string[] {
  const inner = unwrapSchema(schema);
  if (inner instanceof z.ZodArray) return membersOf(`${path}[]`, inner.element as z.ZodType);
  if (inner instanceof z.ZodRecord) {
    return membersOf(`${path}.<name>`, inner.valueType as z.ZodType);
  }
  if (inner instanceof z.ZodDiscriminatedUnion) return choicesOf(path, inner);
  if (!(inner instanceof z.ZodObject)) return [];
  return Object.entries(inner.shape as Shape).flatMap(([name, member]) => [
    describeMember(`${path}.${name}`, member),
    ...membersOf(`${path}.${name}`, member),
  ]);
}

/**
 * Describes a choice: first the member that selects, then the additional members of each choice.
 */
function choicesOf(path: string, union: z.ZodDiscriminatedUnion): string[] {
  const { discriminator } = union.def;
  const options = (union.options as z.ZodObject[]).map(({ shape }) => shape as Shape);
  const choices = options.flatMap((shape) => valuesOf(shape[discriminator]));
  return [
    `- \`${path}.${discriminator}\` (required; ${quote(choices)})`,
    ...options.flatMap((shape) =>
      Object.entries(shape)
        .filter(([name]) => name !== discriminator)
        .map(([name, member]) => {
          const condition = ` with \`${discriminator}\` ${quote(valuesOf(shape[discriminator]))}`;
          return describeMember(`${path}.${name}`, member, condition);
        }),
    ),
  ];
}

function valuesOf(schema: z.ZodType | undefined): unknown[] {
  return schema instanceof z.ZodLiteral ? [...schema.values] : [];
}

/** Builds the configuration reference in Markdown, with one section for each top-level key. */
export function buildConfigurationReference(): string {
  const sections = Object.entries(environmentSchema.shape as Shape).map(([name, schema]) =>
    [`## ${name}`, '', describeMember(name, schema), ...membersOf(name, schema)].join('\n'),
  );
  return `${[INTRODUCTION, ...sections].join('\n').replaceAll(/\n## /g, '\n\n## ').replaceAll('\n\n\n', '\n\n')}\n`;
}
