import { z } from 'zod';
import { ConfigurationError, type ConfigurationProblem } from './configuration-error';
import { ENVIRONMENT_CHECKS } from './environment-checks';
import { type Environment, environmentSchema } from './environment-schema';
import { knownKeysAt } from './schema-walk';
import { problemsFromZod } from './zod-problems';

export type { Environment } from './environment-schema';

type Member = keyof Environment;

/**
 * Parses every top-level member separately, so that a problem in one member does not hide problems
 * in others.
 */
function parseMembers(document: Record<string, unknown>): Partial<Environment> {
  const names = Object.keys(environmentSchema.shape) as Member[];
  const parsed = names.map((name) => {
    const one = z.object({ [name]: environmentSchema.shape[name] });
    const result = one.safeParse(name in document ? { [name]: document[name] } : {});
    return result.success ? { [name]: undefined, ...result.data } : {};
  });
  return Object.assign({}, ...parsed) as Partial<Environment>;
}

function findCrossProblems(document: unknown): ConfigurationProblem[] {
  if (typeof document !== 'object' || document === null) return [];
  const members = parseMembers(document as Record<string, unknown>);
  return ENVIRONMENT_CHECKS.filter(({ needs }) =>
    needs.every((member: Member) => member in members),
  ).flatMap(({ find }) => find(members as Environment));
}

/**
 * Parses an environment document and adds defaults.
 *
 * @param source.name the name that the document must have, which is its file's name; error messages
 * also use it
 * @throws {ConfigurationError} with every problem at once: key, received value, accepted values
 */
export function parseEnvironment(document: unknown, source: { name: string }): Environment {
  const result = environmentSchema.safeParse(document);
  const issues = result.success ? [] : result.error.issues;
  const problems = [
    ...problemsFromZod(issues, document, (path) => knownKeysAt(environmentSchema, path)),
    ...findCrossProblems(document),
  ];
  if (result.success && result.data.name !== source.name) {
    problems.unshift({
      key: 'name',
      received: JSON.stringify(result.data.name),
      allowed: `"${source.name}", the name of the file`,
    });
  }
  if (!result.success || problems.length > 0) throw new ConfigurationError(source.name, problems);
  return result.data;
}
