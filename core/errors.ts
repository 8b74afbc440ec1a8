/** What went wrong with one value that a caller gave. */
export interface InputProblem {
  /** Stable, `ERR_…`: what programs branch on. */
  readonly code: string;
  /** Name of the offending parameter, member or key. */
  readonly field: string;
  /** The values that are accepted, in words. */
  readonly allowed: string;
  /** The value received. Leave it out when it is, or may contain, a secret. */
  readonly received?: unknown;
  readonly cause?: unknown;
}

const SHOWN_CHARACTERS_MAX = 80;

function show(value: unknown): string {
  if (typeof value === 'string') {
    const cut = value.length > SHOWN_CHARACTERS_MAX;
    return JSON.stringify(value.slice(0, SHOWN_CHARACTERS_MAX)) + (cut ? '…' : '');
  }
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

/**
 * The caller's fault: a value that is not what the named field accepts. The message names the field, the
 * value received (cut to 80 characters; never a secret) and what is allowed.
 */
export class InputError extends Error {
  override readonly name = 'InputError';
  readonly code: string;
  readonly field: string;
  readonly #problem: InputProblem;

  constructor(problem: InputProblem) {
    const received = 'received' in problem ? `, received ${show(problem.received)}` : '';
    super(`${problem.field}: expected ${problem.allowed}${received}`, { cause: problem.cause });
    this.code = problem.code;
    this.field = problem.field;
    this.#problem = problem;
  }

  /** The same problem under the name by which the outer caller knows the value: `publicKeys.K1`. */
  withField(field: string): InputError {
    return new InputError({ ...this.#problem, field });
  }
}

/** Our own bug, or a platform that lacks what we rely on: nothing a caller's value could have caused. */
export class AssumptionError extends Error {
  override readonly name = 'AssumptionError';
}
