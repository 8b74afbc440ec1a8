import type { z } from 'zod';
import { type ConfigurationProblem, describeReceived } from './configuration-error';

type Issue = z.core.$ZodIssue;

const TYPE_NAMES: Readonly<Record<string, string>> = {
  object: 'an object',
  record: 'an object',
  array: 'a list',
  string: 'a text',
  int: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
};

function quoteAll(values: readonly unknown[]): string {
  return values.map((value) => JSON.stringify(value)).join(', ');
}

function boundOf(issue: { origin: string }, relation: string, bound: number | bigint): string {
  const noun = issue.origin === 'string' ? ' characters' : issue.origin === 'array' ? ' items' : '';
  return `${relation} ${bound.toString()}${noun}`;
}

/**
 * Returns the accepted values at the place of an issue. The texts for patterns come from the
 * schema.
 */
function allowedBy(issue: Issue): string {
  if (issue.code === 'invalid_value') return quoteAll(issue.values);
  if (issue.code === 'invalid_type') return TYPE_NAMES[issue.expected] ?? issue.expected;
  if (issue.code === 'too_small') return boundOf(issue, 'at least', issue.minimum);
  if (issue.code === 'too_big') return boundOf(issue, 'at most', issue.maximum);
  if (issue.code === 'invalid_union' && 'options' in issue) {
    return quoteAll(issue.options);
  }
  return issue.message;
}

function valueAt(document: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null
        ? (value as Record<PropertyKey, unknown>)[key]
        : undefined,
    document,
  );
}

/**
 * Converts zod's issues into problems that name the key, the received value and the accepted
 * values.
 */
export function problemsFromZod(
  issues: readonly Issue[],
  document: unknown,
  knownKeys: (path: readonly PropertyKey[]) => readonly string[],
): ConfigurationProblem[] {
  return issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      const allowed = knownKeys(issue.path);
      return issue.keys.map((key) => ({
        key: [...issue.path, key].join('.'),
        // The value of an unknown key is not shown, because it could be anything, also a pasted
        // secret.
        received: 'an unknown key',
        allowed: allowed.length === 0 ? 'only documented keys' : allowed.join(', '),
      }));
    }
    if (issue.code === 'invalid_key') {
      const received = describeReceived(String(issue.path.at(-1)));
      const allowed = issue.issues.map(({ message }) => message).join(', ');
      return [{ key: issue.path.join('.'), received, allowed }];
    }
    const received = describeReceived(valueAt(document, issue.path));
    return [{ key: issue.path.join('.'), received, allowed: allowedBy(issue) }];
  });
}
