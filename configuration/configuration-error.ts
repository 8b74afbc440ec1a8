/** One problem in a configuration document. */
export interface ConfigurationProblem {
  /** Path of the member, for example `signingKeys.a.state`. Empty for the document itself. */
  readonly key: string;
  /** The received value, shortened. Never a secret (see `describeReceived`). */
  readonly received: string;
  /** The accepted values. */
  readonly allowed: string;
}

/**
 * A configuration that cannot be used. It has all problems at once, so that one run shows all of
 * them.
 */
export class ConfigurationError extends Error {
  readonly code = 'ERR_CONFIGURATION';
  readonly problems: readonly ConfigurationProblem[];

  constructor(source: string, problems: readonly ConfigurationProblem[]) {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    super([`${source}: ${count}`, ...problems.map(describeProblem)].join('\n'));
    this.name = 'ConfigurationError';
    this.problems = problems;
  }
}

function describeProblem({ key, received, allowed }: ConfigurationProblem): string {
  return `  ${key === '' ? '(document)' : key}: got ${received}; allowed: ${allowed}`;
}

const SHOWN_CHARACTERS_MAX = 80;
const SECRET_SHAPES = [
  /PRIVATE KEY/,
  /^(?:sk|rk|pk)_(?:live|test)_/,
  /^eyJ[\w-]+\./,
  /^(?:AKIA|ASIA)[A-Z0-9]{12}/,
  /^-----BEGIN/,
  // Matches a URL with a user part. The text before the `@` is often a password.
  /^[a-z][a-z0-9+.-]*:\/{0,2}[^/?#]*@/i,
];

/**
 * Text of a received value for an error message: shortened, or `[redacted]` if it looks like a
 * secret.
 */
export function describeReceived(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string' && SECRET_SHAPES.some((shape) => shape.test(value))) {
    return '[redacted]';
  }
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = JSON.stringify(value);
  return text.length > SHOWN_CHARACTERS_MAX ? `${text.slice(0, SHOWN_CHARACTERS_MAX)}…` : text;
}
