import { type Command, Option } from 'commander';
import type { CommandContext } from '../context';
import { DEFAULTS } from '../defaults';
import { ENVIRONMENT_HELP } from '../environment-help';
import type { Finish } from '../exit-codes';
import { choiceOption, wholeOption } from '../options';
import type { Explain403Options } from './explain-403';
import type { LogsGenerateOptions } from './generate-logs';
import { ENGINE_NAMES, FORMS, OUTPUT_FORMATS, SUBJECT_NAMES } from './option-choices';
import type { LogsQueryOptions } from './query-logs';
import type { LogsReportOptions } from './report-logs';
import type { WhoOpenedOptions } from './who-opened';

const { generate } = DEFAULTS;
const LIMITS = {
  lines: { standard: generate.lines, from: 1, to: 50_000_000 },
  tenants: { standard: generate.tenants, from: 2, to: 10_000 },
  seed: { standard: generate.seed, from: 0, to: 2 ** 32 - 1 },
};

/** The option for the format of a printed answer. */
function formatOption(): Option {
  const option = choiceOption('--format <format>', 'how the answer is printed', OUTPUT_FORMATS);
  return option.default(DEFAULTS.format);
}

/** Adds the options that every command has that reads logs. */
function readingLogs(command: Command): Command {
  return command
    .option('--source <where>', 'folder or s3://bucket/prefix (default: the deployed logs)')
    .option('--environment <name>', `whose logs are read: ${ENVIRONMENT_HELP}`)
    .addOption(
      new Option('--from <time>', 'RFC 3339 time').default(
        undefined,
        `${DEFAULTS.windowHours} hours before --to`,
      ),
    )
    .addOption(new Option('--to <time>', 'RFC 3339 time').default(undefined, 'now'))
    .addOption(
      choiceOption('--engine <engine>', 'what answers', ENGINE_NAMES).default(DEFAULTS.engine),
    )
    .option('--trino-url <url>', 'address of a Trino coordinator, for --engine trino')
    .option('--skip-unreadable', 'pass over lines and files that cannot be read, and count them');
}

/** Adds the commands `edgepass logs …`. */
export function addLogCommands(program: Command, context: CommandContext, finish: Finish): void {
  const logs = program.command('logs').description('ask CloudFront access logs');
  logs
    .command('list')
    .description('list the questions that can be asked')
    .action(async () => {
      const { runLogsList } = await import('#cli/logs/list-queries');
      await finish(runLogsList(context));
    });
  readingLogs(
    logs
      .command('query')
      .description('answer one question over log files of any form (v1, v2 text, JSON, Parquet)')
      .argument('<name>', 'name of the query, see `logs list`'),
  )
    .option('--tenant <id>', 'only requests for the paths of this tenant')
    .option('--set <name=value...>', 'parameters of the query, see `logs list`')
    .option('--public-keys <file>', 'JSON file of public keys: signatures in evidence are verified')
    .addOption(formatOption())
    .action(async (name: string, options: LogsQueryOptions) => {
      const { runLogsQuery } = await import('#cli/logs/query-logs');
      await finish(runLogsQuery(context, name, options));
    });
  readingLogs(
    logs
      .command('report')
      .description(
        'draw what the logs say: one HTML file that loads nothing, and where asked a PNG',
      ),
  )
    .addOption(new Option('--out <file>', 'HTML file').default(DEFAULTS.reportFile))
    .option('--png <file>', 'PNG file')
    .action(async (options: LogsReportOptions) => {
      const { runLogsReport } = await import('#cli/logs/report-logs');
      await finish(runLogsReport(context, options));
    });
  logs
    .command('generate')
    .description('generate logs with planted truth: into a folder, or to check the classifier')
    .addOption(
      new Option(
        '--out <folder>',
        'empty folder for logs, issuance records and public keys',
      ).conflicts('check'),
    )
    .addOption(
      choiceOption('--form <form>', 'how logs are written', FORMS)
        .default(generate.form)
        .conflicts('check'),
    )
    .addOption(wholeOption('--lines <count>', 'requests', LIMITS.lines))
    .addOption(wholeOption('--tenants <count>', 'tenants', LIMITS.tenants))
    .addOption(wholeOption('--seed <number>', 'the same seed gives the same logs', LIMITS.seed))
    .addOption(
      new Option('--start <time>', 'RFC 3339 time of the day').default(undefined, 'yesterday'),
    )
    .option('--check', 'write nothing: name the causes and print how many are exact')
    .action(async (options: LogsGenerateOptions) => {
      const { runLogsGenerate } = await import('#cli/logs/generate-logs');
      await finish(runLogsGenerate(context, options));
    });
}

/** Adds the commands that ask about one file, person or request. */
export function addRequestCommands(
  program: Command,
  context: CommandContext,
  finish: Finish,
): void {
  readingLogs(
    program
      .command('who-opened')
      .description(
        'say who opened a file, or what a person or a grant opened, and how sure that is',
      )
      .argument('<subject>', 'a file id, a path, a user hash, or the fingerprint of a grant'),
  )
    .addOption(
      choiceOption('--as <subject>', 'where the argument could be two of them', SUBJECT_NAMES),
    )
    .addOption(formatOption())
    .action(async (subject: string, options: WhoOpenedOptions) => {
      const { runWhoOpened } = await import('#cli/logs/who-opened');
      await finish(runWhoOpened(context, subject, options));
    });
  readingLogs(
    program
      .command('explain-403')
      .description('say why one request was refused, how sure that is, and what to do next')
      .argument('<request>', 'a request id, a log line, a JSON request, or - for standard input'),
  )
    .option('--public-keys <file>', 'JSON file of public keys: signatures in evidence are verified')
    .action(async (request: string, options: Explain403Options) => {
      const { runExplain403 } = await import('#cli/logs/explain-403');
      await finish(runExplain403(context, request, options));
    });
}
