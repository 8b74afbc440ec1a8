import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { DEFAULT_ENVIRONMENT, ENVIRONMENT_VARIABLE } from '#core/contract/process-variables';
import { ConfigurationError, describeReceived } from './configuration-error';
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
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    // The parser's message quotes the document, which could contain a secret. Only the position is
    // used.
    const position = /position \d+|line \d+ column \d+/.exec(String(error))?.[0] ?? 'unknown place';
    const problem = { key: '', received: `a syntax error at ${position}`, allowed: 'JSON' };
    throw new ConfigurationError(file, [problem]);
  }
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
 * @throws {ConfigurationError} that names the issuer whose file is missing or is not a key set
 */
export function loadPinnedJwks({
  environment,
  file,
}: LoadedEnvironment): Record<string, { keys: unknown[] }> {
  const pinned = environment.issuers.flatMap(({ issuer, pinnedJwks }, index) => {
    if (pinnedJwks === undefined) return [];
    const document = readJson(path.resolve(path.dirname(file), pinnedJwks));
    if (!isKeySet(document)) {
      const key = `issuers.${index}.pinnedJwks`;
      const problem = { key, received: describeReceived(pinnedJwks), allowed: 'a JWKS document' };
      throw new ConfigurationError(environment.name, [problem]);
    }
    return [[issuer, document] as const];
  });
  return Object.fromEntries(pinned);
}

function isKeySet(document: unknown): document is { keys: unknown[] } {
  return (
    typeof document === 'object' &&
    document !== null &&
    Array.isArray((document as { keys?: unknown }).keys)
  );
}
