import { type CommandContext, writeLine } from './context';

const TURN_MILLISECONDS = 1_000;

/** While a task runs, prints every second how long it has been running. */
export async function withProgress<Result>(
  context: Pick<CommandContext, 'errorOutput' | 'nowMilliseconds'>,
  what: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const started = context.nowMilliseconds();
  const timer = setInterval(() => {
    const seconds = Math.round((context.nowMilliseconds() - started) / 1_000);
    writeLine(context.errorOutput, `${what}: ${seconds} s`);
  }, TURN_MILLISECONDS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
