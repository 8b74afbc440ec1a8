import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { text as readText } from 'node:stream/consumers';
import { causeOf, explainRequest } from '#analytics/explain/explain-request';
import {
  type LoggedRequest,
  loggedRequestQuery,
  readLoggedRequest,
} from '#analytics/explain/logged-request';
import { TIMESTAMP_FIELDS, V1_FIELDS, V1_LATER_FIELDS } from '#analytics/fields';
import { parseTime } from '#analytics/parameters';
import { fieldsOfHeader } from '#analytics/records/log-file';
import { makeTemporaryFolder } from '#analytics/records/temporary-folder';
import { parsePublicKeys } from '#analytics/verification/verify-presented';
import { InputError } from '#core/errors';
import type { TrustedKeys } from '#core/verification/trusted-key';
import { type CommandContext, terminalWidth, writeLine } from '../context';
import { EXIT, type ExitCode } from '../exit-codes';
import { parseVerificationLine } from '../verify/parse-verification-line';
import { type Explained, renderExplanation } from './explanation-text';
import type { EngineOptions } from './open-engine';
import { readPublicKeys } from './public-keys';
import { askLogs } from './query-logs';
import type { WindowOptions } from './query-window';

export interface Explain403Options extends EngineOptions, WindowOptions {
  readonly publicKeys?: string;
}

const REQUEST_ID = /^[A-Za-z0-9_=-]{8,128}$/;

function refuseInput(received: string): never {
  throw new InputError({
    code: 'ERR_EXPLAIN',
    field: 'request',
    received,
    allowed: `a request id (x-edge-request-id), one line of a v1 log (${V1_FIELDS.length} to ${V1_FIELDS.length + V1_LATER_FIELDS.length} fields with tabs), one line of any text log below its #Fields line, one line of a v2 JSON log, a JSON request as \`edgepass verify\` takes it, or - for any of them on standard input`,
  });
}

const ID_FIELD = 'x-edge-request-id';
/** Stands for the id of a line that has none, so that the line can be found. */
const ID_OF_LINE = 'line-without-id';

function isJsonLogLine(text: string): boolean {
  try {
    const line = JSON.parse(text) as object;
    return ID_FIELD in line || 'cs-uri-stem' in line;
  } catch {
    return false;
  }
}

function hasNoId(id: unknown): boolean {
  return id === undefined || id === null || id === '' || id === '-';
}

/** The content of a log file with one line, and the values of the line by field. */
interface OneLine {
  readonly content: string;
  readonly values: ReadonlyMap<string, string>;
}

/** The names of the fields: those of the header before the line, or those of a v1 line. */
function namesFor(header: readonly string[], cells: readonly string[]): readonly string[] {
  const named = header.map(fieldsOfHeader).find((names) => names !== undefined);
  if (named !== undefined) {
    if (named.length === cells.length) return named;
    return refuseInput(`a line of ${cells.length} values below a #Fields line of ${named.length}`);
  }
  const names = [...V1_FIELDS.map(({ name }) => name), ...V1_LATER_FIELDS];
  if (cells.length < V1_FIELDS.length || cells.length > names.length)
    return refuseInput(`a line of ${cells.length} fields`);
  return names.slice(0, cells.length);
}

/** Turns one log line, with or without the header lines before it, into a log file. */
function toLogFile(text: string): OneLine {
  if (isJsonLogLine(text)) {
    const parsed = JSON.parse(text) as Record<string, unknown>;
    if (hasNoId(parsed[ID_FIELD])) parsed[ID_FIELD] = ID_OF_LINE;
    return {
      content: `${JSON.stringify(parsed)}\n`,
      values: new Map(Object.entries(parsed).map(([name, value]) => [name, String(value)])),
    };
  }
  const lines = text.split(/\r?\n/).filter((line) => line !== '');
  const header = lines.filter((line) => line.startsWith('#'));
  const [line = '', ...others] = lines.filter((one) => !one.startsWith('#'));
  if (others.length > 0) return refuseInput(`${others.length + 1} lines`);
  const cells = line.split('\t');
  const names = [...namesFor(header, cells)];
  const idAt = names.includes(ID_FIELD) ? names.indexOf(ID_FIELD) : names.push(ID_FIELD) - 1;
  if (hasNoId(cells[idAt])) cells[idAt] = ID_OF_LINE;
  return {
    content: `#Version: 1.0\n#Fields: ${names.join(' ')}\n${cells.join('\t')}\n`,
    values: new Map(names.map((name, at) => [name, cells[at] ?? ''])),
  };
}

/** The time of a line in milliseconds since the Unix epoch. */
function timeOf(values: ReadonlyMap<string, string>): number {
  const [date, time] = [values.get('date'), values.get('time')];
  if (date !== undefined && time !== undefined)
    return parseTime('date and time of the line', `${date}T${time}Z`);
  const milliseconds = Number(values.get(TIMESTAMP_FIELDS.milliseconds));
  const seconds = Number(values.get(TIMESTAMP_FIELDS.seconds));
  const found = [milliseconds, seconds * 1_000].find((one) => one > 0);
  // The query compares whole seconds.
  if (found !== undefined) return Math.floor(found / 1_000) * 1_000;
  throw new InputError({
    code: 'ERR_EXPLAIN',
    field: 'request',
    received: 'a log line without a time',
    allowed: `a line with date and time, or ${TIMESTAMP_FIELDS.milliseconds}, or ${TIMESTAMP_FIELDS.seconds}`,
  });
}

/** A request of the log; its line can lack the id. */
type FoundRequest = Omit<LoggedRequest, 'requestId'> & Pick<Explained, 'requestId'>;

async function findById(
  context: CommandContext,
  requestId: string,
  options: Explain403Options,
): Promise<LoggedRequest | undefined> {
  const query = loggedRequestQuery();
  return readLoggedRequest(
    await askLogs(context, { query, values: { request_id: requestId }, options }),
  );
}

async function findInLine(
  context: CommandContext,
  line: string,
  { publicKeys }: Explain403Options,
): Promise<FoundRequest | undefined> {
  const { content, values } = toLogFile(line);
  const milliseconds = timeOf(values);
  const folder = makeTemporaryFolder('edgepass-line-');
  try {
    writeFileSync(path.join(folder.path, 'line.log'), content, { mode: 0o600 });
    const from = new Date(milliseconds).toISOString();
    const to = new Date(milliseconds + 1_000).toISOString();
    const id = values.get(ID_FIELD) ?? '';
    const found = await findById(context, id, {
      engine: 'duckdb',
      source: folder.path,
      from,
      to,
      ...(publicKeys !== undefined && { publicKeys }),
    });
    if (found === undefined) return undefined;
    const requestId = id === ID_OF_LINE ? undefined : found.requestId;
    // Records of issued grants are not in the line.
    return { ...found, requestId, people: undefined };
  } finally {
    folder.remove();
  }
}

function explainLogged(logged: FoundRequest, trustedKeys: TrustedKeys | undefined): Explained {
  const { now, request, grantFrom } = logged;
  // Without the signature itself, nothing can be verified.
  const keys = grantFrom === 'evidence' ? trustedKeys : undefined;
  return { ...logged, explanation: explainRequest({ request, now, trustedKeys: keys }) };
}

/** Explains a request in JSON. Public keys in the request are used before those from a file. */
function explainJson(line: string, keys: TrustedKeys | undefined): Explained {
  const { request, context } = parseVerificationLine(line, new Map());
  const trustedKeys = new Map([...(keys ?? []), ...context.trustedKeys]);
  const explanation = explainRequest({ ...context, request, trustedKeys });
  const { allowed, failing, proven } = explanation;
  const cause = allowed ? undefined : causeOf(failing.map(({ reason }) => reason));
  return {
    requestId: undefined,
    now: context.now,
    request,
    status: allowed ? 200 : 403,
    answer: undefined,
    cause,
    // Same as in the query `refusals`: the cause `denied_unspecified` has no confidence.
    confidence: cause === undefined || cause === 'denied_unspecified' ? undefined : 'certain',
    proven,
    fingerprint: explanation.fingerprint,
    userHash: undefined,
    people: undefined,
    grantFrom: 'evidence',
    explanation,
  };
}

async function explain(
  context: CommandContext,
  given: string,
  options: Explain403Options,
): Promise<Explained | undefined> {
  const { publicKeys } = options;
  const keys = publicKeys === undefined ? undefined : parsePublicKeys(readPublicKeys(publicKeys));
  if (given.startsWith('{') && !isJsonLogLine(given)) return explainJson(given, keys);
  const isLine = given.startsWith('{') || given.includes('\t');
  if (!isLine && !REQUEST_ID.test(given))
    return refuseInput(`something else of ${given.length} characters`);
  const logged = isLine
    ? await findInLine(context, given, options)
    : await findById(context, given, options);
  return logged === undefined ? undefined : explainLogged(logged, keys);
}

/** Explains one refused request: the cause, how certain it is, and what to do next. */
export async function runExplain403(
  context: CommandContext,
  argument: string,
  options: Explain403Options,
): Promise<ExitCode> {
  const given = argument === '-' ? await readText(context.input) : argument;
  const explained = await explain(context, given.trim(), options);
  if (explained === undefined) {
    writeLine(
      context.errorOutput,
      'the logs hold no such request: they arrive up to a day late, and --from, --to and --source say where to look',
    );
    return EXIT.refused;
  }
  context.output.write(renderExplanation(explained, terminalWidth(context.output)));
  return EXIT.done;
}
