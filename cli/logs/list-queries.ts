import { listQueries } from '#analytics/catalog';
import { type CommandContext, terminalWidth, writeLine } from '../context';
import { EXIT, type ExitCode } from '../exit-codes';
import { wrapWords } from '../wrap-words';

const NAME_WIDTH = 28;
const TEXT_WIDTH_MIN = 30;

/** Prints every query with its name, its question and its own parameters. */
export function runLogsList(context: CommandContext): ExitCode {
  const terminal = terminalWidth(context.output) ?? Number.POSITIVE_INFINITY;
  const width = Math.max(terminal - NAME_WIDTH - 1, TEXT_WIDTH_MIN);
  for (const { name, question, ownParameters, needs } of listQueries()) {
    const own = ownParameters.map((one) =>
      one.default === undefined
        ? `--set ${one.name}=<${one.type}>`
        : `[--set ${one.name}=${one.default}]`,
    );
    const reads = [`reads ${needs}${own.length > 0 ? ';' : ''}`, ...own];
    const texts = [question.split(' '), reads].flatMap((words) => wrapWords(words, width));
    for (const [at, text] of texts.entries())
      writeLine(context.output, `${(at === 0 ? name : '').padEnd(NAME_WIDTH)} ${text}`);
  }
  return EXIT.done;
}
