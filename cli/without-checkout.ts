import { InputError } from '#core/errors';
import type { ExitCode } from './exit-codes';

/** A command that stands in for another one in the installed package. */
function refuse(command: string): () => Promise<ExitCode> {
  return () =>
    Promise.reject(
      new InputError({
        code: 'ERR_CHECKOUT_NEEDED',
        field: command,
        received: 'an installed package',
        allowed:
          'a checkout of Edgepass, which has the stacks and Terraform (`npm start` runs there)',
      }),
    );
}

/** The local cloud applies the stacks, which only a checkout has. */
export const runUp = refuse('up');
/** Only a checkout can synthesise the stacks that are destroyed. */
export const runDestroy = refuse('destroy');
/** Only a checkout can synthesise the stacks that take resources up. */
export const runAdopt = refuse('adopt');
/** Only a checkout can synthesise the stack that becomes a module. */
export const runTerraformModule = refuse('terraform-module');
