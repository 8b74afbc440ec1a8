import { Option } from 'commander';
import { InputError } from '#core/errors';

/** The least and the most that an option may be, and what it is where it was left out. */
interface WholeNumbers {
  readonly standard: number;
  readonly from: number;
  readonly to: number;
}

/** `--format` of `--format <format>`. */
function nameOf({ long, flags }: Option): string {
  return long ?? flags;
}

/**
 * An option that takes one of a few words; help names them and the default.
 *
 * @throws {InputError} `ERR_OPTION` at a command line with another word, naming the option, what came and what is
 *   allowed
 */
export function choiceOption(flags: string, description: string, words: readonly string[]): Option {
  const option = new Option(flags, description).choices(words);
  return option.argParser((received) => {
    if (words.includes(received)) return received;
    const allowed = words.join(', ');
    throw new InputError({ code: 'ERR_OPTION', field: nameOf(option), received, allowed });
  });
}

/**
 * An option that takes a whole number in digits; help names the limits and the default.
 *
 * @throws {InputError} `ERR_OPTION` at a command line with anything else
 */
export function wholeOption(
  flags: string,
  description: string,
  { standard, from, to }: WholeNumbers,
): Option {
  const allowed = `a whole number from ${from} to ${to}`;
  const option = new Option(flags, `${description}: ${allowed}`).default(standard);
  return option.argParser((received) => {
    const number = Number(received);
    if (/^\d{1,15}$/.test(received) && number >= from && number <= to) return number;
    throw new InputError({ code: 'ERR_OPTION', field: nameOf(option), received, allowed });
  });
}
