import { type LocalCloud, startLocalCloud } from '#local/cloud/local-cloud';
import type { FinishedRequest } from '#local/cloudfront/exchange';
import { readTools } from '#local/emulator/tools';
import { cloudFolder, parseCloudName } from './cloud-name';
import { type CommandContext, writeLine } from './context';
import { EXIT, type ExitCode } from './exit-codes';
import { buildBanner } from './up-banner';

const RESTARTS_MAX = 5;
const PROGRESS_MILLISECONDS = 1_000;

export interface UpOptions {
  /** @default local */
  readonly name?: string;
  readonly tls?: boolean;
  readonly reset?: boolean;
}

/** Replaces characters that cannot be printed, because a path contains whatever a viewer sent. */
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 200);
}

function describeRequest({ request, response, refusal, resultType }: FinishedRequest): string {
  const why =
    refusal === undefined
      ? resultType
      : `refused by ${refusal.layer}: ${refusal.reasons.join(', ')}`;
  return `${response.status} ${printable(request.method)} ${printable(request.rawPath)}  ${printable(why)}`;
}

/**
 * Creates a function that prints each step with the time since the start. For a step with a counter
 * it prints about one line each second.
 */
export function progressWriter(
  context: Pick<CommandContext, 'errorOutput' | 'nowMilliseconds'>,
): (text: string) => void {
  const started = context.nowMilliseconds();
  let told = { step: '', at: started };
  return (text) => {
    const at = context.nowMilliseconds();
    const step = text.replace(/\d+/g, '');
    if (step === told.step && at - told.at < PROGRESS_MILLISECONDS) return;
    told = { step, at };
    const seconds = ((at - started) / 1_000).toFixed(1).padStart(6);
    writeLine(context.errorOutput, `${seconds} s  ${text}`);
  };
}

function start(
  context: CommandContext,
  options: UpOptions,
  run: { readonly name: string; readonly reset: boolean; readonly stopSignal: AbortSignal },
): Promise<LocalCloud> {
  return startLocalCloud({
    ...run,
    root: context.root,
    tools: readTools(context.root),
    tls: options.tls ?? false,
    processEnvironment: context.processEnvironment,
    nowMilliseconds: context.nowMilliseconds,
    onProgress: progressWriter(context),
    sink: (finished) => {
      writeLine(context.output, describeRequest(finished));
    },
  });
}

/** Returns a signal that is aborted when this process should end. */
function stopRequests(): AbortSignal {
  const controller = new AbortController();
  const abort = (): void => {
    controller.abort();
  };
  // A second Ctrl-C ends the process at once. For other signals the handler stays, because they can
  // arrive twice: once for the process group and once passed on by the parent process.
  process.once('SIGINT', abort);
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, abort);
  return controller.signal;
}

function whenAborted(signal: AbortSignal): Promise<'asked'> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve('asked');
    else
      signal.addEventListener('abort', () => {
        resolve('asked');
      });
  });
}

/**
 * Runs the local cloud until Ctrl-C. If the emulator ends unexpectedly, it is started again and
 * everything is deployed again.
 */
export async function runUp(context: CommandContext, options: UpOptions): Promise<ExitCode> {
  const name = parseCloudName(options.name);
  const stopSignal = stopRequests();
  const asked = whenAborted(stopSignal).then((answer) => {
    writeLine(context.errorOutput, 'stopping');
    return answer;
  });
  for (let restarts = 0; restarts <= RESTARTS_MAX; restarts += 1) {
    const reset = (options.reset ?? false) && restarts === 0;
    const cloud = await start(context, options, { name, reset, stopSignal }).catch(
      (error: unknown) => {
        if (stopSignal.aborted) return undefined;
        throw error;
      },
    );
    if (cloud === undefined) return EXIT.done;
    writeLine(context.output, buildBanner(cloud));
    const ended = await Promise.race([cloud.emulatorEnded, asked]);
    await cloud.stop();
    if (ended === 'asked') return EXIT.done;
    writeLine(
      context.errorOutput,
      `the AWS emulator ended (${ended}); starting it again, with the stack and the pictures`,
    );
  }
  writeLine(
    context.errorOutput,
    `the AWS emulator ended ${RESTARTS_MAX + 1} times; see ${cloudFolder(context.root, name)}/emulator/emulator.log`,
  );
  return EXIT.unreachable;
}
