import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { selectUsableJwks } from '#access-token/usable-jwks';
import { DEFAULT_ENVIRONMENT, ENVIRONMENT_VARIABLE } from '#core/contract/process-variables';
import { InputError } from '#core/errors';
import { parseStrictJson } from '#core/policy/strict-json';
import {
  ConfigurationError,
  type ConfigurationProblem,
  describeReceived,
} from './configuration-error';
import { type Environment, parseEnvironment } from './environment';

/** A checked environment and the file that it was read from. */
export interface LoadedEnvironment {
  readonly environment: Environment;
  /** Absolute path of the environment file. */
  readonly file: string;
}

interface LoadInput {
  /** Value of `EDGEPASS_ENVIRONMENT`: a name, or a path that ends in `.json`. */
  readonly selection: string | undefined;
  /** Where the selection came from, for error messages. @default EDGEPASS_ENVIRONMENT */
  readonly selectedBy?: string;
  /** The folder with `environments/`. Relative paths start here. */
  readonly projectFolder: string;
}

function fileOf({
  selection = DEFAULT_ENVIRONMENT,
  selectedBy = ENVIRONMENT_VARIABLE,
  projectFolder,
}: LoadInput): string {
  if (selection.endsWith('.json')) return path.resolve(projectFolder, selection);
  const folder = path.join(projectFolder, 'environments');
  const file = path.join(folder, `${selection}.json`);
  if (/^[a-z0-9-]+$/.test(selection) && existsSync(file)) return file;
  const names = (existsSync(folder) ? readdirSync(folder) : [])
    .filter((name) => name.endsWith('.json'))
    .map((name) => path.basename(name, '.json'));
  const allowed = [names.join(', '), 'a path that ends in .json'].filter(Boolean).join(', or ');
  const received = describeReceived(selection);
  throw new ConfigurationError(selectedBy, [{ key: 'name', received, allowed }]);
}

function readJson(file: string): unknown {
  if (!existsSync(file)) {
    const problem = { key: '', received: 'no such file', allowed: 'an environment file' };
    throw new ConfigurationError(file, [problem]);
  }
  const text = readFileSync(file, 'utf8');
  try {
    const document: unknown = JSON.parse(text);
    requireEachMemberOnce(file, text);
    return document;
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    // The parser's message quotes the document, which may hold a pasted secret: only the position
    // is kept.
    const position = /position \d+|line \d+ column \d+/.exec(String(error))?.[0] ?? 'unknown place';
    const problem = { key: '', received: `a syntax error at ${position}`, allowed: 'JSON' };
    throw new ConfigurationError(file, [problem]);
  }
}

/**
 * `JSON.parse` keeps the last of two members with one name, and nobody sees that the first does
 * not count.
 */
function requireEachMemberOnce(file: string, text: string): void {
  const strict = parseStrictJson(text);
  if (strict === undefined) {
    const problem = { key: '', received: 'a document that nests deeper', allowed: 'eight levels' };
    throw new ConfigurationError(file, [problem]);
  }
  if (strict.duplicateMembers.length === 0) return;
  const problems = [...new Set(strict.duplicateMembers)].map((key) => ({
    key,
    received: 'a member that is written twice',
    allowed: 'each member once',
  }));
  throw new ConfigurationError(file, problems);
}

/**
 * Reads and checks the selected environment.
 *
 * @throws {ConfigurationError} when the environment does not exist or cannot be used
 */
export function loadEnvironment(input: LoadInput): LoadedEnvironment {
  const file = fileOf(input);
  const environment = parseEnvironment(readJson(file), { name: path.basename(file, '.json') });
  return { environment, file };
}

/**
 * Reads the JWKS files that the environment pins, by issuer.
 *
 * @throws {ConfigurationError} naming every issuer whose file is missing, is not a key set, or
 * holds no key
 *   that can verify a token
 */
export function loadPinnedJwks({
  environment,
  file,
}: LoadedEnvironment): Record<string, { keys: unknown[] }> {
  const problems: ConfigurationProblem[] = [];
  const pinned = environment.issuers.flatMap(({ issuer, pinnedJwks }, index) => {
    if (pinnedJwks === undefined) return [];
    const document = readJson(path.resolve(path.dirname(file), pinnedJwks));
    const allowed = describeNeededJwks(document);
    if (allowed === undefined) return [[issuer, document as { keys: unknown[] }] as const];
    const key = `issuers.${index}.pinnedJwks`;
    problems.push({ key, received: describeReceived(pinnedJwks), allowed });
    return [];
  });
  if (problems.length > 0) throw new ConfigurationError(environment.name, problems);
  return Object.fromEntries(pinned);
}

/** What a document lacks to be pinned; `undefined` when it can be. */
function describeNeededJwks(document: unknown): string | undefined {
  try {
    const { usable } = selectUsableJwks(document);
    return usable.length > 0 ? undefined : 'a JWKS document with an RSA key for RS256';
  } catch (error) {
    if (error instanceof InputError) return `a JWKS document (${error.message})`;
    throw error;
  }
}
