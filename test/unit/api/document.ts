import { readFileSync } from 'node:fs';
import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';
import type { Answer } from '../lambdas/session/session-bench';

export interface MediaType {
  readonly schema: { readonly $ref: string };
  readonly examples: Readonly<Record<string, { readonly value: unknown }>>;
}
export interface Described {
  readonly $ref?: string;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly content?: Readonly<Record<string, MediaType>>;
}
interface Operation {
  readonly requestBody?: { readonly content: Readonly<Record<string, MediaType>> };
  readonly responses: Readonly<Record<string, Described>>;
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, { properties: Record<string, { enum?: string[] }> }>>;
    readonly responses: Readonly<Record<string, Described>>;
  };
}

const text = readFileSync('api/openapi.json', 'utf8');
export const document = JSON.parse(text) as Document;

const ajv = new Ajv2020({ strict: false, allErrors: true });
ajv.addFormat('uri', (text: string) => URL.canParse(text));
ajv.addFormat('date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
ajv.addSchema(document, 'openapi.json');

/** The validator of a body. */
export function validatorOf({ schema }: MediaType): ValidateFunction {
  return ajv.compile({ $ref: `openapi.json${schema.$ref}` });
}

function describedAs(operation: Operation, status: number): Described {
  const described = operation.responses[String(status)];
  const name = described?.$ref?.split('/').at(-1);
  const resolved = name === undefined ? described : document.components.responses[name];
  if (resolved === undefined) throw new Error(`${status} is not documented`);
  return resolved;
}

/** The operation of a method on a path. */
export function operationOf(method: string, path = '/api/session'): Operation {
  const operation = document.paths[path]?.[method.toLowerCase()];
  if (operation === undefined) throw new Error(`${method} ${path} is not documented`);
  return operation;
}

/** What of an answer is not as the document says. */
export function deviationsOf(method: string, answer: Answer, path?: string): unknown[] {
  const { content = {}, headers = {} } = describedAs(operationOf(method, path), answer.status);
  const media = content[answer.headers['content-type'] ?? ''];
  if (media === undefined) return [`${answer.headers['content-type']} is not documented`];
  const validate = validatorOf(media);
  const missing = Object.keys(headers).filter((name) =>
    name === 'Set-Cookie' ? answer.cookies.length === 0 : !(name.toLowerCase() in answer.headers),
  );
  return [...(validate(answer.body) ? [] : (validate.errors ?? [])), ...missing];
}
