import { rowObjects } from '../../analytics/engines/row-objects';
import type { QueryValues } from '../../analytics/render-query';
import { InputError } from '../../core/errors';
import { writeLine, type CommandContext } from '../context';
import { EXIT, type ExitCode } from '../exit-codes';
import type { EngineOptions } from './open-engine';
import { parseFormat, renderResult } from './output-format';
import { askLogs, findQuery } from './query-logs';
import type { WindowOptions } from './query-window';

export interface WhoOpenedOptions extends EngineOptions, WindowOptions {
  /** What the argument is, where it could be two things: `file`, `path` or `user`. */
  readonly as?: string;
  readonly format?: string;
}

/** Parameter of the query by what the argument is. */
const PARAMETERS = { file: 'file_id', path: 'path', user: 'user_hash' } as const;
type Subject = keyof typeof PARAMETERS;

const USER_HASH = /^[\w-]{22}$/;
const FILE_ID = /^[^/\s]{1,256}$/;

function guessSubject(text: string): Subject | undefined {
  if (text.startsWith('/')) return 'path';
  if (USER_HASH.test(text)) return 'user';
  return FILE_ID.test(text) ? 'file' : undefined;
}

function parseSubject(text: string, as: string | undefined): QueryValues {
  const subject =
    as === undefined
      ? guessSubject(text)
      : (Object.keys(PARAMETERS) as Subject[]).find((known) => known === as);
  if (subject !== undefined) return { [PARAMETERS[subject]]: text };
  throw new InputError({
    code: 'ERR_WHO_OPENED',
    field: as === undefined ? 'subject' : '--as',
    received: as ?? text,
    allowed:
      as === undefined
        ? 'a file id, a path that begins with /, or a user hash of 22 characters'
        : Object.keys(PARAMETERS).join(', '),
  });
}

/** Prints who opened a file, or what a person opened, and how sure each answer is. */
export async function runWhoOpened(
  context: CommandContext,
  subject: string,
  options: WhoOpenedOptions,
): Promise<ExitCode> {
  const format = parseFormat(options.format);
  const values = parseSubject(subject, options.as);
  const result = await askLogs(context, { query: findQuery('who-opened'), values, options });
  context.output.write(renderResult(result, format));
  const rows = rowObjects(result);
  const count = (sure: string): number => rows.filter((row) => row['sure'] === sure).length;
  writeLine(
    context.errorOutput,
    `${rows.length} rows: ${count('one person')} of one person, ${count('a set of people')} of a set of people, ${count('cannot be known')} that cannot be known`,
  );
  return EXIT.done;
}
