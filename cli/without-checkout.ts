import { InputError } from '#core/errors';
import type { ExitCode } from './exit-codes';

/** Makes a command for the installed package that says that it needs a checkout. */
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

/** The local cloud applies the stacks, and only a checkout has them. */
export const runUp = refuse('up');
/** Only a checkout can synthesise the stacks that are destroyed. */
export const runDestroy = refuse('destroy');
/** Only a checkout can synthesise the stacks that adopt resources. */
export const runAdopt = refuse('adopt');
/** Only a checkout can synthesise the stack that becomes a module. */
export const runTerraformModule = refuse('terraform-module');
