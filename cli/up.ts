import { startLocalCloud, type LocalCloud } from '../local/cloud/local-cloud';
import { readTools } from '../local/aws/tools';
import type { FinishedRequest } from '../local/cloudfront/exchange';
import { buildBanner } from './up-banner';
import { writeLine, type CommandContext } from './context';
import { EXIT, type ExitCode } from './exit-codes';

const RESTARTS_MAX = 5;

export interface UpOptions {
  readonly tls?: boolean;
  readonly reset?: boolean;
}

/** Printable characters only: a path is whatever a viewer sent. */
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

function progressWriter(context: CommandContext): (text: string) => void {
  const started = context.nowMilliseconds();
  return (text) => {
    const seconds = ((context.nowMilliseconds() - started) / 1_000).toFixed(1).padStart(6);
    writeLine(context.errorOutput, `${seconds} s  ${text}`);
  };
}

function start(context: CommandContext, options: UpOptions, reset: boolean): Promise<LocalCloud> {
  return startLocalCloud({
    root: context.root,
    tools: readTools(context.root),
    name: 'local',
    tls: options.tls ?? false,
    reset,
    processEnvironment: context.processEnvironment,
    nowMilliseconds: context.nowMilliseconds,
    onProgress: progressWriter(context),
    sink: (finished) => {
      writeLine(context.output, describeRequest(finished));
    },
  });
}

/** Resolves when somebody asks this process to end. */
function askedToStop(): Promise<'asked'> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () => {
        resolve('asked');
      });
    }
  });
}

/** Runs the local cloud until Ctrl-C. An emulator that ends by itself is started again and deployed to anew. */
export async function runUp(context: CommandContext, options: UpOptions): Promise<ExitCode> {
  const stopping = askedToStop();
  for (let restarts = 0; restarts <= RESTARTS_MAX; restarts += 1) {
    const cloud = await Promise.race([
      start(context, options, (options.reset ?? false) && restarts === 0),
      stopping,
    ]);
    if (cloud === 'asked') return EXIT.done;
    writeLine(context.output, buildBanner(cloud));
    const ended = await Promise.race([cloud.emulatorEnded, stopping]);
    if (ended === 'asked') writeLine(context.errorOutput, 'stopping');
    await cloud.stop();
    if (ended === 'asked') return EXIT.done;
    writeLine(
      context.errorOutput,
      `the AWS emulator ended (${ended}); starting it again, with the stack and the pictures`,
    );
  }
  writeLine(
    context.errorOutput,
    `the AWS emulator ended ${RESTARTS_MAX + 1} times; see .edgepass/local/emulator/emulator.log`,
  );
  return EXIT.unreachable;
}
