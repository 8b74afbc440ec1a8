/** Describes one value from a caller that is not acceptable. */
export interface InputProblem {
  /** Stable code that starts with `ERR_`. Programs decide by this code. */
  readonly code: string;
  /** Name of the parameter, member or key that has the wrong value. */
  readonly field: string;
  /** Description of the accepted values. */
  readonly allowed: string;
  /** The value that was received. Leave it out if it is, or could contain, a secret. */
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
 * The caller passed a value that the named field does not accept. The message names the field, the
 * received value (cut to 80 characters, never a secret) and the accepted values.
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

  /**
   * Returns the same error with another field name: the name under which the outer caller knows the
   * value, for example `publicKeys.K1`.
   */
  withField(field: string): InputError {
    return new InputError({ ...this.#problem, field });
  }
}

/**
 * An error in this project, or a platform without a feature that this project needs. No input from
 * a caller can cause it.
 */
export class AssumptionError extends Error {
  override readonly name = 'AssumptionError';
}
