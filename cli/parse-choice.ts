import { InputError } from '#core/errors';

/**
 * One of a few words of a command line.
 *
 * @throws {InputError} `ERR_OPTION` naming the option, what came and what is allowed
 */
export function parseChoice<Choice extends string>(
  option: string,
  text: string,
  allowed: readonly Choice[],
): Choice {
  const found = allowed.find((choice) => choice === text);
  if (found !== undefined) return found;
  throw new InputError({
    code: 'ERR_OPTION',
    field: option,
    received: text,
    allowed: allowed.join(', '),
  });
}
