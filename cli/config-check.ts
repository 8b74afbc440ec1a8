import { writeLine, type CommandContext } from './context';
import { loadChosenEnvironment } from './deployed-environment';
import { EXIT, type ExitCode } from './exit-codes';

/** Checks an environment file and says what it will do; the parser's error names everything that is wrong. */
export function runConfigCheck(context: CommandContext, chosen: string | undefined): ExitCode {
  const { environment, file } = loadChosenEnvironment(context, chosen);
  const slots = Object.entries(environment.signingKeys).map(
    ([slot, { state }]) => `${slot} ${state}`,
  );
  writeLine(context.output, `${file}: correct`);
  writeLine(
    context.output,
    `  environment ${environment.name}, target ${environment.target}, region ${environment.region}`,
  );
  writeLine(
    context.output,
    `  token issuers: ${environment.issuers.map(({ issuer }) => issuer).join(', ')}`,
  );
  writeLine(
    context.output,
    `  pages that may log in: ${environment.appOrigins.join(', ') || 'none'}`,
  );
  writeLine(context.output, `  signing keys: ${slots.join(', ')}`);
  return EXIT.done;
}
