import { InputError } from '#core/errors';

/** What an option may be, and what it is where it was left out. */
interface WholeNumbers {
  readonly standard: number;
  readonly from: number;
  readonly to: number;
}

/**
 * The whole number of an option, in digits.
 *
 * @throws {InputError} `ERR_OPTION` naming the option, what came and what is allowed
 */
export function parseWhole(
  option: string,
  text: string | undefined,
  { standard, from, to }: WholeNumbers,
): number {
  if (text === undefined) return standard;
  const number = Number(text);
  if (/^\d{1,15}$/.test(text) && number >= from && number <= to) return number;
  const allowed = `a whole number from ${from} to ${to}`;
  throw new InputError({ code: 'ERR_OPTION', field: option, received: text, allowed });
}
