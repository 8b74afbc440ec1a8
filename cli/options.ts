import { Option } from 'commander';
import { InputError } from '#core/errors';

/** The allowed range and the default of an option. */
interface WholeNumbers {
  readonly standard: number;
  readonly from: number;
  readonly to: number;
}

/** Returns `--format` for the flags `--format <format>`. */
function nameOf({ long, flags }: Option): string {
  return long ?? flags;
}

/**
 * Makes an option with a fixed list of values. The help text names them and the default.
 *
 * @throws {InputError} `ERR_OPTION` for another value on the command line; the error names the
 * option, the received and the allowed values
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
 * Makes an option whose value is a whole number in digits. The help text names the range and the
 * default.
 *
 * @throws {InputError} `ERR_OPTION` for any other value on the command line
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
