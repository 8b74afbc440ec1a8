import { setTimeout as sleep } from 'node:timers/promises';
import { findRunningCloud } from '#local/cloud/claim';
import { isAlive } from '#local/cloud/process';
import { cloudFolder, parseCloudName } from './cloud-name';
import { type CommandContext, writeLine } from './context';
import { EXIT, type ExitCode } from './exit-codes';

/** A cloud that is still starting finishes its current step first. */
const END_MILLISECONDS_MAX = 60_000;
const POLL_MILLISECONDS = 100;

export interface DownOptions {
  readonly name?: string;
}

/** Stops the local cloud that another process runs, and waits until that process has ended. */
export async function runDown(
  context: CommandContext,
  options: DownOptions = {},
): Promise<ExitCode> {
  const folder = cloudFolder(context.root, parseCloudName(options.name));
  const running = findRunningCloud(folder);
  if (running === undefined) {
    writeLine(context.output, 'the local cloud is not running');
    return EXIT.done;
  }
  process.kill(running.pid, 'SIGTERM');
  for (let waited = 0; waited < END_MILLISECONDS_MAX; waited += POLL_MILLISECONDS) {
    // The process gives up its claim shortly before it ends.
    if (findRunningCloud(folder) === undefined && !isAlive(running.pid)) {
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
