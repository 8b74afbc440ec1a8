import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  type GeneratedRequest,
  generateLogs,
  type GeneratorSettings,
} from '#analytics/generator/generate';
import {
  checkPlantedTruth,
  KNOWLEDGE,
  type PlantedTruthRow,
} from '#analytics/generator/planted-truth';
import { writeIssuedGrants, writeLogs, writeParquetLogs } from '#analytics/generator/write-logs';
import { parseTime } from '#analytics/parameters';
import { addSeconds, epochSeconds, toRfc3339 } from '#core/clock';
import { InputError } from '#core/errors';
import { type CommandContext, writeLine } from '../context';
import { countOf } from '../count-of';
import { EXIT, type ExitCode } from '../exit-codes';
import { ownCommand } from '../own-command';
import { withProgress } from '../progress';
import type { FORMS } from './option-choices';
import { renderResult } from './output-format';

const DAY_MILLISECONDS = 86_400_000;
const PROGRESS_MILLISECONDS = 1_000;
type Form = (typeof FORMS)[number];

export interface LogsGenerateOptions {
  readonly out?: string;
  readonly form: Form;
  readonly lines: number;
  readonly seed: number;
  readonly tenants: number;
  /** Midnight at the start of the generated day, RFC 3339. */
  readonly start?: string;
  readonly check?: boolean;
}

/** Parses the start of the day: midnight UTC in seconds. The default is the start of yesterday. */
function parseStart({ nowMilliseconds }: CommandContext, text: string | undefined): number {
  const milliseconds =
    text === undefined ? nowMilliseconds() - DAY_MILLISECONDS : parseTime('--start', text);
  return Math.floor(milliseconds / DAY_MILLISECONDS) * (DAY_MILLISECONDS / 1_000);
}

function parseSettings(context: CommandContext, options: LogsGenerateOptions): GeneratorSettings {
  return {
    requests: options.lines,
    seed: options.seed,
    tenants: options.tenants,
    startEpoch: parseStart(context, options.start),
  };
}

/** Returns why a folder cannot be used, or undefined if it exists and is empty. */
function findProblem(folder: string): string | undefined {
  if (folder === '') return 'nothing';
  try {
    mkdirSync(folder, { recursive: true });
    return readdirSync(folder).length === 0 ? undefined : `${folder}, which is not empty`;
  } catch {
    return `${folder}, where no folder can be made`;
  }
}

function takeFolder(folder = ''): string {
  const problem = findProblem(folder);
  if (problem === undefined) return folder;
  throw new InputError({
    code: 'ERR_GENERATE',
    field: '--out',
    received: problem,
    allowed: 'a folder that is empty or does not exist',
  });
}

/** Passes the requests on and prints one line of progress every second. */
function* watch(
  context: CommandContext,
  requests: Iterable<GeneratedRequest>,
  total: number,
): Generator<GeneratedRequest> {
  let told = context.nowMilliseconds();
  let count = 0;
  for (const request of requests) {
    yield request;
    count += 1;
    if (count % 1_000 !== 0 || context.nowMilliseconds() - told < PROGRESS_MILLISECONDS) continue;
    told = context.nowMilliseconds();
    writeLine(context.errorOutput, `generated ${count} of ${total} lines`);
  }
}

/** Quotes the name of a folder, so that a shell reads it as one word. */
function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

async function writeEverything(
  context: CommandContext,
  settings: GeneratorSettings,
  { folder, form }: { readonly folder: string; readonly form: Form },
): Promise<void> {
  const { requests, issuedGrants, publicKeys } = generateLogs(settings);
  const watched = watch(context, requests, settings.requests);
  const logs = path.join(folder, 'logs');
  if (form === 'v2-parquet') await writeParquetLogs(logs, watched);
  else writeLogs(logs, form, watched);
  writeIssuedGrants(logs, issuedGrants);
  const keys = path.join(folder, 'public-keys.json');
  writeFileSync(keys, `${JSON.stringify(publicKeys, null, 2)}\n`);
  const from = epochSeconds(settings.startEpoch);
  const to = addSeconds(from, DAY_MILLISECONDS / 1_000);
  writeLine(
    context.output,
    `${countOf(settings.requests, 'line')} as ${form} in ${logs}, public keys in ${keys}`,
  );
  writeLine(
    context.output,
    `${ownCommand()} logs query causes-by-tenant --source ${shellWord(logs)} --from ${toRfc3339(from)} --to ${toRfc3339(to)} --public-keys ${shellWord(keys)}`,
  );
}

function printTruth(context: CommandContext, rows: readonly PlantedTruthRow[]): boolean {
  const columns = ['kind', 'cause that can be known', 'lines', 'exact'];
  const cells = rows.map(({ kind, cause, lines, exact }) => [
    kind,
    cause ?? '(not refused)',
    lines,
    exact,
  ]);
  context.output.write(renderResult({ columns, rows: cells }, 'table'));
  return rows.every(({ lines, exact }) => lines === exact);
}

/**
 * Determines the causes of generated refusals and counts how many are correct, with less and with
 * more log data.
 */
async function checkTruth(context: CommandContext, settings: GeneratorSettings): Promise<ExitCode> {
  let isExact = true;
  for (const knowledge of KNOWLEDGE) {
    writeLine(context.output, `\nWith ${knowledge}, ${countOf(settings.requests, 'line')}:`);
    const rows = await withProgress(context, `generating and asking with ${knowledge}`, () =>
      checkPlantedTruth({ ...settings, knowledge }),
    );
    isExact = printTruth(context, rows) && isExact;
  }
  writeLine(context.output, `\n${isExact ? 'every line is exact' : 'NOT every line is exact'}`);
  return isExact ? EXIT.done : EXIT.refused;
}

/**
 * Generates logs with known causes: into a folder, or to check how well the queries find the
 * causes.
 */
export async function runLogsGenerate(
  context: CommandContext,
  options: LogsGenerateOptions,
): Promise<ExitCode> {
  const settings = parseSettings(context, options);
  if (options.check === true) return checkTruth(context, settings);
  const { form } = options;
  await writeEverything(context, settings, { folder: takeFolder(options.out), form });
  return EXIT.done;
}
