import { existsSync } from 'node:fs';
import { listQueries, type QueryDescription } from '../../analytics/catalog';
import { createDuckDbEngine } from '../../analytics/engines/duckdb';
import { partitionOf } from '../../analytics/parameters';
import { findLogFiles, type LogFile } from '../../analytics/records/log-file';
import { renderQuery, type QueryValues } from '../../analytics/render-query';
import { addSeconds, toRfc3339 } from '../../core/clock';
import { InputError } from '../../core/errors';
import { writeLine, type CommandContext } from '../context';
import { EXIT, type ExitCode } from '../exit-codes';
import { OUTPUT_FORMATS, renderResult, type OutputFormat } from './output-format';

/** Logs arrive up to a day late, so that the last two days are looked at unless told otherwise (L-08). */
const WINDOW_SECONDS_DEFAULT = 48 * 3_600;

export interface LogsQueryOptions {
  readonly source: string;
  readonly from?: string;
  readonly to?: string;
  readonly set?: readonly string[];
  readonly format?: string;
}

function findQuery(name: string): QueryDescription {
  const queries = listQueries();
  const found = queries.find((query) => query.name === name);
  if (found !== undefined) return found;
  const allowed = queries.map((query) => query.name).join(', ');
  throw new InputError({ code: 'ERR_QUERY_NAME', field: 'query', received: name, allowed });
}

function parseFormat(text: string | undefined): OutputFormat {
  const found = OUTPUT_FORMATS.find((format) => format === (text ?? 'table'));
  if (found !== undefined) return found;
  throw new InputError({
    code: 'ERR_FORMAT',
    field: '--format',
    received: text ?? '',
    allowed: OUTPUT_FORMATS.join(', '),
  });
}

function parseSettings(settings: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    settings.map((setting) => {
      const at = setting.indexOf('=');
      if (at > 0) return [setting.slice(0, at), setting.slice(at + 1)];
      throw new InputError({
        code: 'ERR_PARAMETER',
        field: '--set',
        received: setting,
        allowed: '<name>=<value>',
      });
    }),
  );
}

function readSource(folder: string): readonly LogFile[] {
  if (!existsSync(folder)) {
    throw new InputError({
      code: 'ERR_SOURCE',
      field: '--source',
      received: folder,
      allowed: 'a folder with log files',
    });
  }
  const files = findLogFiles(folder);
  if (files.length > 0) return files;
  throw new InputError({
    code: 'ERR_SOURCE',
    field: '--source',
    received: `${folder}, which is empty`,
    allowed: 'a folder with log files',
  });
}

function valuesOf(
  context: CommandContext,
  options: LogsQueryOptions,
): QueryValues & { from: string; to: string } {
  const now = context.clock.now();
  return {
    ...parseSettings(options.set ?? []),
    from: options.from ?? toRfc3339(addSeconds(now, -WINDOW_SECONDS_DEFAULT)),
    to: options.to ?? toRfc3339(now),
  };
}

/** Answers one question over the log files of a folder, with DuckDB in this process. */
export async function runLogsQuery(
  context: CommandContext,
  name: string,
  options: LogsQueryOptions,
): Promise<ExitCode> {
  const query = findQuery(name);
  const format = parseFormat(options.format);
  const values = valuesOf(context, options);
  // Rendered first: a bad value is an error before any file is opened.
  const sql = renderQuery(query, values);
  const files = readSource(options.source);
  const partitions = { from: partitionOf(values.from), to: partitionOf(values.to) };
  writeLine(
    context.errorOutput,
    `${query.question}  ${values.from} to ${values.to}, ${files.length} files`,
  );
  const engine = await createDuckDbEngine({ files, partitions });
  try {
    context.output.write(renderResult(await engine.run(sql), format));
  } finally {
    await engine.close();
  }
  return EXIT.done;
}
