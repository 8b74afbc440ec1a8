import { rowObjects } from '#analytics/engines/row-objects';
import type { QueryValues } from '#analytics/render-query';
import { FINGERPRINT_CHARACTERS } from '#core/contract/fingerprint';
import { USER_HASH_CHARACTERS } from '#core/contract/identifiers';
import { InputError } from '#core/errors';
import { type CommandContext, terminalWidth, writeLine } from '../context';
import { countOf } from '../count-of';
import { EXIT, type ExitCode } from '../exit-codes';
import type { EngineOptions } from './open-engine';
import { SUBJECT_NAMES } from './option-choices';
import { type OutputFormat, renderResult } from './output-format';
import { askLogs, findQuery } from './query-logs';
import type { WindowOptions } from './query-window';

export interface WhoOpenedOptions extends EngineOptions, WindowOptions {
  /** What the argument is, if it is not clear: `file`, `path`, `user` or `grant`. */
  readonly as?: keyof typeof SUBJECTS;
  readonly format: OutputFormat;
}

const SUBJECTS = {
  path: { parameter: 'path', shape: /^\//, inWords: 'a path that begins with /' },
  user: {
    parameter: 'user_hash',
    shape: new RegExp(`^[\\w-]{${USER_HASH_CHARACTERS}}$`),
    inWords: `a user hash of ${USER_HASH_CHARACTERS} characters`,
  },
  grant: {
    parameter: 'fingerprint',
    // An id of 24 hexadecimal digits is more likely that of a file.
    shape: new RegExp(`^(?![0-9a-f]*$)[\\w~-]{${FINGERPRINT_CHARACTERS}}$`),
    inWords: `the fingerprint of a grant, ${FINGERPRINT_CHARACTERS} characters`,
  },
  // In the query, `-` means that no file id was given.
  file: { parameter: 'file_id', shape: /^(?!-$)[^/\s]{1,256}$/, inWords: 'a file id' },
} as const satisfies Record<(typeof SUBJECT_NAMES)[number], object>;

function parseSubject(text: string, as: WhoOpenedOptions['as']): QueryValues {
  const names = as === undefined ? SUBJECT_NAMES : [as];
  const subjects = names.map((name) => SUBJECTS[name]);
  const subject = subjects.find(({ shape }) => shape.test(text));
  if (subject !== undefined) return { [subject.parameter]: text };
  throw new InputError({
    code: 'ERR_WHO_OPENED',
    field: 'subject',
    received: text,
    allowed: subjects.map(({ inWords }) => inWords).join(', or '),
  });
}

/** Prints who opened a file, or what a person opened, and how certain each row is. */
export async function runWhoOpened(
  context: CommandContext,
  subject: string,
  options: WhoOpenedOptions,
): Promise<ExitCode> {
  const values = parseSubject(subject, options.as);
  const result = await askLogs(context, { query: findQuery('who-opened'), values, options });
  context.output.write(renderResult(result, options.format, terminalWidth(context.output)));
  const rows = rowObjects(result);
  const count = (sure: string): number => rows.filter((row) => row['sure'] === sure).length;
  writeLine(
    context.errorOutput,
    `${countOf(rows.length, 'row')}: ${count('one person')} of one person, ${count('a set of people')} of a set of people, ${count('cannot be known')} that cannot be known`,
  );
  return EXIT.done;
}
