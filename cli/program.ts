import { accessSync, constants, createReadStream, statSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { Command, CommanderError, Option } from 'commander';
import { QueryEngineError } from '#analytics/engines/query-engine-error';
import { printable } from '#analytics/printable';
import { LogFileError } from '#analytics/records/log-file';
import { ConfigurationError } from '#configuration/configuration-error';
import { GRANT_LIFETIME_SECONDS_MAX } from '#core/contract/grant-limits';
import { InputError } from '#core/errors';
import { explainMissingPackage, MissingPackageError } from '#core/missing-package';
import { KmsSigningError } from '#custody/kms-signing-error';
import { AlreadyRunningError, CloudStartError } from '#local/cloud/cloud-errors';
import type { CheckOptions } from './check/run-check';
import { type CommandContext, writeLine } from './context';
import { DEFAULTS } from './defaults';
import type { DestroyOptions } from './deployment/destroy';
import type { TerraformModuleOptions } from './deployment/terraform-module';
import type { DownOptions } from './down';
import { ENVIRONMENT_HELP } from './environment-help';
import { EXIT, type ExitCode, type Finish } from './exit-codes';
import type { GrantOptions } from './grant';
import type { InitOptions } from './init/init';
import { QUESTIONS } from './init/questions';
import { InterruptedError } from './interrupted-error';
import { addLogCommands, addRequestCommands } from './logs/log-commands';
import { wholeOption } from './options';
import { UnreachableError } from './unreachable-error';
import type { UpOptions } from './up';

const LIFETIME_LIMITS = {
  standard: DEFAULTS.lifetimeSeconds,
  from: 1,
  to: GRANT_LIFETIME_SECONDS_MAX.cookies,
};

function isReadableFile(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return !statSync(file).isDirectory();
  } catch {
    return false;
  }
}

function openInput(file: string, context: CommandContext): Readable {
  if (file === '-') return context.input;
  if (isReadableFile(file)) return createReadStream(file);
  throw new InputError({
    code: 'ERR_FILE',
    field: 'file',
    received: file,
    allowed: 'a file that can be read, or -',
  });
}

function nameOption(description: string): Option {
  return new Option('--name <name>', description).default(DEFAULTS.cloudName);
}

function addLocalCloud(program: Command, context: CommandContext, finish: Finish): void {
  program
    .command('up')
    .description('start the local cloud and keep it running')
    .option('--tls', 'serve the edge over TLS with a local certificate authority')
    .option('--reset', 'forget the state of earlier runs')
    .addOption(nameOption('name of the cloud, for more than one on a machine'))
    .action(async (options: UpOptions) => {
      const { runUp } = await import('#cli/up');
      await finish(runUp(context, options));
    });
  program
    .command('down')
    .description('stop the local cloud that runs in another process')
    .addOption(nameOption('name of the cloud'))
    .action(async (options: DownOptions) => {
      const { runDown } = await import('#cli/down');
      await finish(runDown(context, options));
    });
}

function addDeployment(program: Command, context: CommandContext, finish: Finish): void {
  program
    .command('destroy')
    .description('destroy an environment; with retention "keep", content, keys and logs stay')
    .argument('[environment]', ENVIRONMENT_HELP)
    .option('--yes', 'ask nothing')
    .action(async (chosen: string | undefined, options: DestroyOptions) => {
      const { runDestroy } = await import('#cli/deployment/destroy');
      await finish(runDestroy(context, chosen, options));
    });
  program
    .command('adopt')
    .description('let the next deploy take up what an earlier one kept')
    .argument('[environment]', ENVIRONMENT_HELP)
    .action(async (chosen: string | undefined) => {
      const { runAdopt } = await import('#cli/deployment/adopt');
      await finish(runAdopt(context, chosen));
    });
}

function addSignatures(program: Command, context: CommandContext, finish: Finish): void {
  program
    .command('grant')
    .description("print signed cookies for one tenant's content, and a curl line")
    .requiredOption('--tenant <id>', 'tenant id')
    .option('--environment <name>', ENVIRONMENT_HELP)
    .addOption(wholeOption('--lifetime <seconds>', 'lifetime of the grant', LIFETIME_LIMITS))
    .action(async (options: GrantOptions) => {
      const { runGrant } = await import('#cli/grant');
      await finish(runGrant(context, options));
    });
  program
    .command('verify')
    .description(
      'decide requests as CloudFront would: JSON objects in, one a line; verdicts out, in order',
    )
    .argument('<file>', 'a file, or - for standard input')
    .action(async (file: string) => {
      const { runVerify } = await import('#cli/verify/run-verify');
      await finish(runVerify({ ...context, input: openInput(file, context) }));
    });
}

function addTerraformModule(program: Command, context: CommandContext, finish: Finish): void {
  program
    .command('terraform-module')
    .description('write the delivery stack as a plain Terraform module')
    .argument('[environment]', ENVIRONMENT_HELP)
    .requiredOption('--out <folder>', 'an empty folder')
    .action(async (chosen: string | undefined, options: TerraformModuleOptions) => {
      const { runTerraformModule } = await import('#cli/deployment/terraform-module');
      await finish(runTerraformModule(context, chosen, options));
    });
}

function addInit(program: Command, context: CommandContext, finish: Finish): void {
  const init = program
    .command('init')
    .description('ask what a new environment needs and write environments/<name>.json')
    .argument('<name>', 'name of the environment');
  for (const { option, text } of QUESTIONS) init.option(`--${option} <answer>`, text);
  init.action(async (name: string, options: InitOptions) => {
    const { runInit } = await import('#cli/init/init');
    await finish(runInit(context, name, options));
  });
}

function addChecks(program: Command, context: CommandContext, finish: Finish): void {
  program
    .command('check')
    .description('run the production checklist, read-only, against a deployed environment')
    .option('--environment <name>', ENVIRONMENT_HELP)
    .option('--only <check>', 'one check by its id')
    .action(async (options: CheckOptions) => {
      const { runCheck } = await import('#cli/check/run-check');
      await finish(runCheck(context, options));
    });
  const config = program.command('config').description('work with environment files');
  config
    .command('check')
    .description('check an environment file and say what is wrong with it')
    .argument('[environment]', ENVIRONMENT_HELP)
    .action(async (chosen: string | undefined) => {
      const { runConfigCheck } = await import('#cli/config-check');
      await finish(runConfigCheck(context, chosen));
    });
}

/** After an error in the arguments of a command, points to the help of this command. */
function pointToOwnHelp(command: Command, path: string): void {
  command.showHelpAfterError(`(see ${path} --help)`);
  for (const one of command.commands) pointToOwnHelp(one, `${path} ${one.name()}`);
}

function buildProgram(context: CommandContext, finish: Finish): Command {
  const program = new Command('edgepass')
    .description('Private, per-tenant content on CloudFront.')
    .addHelpText(
      'after',
      '\nExit codes: 0 done, 1 refused, 2 bad input, 3 not reachable,\n130 ended by Ctrl-C.',
    )
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.output.write(text),
      writeErr: (text) => context.errorOutput.write(text),
    });
  addLocalCloud(program, context, finish);
  addDeployment(program, context, finish);
  addSignatures(program, context, finish);
  addInit(program, context, finish);
  addTerraformModule(program, context, finish);
  addChecks(program, context, finish);
  addLogCommands(program, context, finish);
  addRequestCommands(program, context, finish);
  pointToOwnHelp(program, program.name());
  return program;
}

/**
 * Returns whether an error comes from the operating system, for example a full disk. Its message is
 * clear in one line, so no stack trace is printed.
 */
function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}

/** Returns the exit code of a known error. Returns undefined for an internal error. */
function exitCodeOf(error: unknown): ExitCode | undefined {
  if (error instanceof InterruptedError) return EXIT.interrupted;
  const badInput = [InputError, ConfigurationError, LogFileError];
  if (badInput.some((kind) => error instanceof kind)) return EXIT.badInput;
  const unreachable = [
    UnreachableError,
    AlreadyRunningError,
    CloudStartError,
    KmsSigningError,
    MissingPackageError,
    QueryEngineError,
  ];
  const isUnreachable = isSystemError(error) || unreachable.some((kind) => error instanceof kind);
  return isUnreachable ? EXIT.unreachable : undefined;
}

/**
 * Makes an error message safe to print. A name from outside must stay in one line, but a
 * configuration error has one line for each problem and a stack trace one for each call.
 */
function printableLines(error: Error, text: string): string {
  const lines = error instanceof InputError ? [text] : text.split('\n');
  return lines.map(printable).join('\n');
}

function reportFailure(error: unknown, context: CommandContext): ExitCode {
  // Commander has already printed what is wrong.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.badInput;
  const code = exitCodeOf(error);
  const failure = error instanceof Error ? error : new Error('unknown failure');
  const text = code === undefined ? (failure.stack ?? failure.message) : failure.message;
  writeLine(context.errorOutput, `edgepass: ${printableLines(failure, text)}`);
  return code ?? EXIT.unreachable;
}

/**
 * One of 64 request ids starts with a dash. Marks it as an argument, because it is not an option.
 */
function protectRequestId(arguments_: readonly string[]): readonly string[] {
  const at = arguments_.findIndex((argument) => /^-[\w-]{40,}=*$/.test(argument));
  const id = arguments_[at];
  if (id === undefined || arguments_.includes('--')) return arguments_;
  return [...arguments_.slice(0, at), ...arguments_.slice(at + 1), '--', id];
}

/** Runs the command in the arguments (without program and script). @returns its exit code */
export async function runProgram(
  context: CommandContext,
  arguments_: readonly string[],
): Promise<number> {
  let exitCode: number = EXIT.done;
  const finish: Finish = async (code) => {
    exitCode = await code;
  };
  try {
    await buildProgram(context, finish).parseAsync(protectRequestId(arguments_), {
      from: 'user',
    });
    return exitCode;
  } catch (error) {
    return reportFailure(explainMissingPackage(error), context);
  }
}
