import { COMMON_PARAMETERS, listQueries, type QueryDescription } from '#analytics/catalog';
import type { QueryEngine, QueryResult } from '#analytics/engines/engine';
import { noticesAbout } from '#analytics/notices/window-facts';
import { fitVerdicts, type QueryValues, renderQuery } from '#analytics/render-query';
import { type PublicKeys, verifyPresented } from '#analytics/verification/verify-presented';
import { InputError } from '#core/errors';
import { parseTenantId } from '#core/tenancy/tenant-id';
import { type CommandContext, terminalWidth, writeLine } from '../context';
import { EXIT, type ExitCode } from '../exit-codes';
import { withProgress } from '../progress';
import { explainEmpty } from './empty-answer';
import { requireFields } from './missing-fields';
import type { EngineOptions } from './open-engine';
import { openWindow } from './open-window';
import { type OutputFormat, renderResult } from './output-format';
import { readPublicKeys } from './public-keys';
import { type QueryWindow, windowOf, type WindowOptions } from './query-window';

/** Options of every command that runs a query. */
export interface QuestionOptions extends EngineOptions, WindowOptions {
  /** JSON file with public keys. Signatures in the evidence are verified with them. */
  readonly publicKeys?: string;
  /** Only requests for paths of this tenant are read. @default - all tenants */
  readonly tenant?: string;
}

export interface LogsQueryOptions extends QuestionOptions {
  readonly set?: readonly string[];
  readonly format: OutputFormat;
}

/** Returns a query by its name. @throws {InputError} `ERR_QUERY_NAME` with the existing names */
export function findQuery(name: string): QueryDescription {
  const queries = listQueries();
  const found = queries.find((query) => query.name === name);
  if (found !== undefined) return found;
  const allowed = queries.map((query) => query.name).join(', ');
  throw new InputError({ code: 'ERR_QUERY_NAME', field: 'query', received: name, allowed });
}

function refuseSetting(received: string, allowed: string): never {
  throw new InputError({ code: 'ERR_PARAMETER', field: '--set', received, allowed });
}

function parseSettings(
  { name: queryName, ownParameters }: QueryDescription,
  settings: readonly string[],
): Record<string, string> {
  const own = ownParameters.map(({ name }) => name);
  return Object.fromEntries(
    settings.map((setting) => {
      const at = setting.indexOf('=');
      const name = setting.slice(0, at);
      if (at <= 0) return refuseSetting(setting, '<name>=<value>');
      // The common parameters have their own options, which would overwrite a value given here.
      if (COMMON_PARAMETERS.some((common) => common.name === name))
        return refuseSetting(
          setting,
          `the query's own parameters; there is --${name} for this one`,
        );
      if (!own.includes(name))
        return refuseSetting(
          setting,
          own.length === 0
            ? `nothing: ${queryName} has no parameters of its own`
            : `a parameter of ${queryName}: ${own.join(', ')}`,
        );
      return [name, setting.slice(at + 1)];
    }),
  );
}

export interface Question {
  readonly query: QueryDescription;
  /** Values of the query's own parameters. */
  readonly values?: QueryValues;
  readonly options: QuestionOptions;
}

function describeFitting(fitting: number, all: number): string {
  return `of ${all} verified signatures the ${fitting} that came most often fit into one statement; the others stay undecided (DuckDB has no such limit)`;
}

/** An opened engine, and the values and texts of one question. */
interface Asked {
  readonly engine: QueryEngine;
  readonly query: QueryDescription;
  readonly given: QueryValues;
  readonly window: QueryWindow;
  readonly keys: PublicKeys | undefined;
  readonly hoursBefore: number;
}

async function askEngine(context: CommandContext, asked: Asked): Promise<QueryResult> {
  const { engine, query, given, keys, hoursBefore } = asked;
  const sql = renderQuery(query, given, { hoursBefore });
  if (keys === undefined) return await withProgress(context, 'asking', () => engine.run(sql));
  const verdicts = await withProgress(context, 'verifying signatures', () =>
    verifyPresented(engine, keys, { ...asked.window, hoursBefore }),
  );
  const fitting = fitVerdicts(verdicts, sql, engine.statementBytesMax);
  if (fitting.length < verdicts.length)
    writeLine(context.errorOutput, describeFitting(fitting.length, verdicts.length));
  const verified = renderQuery(query, given, { verdicts: fitting, hoursBefore });
  return await withProgress(context, 'asking', () => engine.run(verified));
}

/**
 * Runs one query over the logs that the options select. An empty answer is explained on standard
 * error.
 */
export async function askLogs(
  context: CommandContext,
  { query, values, options }: Question,
): Promise<QueryResult> {
  const window = windowOf(context, options);
  const { tenant } = options;
  const given = {
    ...values,
    ...window,
    ...(tenant !== undefined && { tenant: parseTenantId(tenant) }),
  };
  // The SQL is built before a file is opened, so that a wrong value is reported first.
  renderQuery(query, given);
  const keys = options.publicKeys === undefined ? undefined : readPublicKeys(options.publicKeys);
  const { engine, description, facts, hoursBefore, ...opened } = await openWindow(
    context,
    options,
    { window, readsTextOnce: query.cost === 'high' || keys !== undefined },
  );
  try {
    const period = `${window.from} to ${window.to}`;
    writeLine(context.errorOutput, `${query.question}  ${period}, ${description}`);
    for (const notice of noticesAbout(facts, query)) writeLine(context.errorOutput, notice);
    await requireFields(context, engine, query);
    const result = await askEngine(context, { engine, query, given, window, keys, hoursBefore });
    if (result.rows.length === 0) writeLine(context.errorOutput, explainEmpty(facts, query, given));
    return result;
  } finally {
    await opened.close();
  }
}

/** Runs one query and prints the rows. */
export async function runLogsQuery(
  context: CommandContext,
  name: string,
  options: LogsQueryOptions,
): Promise<ExitCode> {
  const query = findQuery(name);
  const values = parseSettings(query, options.set ?? []);
  const result = await askLogs(context, { query, values, options });
  context.output.write(renderResult(result, options.format, terminalWidth(context.output)));
  return EXIT.done;
}
