import { createReadStream, existsSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { Command, CommanderError } from 'commander';
import { ConfigurationError } from '../configuration/configuration-error';
import { epochSeconds } from '../core/clock';
import { InputError } from '../core/errors';
import { projectRoot } from '../local/aws/tools';
import { AlreadyRunningError } from '../local/cloud/claim';
import { CloudStartError } from '../local/cloud/local-cloud';
import { runCheck, type CheckOptions } from './check/run-check';
import { runConfigCheck } from './config-check';
import { writeLine, type CommandContext } from './context';
import { UnreachableError } from './deployed-environment';
import { runDown, type DownOptions } from './down';
import { EXIT } from './exit-codes';
import { runGrant, type GrantOptions } from './grant';
import { runLogsList } from './logs/list-queries';
import { runLogsQuery, type LogsQueryOptions } from './logs/query-logs';
import { runUp, type UpOptions } from './up';
import { runVerify } from './verify/run-verify';

const context: CommandContext = {
  root: projectRoot(),
  processEnvironment: process.env,
  clock: { now: () => epochSeconds(Math.floor(Date.now() / 1_000)) },
  nowMilliseconds: () => Date.now(),
  input: process.stdin,
  output: process.stdout,
  errorOutput: process.stderr,
};

/** The exit code of a failure that has a name; undefined for a fault of ours. */
function exitCodeOf(error: unknown): number | undefined {
  if (error instanceof InputError || error instanceof ConfigurationError) return EXIT.badInput;
  const unreachable = [UnreachableError, AlreadyRunningError, CloudStartError];
  return unreachable.some((kind) => error instanceof kind) ? EXIT.unreachable : undefined;
}

function finishWith(code: number | Promise<number>): Promise<void> {
  return Promise.resolve(code).then((value) => {
    process.exitCode = value;
  });
}

function openInput(file: string): Readable {
  if (file === '-') return context.input;
  if (existsSync(file)) return createReadStream(file);
  throw new InputError({
    code: 'ERR_FILE',
    field: 'file',
    received: file,
    allowed: 'a file that exists, or -',
  });
}

function buildProgram(): Command {
  const program = new Command('edgepass')
    .description('Private, per-tenant content on CloudFront.')
    .exitOverride()
    .showHelpAfterError('(see edgepass --help)');
  program
    .command('up')
    .description('start the local cloud and keep it running')
    .option('--tls', 'serve the edge over TLS with a local certificate authority')
    .option('--reset', 'forget the state of earlier runs')
    .option('--name <name>', 'name of the cloud, for more than one on a machine (default: local)')
    .action((options: UpOptions) => finishWith(runUp(context, options)));
  program
    .command('down')
    .description('stop the local cloud that runs in another process')
    .option('--name <name>', 'name of the cloud (default: local)')
    .action((options: DownOptions) => finishWith(runDown(context, options)));
  program
    .command('grant')
    .description("print signed cookies for one tenant's content, and a curl line")
    .requiredOption('--tenant <id>', 'tenant id')
    .option(
      '--environment <name>',
      'environment name or file (default: EDGEPASS_ENVIRONMENT, else local)',
    )
    .option('--lifetime <seconds>', 'lifetime of the grant, at most 900')
    .action((options: GrantOptions) => finishWith(runGrant(context, options)));
  program
    .command('verify')
    .description(
      'decide requests as CloudFront would: JSON objects in, one a line; verdicts out, in order',
    )
    .argument('<file>', 'a file, or - for standard input')
    .action((file: string) => finishWith(runVerify({ ...context, input: openInput(file) })));
  program
    .command('check')
    .description('run the production checklist, read-only, against a deployed environment')
    .option('--environment <name>', 'environment name or file')
    .option('--only <check>', 'one check by its id')
    .action((options: CheckOptions) => finishWith(runCheck(context, options)));
  const logs = program.command('logs').description('ask CloudFront access logs');
  logs
    .command('list')
    .description('list the questions that can be asked')
    .action(() => finishWith(runLogsList(context)));
  logs
    .command('query')
    .description(
      'answer one question over a folder of log files (v1, v2 text, JSON or Parquet, mixed)',
    )
    .argument('<name>', 'name of the query, see `logs list`')
    .requiredOption('--source <folder>', 'folder with the log files')
    .option('--from <time>', 'RFC 3339 time (default: two days ago)')
    .option('--to <time>', 'RFC 3339 time (default: now)')
    .option('--set <name=value...>', 'parameters of the query')
    .option('--format <format>', 'table, csv or json')
    .action((name: string, options: LogsQueryOptions) =>
      finishWith(runLogsQuery(context, name, options)),
    );
  const config = program.command('config').description('work with environment files');
  config
    .command('check')
    .description('check an environment file and say what is wrong with it')
    .argument('[environment]', 'environment name or file')
    .action((chosen: string | undefined) => finishWith(runConfigCheck(context, chosen)));
  return program;
}

async function main(): Promise<void> {
  try {
    await buildProgram().parseAsync(process.argv);
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.badInput;
      return;
    }
    const code = exitCodeOf(error);
    const text =
      error instanceof Error
        ? code === undefined
          ? (error.stack ?? error.message)
          : error.message
        : 'unknown failure';
    writeLine(context.errorOutput, `edgepass: ${text}`);
    process.exitCode = code ?? EXIT.unreachable;
  }
}

void main();
