import { InputError } from '#core/errors';
import type { ExitCode } from './exit-codes';

/** Stands in for `up` in the installed package: the local cloud needs what only a checkout holds. */
export function runUp(): Promise<ExitCode> {
  return Promise.reject(
    new InputError({
      code: 'ERR_CHECKOUT_NEEDED',
      field: 'up',
      received: 'an installed package',
      allowed:
        'a checkout of Edgepass, which has the stacks, Terraform and the emulator: `npm start`',
    }),
  );
}
