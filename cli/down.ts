import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findRunningCloud } from '../local/cloud/claim';
import { writeLine, type CommandContext } from './context';
import { EXIT, type ExitCode } from './exit-codes';

const END_MILLISECONDS_MAX = 20_000;
const POLL_MILLISECONDS = 100;

/** Stops the local cloud that runs in another process, and waits until it is gone. */
export async function runDown(context: CommandContext): Promise<ExitCode> {
  const folder = path.join(context.root, '.edgepass', 'local');
  const running = findRunningCloud(folder);
  if (running === undefined) {
    writeLine(context.output, 'the local cloud is not running');
    return EXIT.done;
  }
  process.kill(running.pid, 'SIGTERM');
  for (let waited = 0; waited < END_MILLISECONDS_MAX; waited += POLL_MILLISECONDS) {
    if (findRunningCloud(folder) === undefined) {
      writeLine(
        context.output,
        'the local cloud has stopped; its state is kept for the next start',
      );
      return EXIT.done;
    }
    await sleep(POLL_MILLISECONDS);
  }
  writeLine(context.errorOutput, `process ${running.pid} did not end in time`);
  return EXIT.unreachable;
}
