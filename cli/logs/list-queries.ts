import { listQueries } from '../../analytics/catalog';
import { writeLine, type CommandContext } from '../context';
import { EXIT, type ExitCode } from '../exit-codes';

/** Prints every query: its name, its question and its own parameters. */
export function runLogsList(context: CommandContext): ExitCode {
  for (const { name, question, ownParameters, needs } of listQueries()) {
    const own = ownParameters.map((one) =>
      one.default === undefined
        ? `--set ${one.name}=<${one.type}>`
        : `[--set ${one.name}=${one.default}]`,
    );
    writeLine(context.output, `${name.padEnd(28)} ${question}`);
    writeLine(
      context.output,
      `${''.padEnd(28)} reads ${needs}${own.length > 0 ? `; ${own.join(' ')}` : ''}`,
    );
  }
  return EXIT.done;
}
