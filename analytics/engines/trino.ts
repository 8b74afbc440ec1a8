import { setTimeout as sleep } from 'node:timers/promises';
import { LOOPBACK_HOST } from '#core/contract/loopback';
import { InputError } from '#core/errors';
import type { Secret } from '#core/secret';
import type { Cell, QueryEngine, QueryResult } from './engine';
import { QueryEngineError } from './query-engine-error';
import { parseTypedCell } from './typed-cell';

const RETRIED_STATUSES: readonly number[] = [429, 502, 503, 504];
const TRIES_MAX = 8;
const RETRY_MILLISECONDS = 100;
const ROWS_MAX = 1_000_000;

export interface TrinoSettings {
  /** Address of the coordinator: `https://trino.example.com:8443`. */
  readonly url: string;
  readonly user: string;
  /** The password. It is sent only over TLS or to loopback. */
  readonly password?: Secret;
  /** @default awsdatacatalog, as Athena names it */
  readonly catalog?: string;
  /** Name of the Glue database. */
  readonly schema: string;
  /** When aborted, the running statement is stopped, on the server too. */
  readonly signal?: AbortSignal;
  readonly fetch?: typeof globalThis.fetch;
  /** Milliseconds before the first retry; doubles each time. @default 100 */
  readonly retryMilliseconds?: number;
}

/** One answer of Trino's protocol. @see https://trino.io/docs/current/develop/client-protocol.html */
interface Page {
  readonly nextUri?: string;
  readonly columns?: readonly { readonly name: string; readonly type: string }[];
  readonly data?: readonly (readonly unknown[])[];
  readonly failure?: string;
}

function parseServerUrl({ url, password }: TrinoSettings): URL {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const isSafe =
    parsed?.protocol === 'https:' ||
    (parsed?.protocol === 'http:' &&
      (password === undefined || LOOPBACK_HOST.test(parsed.hostname)));
  if (isSafe && parsed.username === '' && parsed.password === '') return parsed;
  throw new InputError({
    code: 'ERR_TRINO_URL',
    field: 'trino url',
    allowed:
      'an https URL without user and password, or http where no password is sent or to loopback',
    ...(!url.includes('@') && { received: url }),
  });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Parses JSON but keeps numbers as text, because JavaScript numbers cannot hold every bigint. */
function parseJson(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown, ...[context]: { source?: string }[]) =>
    typeof value === 'number' ? (context?.source ?? String(value)) : value,
  ) as unknown;
}

function readColumns(value: unknown): NonNullable<Page['columns']> {
  if (!Array.isArray(value)) throw new TypeError('its columns are no list');
  return value.map((column: unknown) => {
    if (!isRecord(column) || typeof column['name'] !== 'string')
      throw new TypeError('a column without a name');
    return { name: column['name'], type: String(column['type']) };
  });
}

function readRows(value: unknown): NonNullable<Page['data']> {
  if (Array.isArray(value) && value.every((row: unknown) => Array.isArray(row)))
    return value as unknown[][];
  throw new TypeError('its rows are no lists');
}

function readPage(text: string): Page {
  const page = parseJson(text);
  if (!isRecord(page)) throw new TypeError('no JSON object');
  const { nextUri, columns, data, error } = page;
  if (nextUri !== undefined && typeof nextUri !== 'string')
    throw new TypeError('its nextUri is no text');
  return {
    ...(nextUri !== undefined && { nextUri }),
    ...(columns != null && { columns: readColumns(columns) }),
    ...(data != null && { data: readRows(data) }),
    ...(isRecord(error) && {
      failure: `${String(error['errorName'])}: ${String(error['message'])}`,
    }),
  };
}

function toCell(type: string, value: unknown): Cell {
  if (value === null) return null;
  return parseTypedCell(type, typeof value === 'string' ? value : JSON.stringify(value));
}

/** Collects the pages of an answer. */
class Answer {
  #columns: NonNullable<Page['columns']> = [];
  readonly #rows: Cell[][] = [];

  add({ columns, data = [] }: Page): void {
    if (columns !== undefined) this.#columns = columns;
    if (this.#rows.length + data.length > ROWS_MAX)
      throw new TypeError(`more than ${ROWS_MAX} rows: ask for fewer`);
    for (const row of data) {
      if (row.length !== this.#columns.length)
        throw new TypeError(`a row of ${row.length} values for ${this.#columns.length} columns`);
      this.#rows.push(this.#columns.map(({ type }, at) => toCell(type, row[at])));
    }
  }

  result(): QueryResult {
    return { columns: this.#columns.map(({ name }) => name), rows: this.#rows };
  }
}

class TrinoEngine implements QueryEngine {
  /**
   * Trino's default of `query.max-length`. Trino counts characters, so the same number of bytes is
   * always accepted.
   */
  readonly statementBytesMax = 1_000_000;
  readonly #settings: TrinoSettings;
  readonly #url: URL;

  constructor(settings: TrinoSettings) {
    this.#settings = settings;
    this.#url = parseServerUrl(settings);
  }

  async run(sql: string): Promise<QueryResult> {
    const answer = new Answer();
    let next: string | undefined;
    try {
      let page = await this.#read(new URL('/v1/statement', this.#url).href, sql);
      for (;;) {
        next = page.nextUri;
        if (page.failure !== undefined) throw new QueryEngineError('Trino', page.failure);
        answer.add(page);
        if (next === undefined) return answer.result();
        page = await this.#read(this.#ownAddress(next));
      }
    } catch (error) {
      if (next !== undefined) await this.#cancel(next);
      throw this.#explain(error);
    }
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #headers(): Record<string, string> {
    const { user, password, catalog = 'awsdatacatalog', schema } = this.#settings;
    const basic = Buffer.from(`${user}:${password?.reveal() ?? ''}`).toString('base64');
    return {
      'x-trino-user': user,
      'x-trino-source': 'edgepass',
      'x-trino-catalog': catalog,
      'x-trino-schema': schema,
      'x-trino-time-zone': 'UTC',
      ...(password !== undefined && { authorization: `Basic ${basic}` }),
    };
  }

  #send(url: string, init: RequestInit): Promise<Response> {
    const { fetch = globalThis.fetch } = this.#settings;
    return fetch(url, { ...init, redirect: 'error', headers: this.#headers() });
  }

  /** Reads one page, with retries when the server is busy. */
  async #read(url: string, sql?: string): Promise<Page> {
    const { signal, retryMilliseconds = RETRY_MILLISECONDS } = this.#settings;
    const init: RequestInit = {
      ...(sql !== undefined && { method: 'POST', body: sql }),
      ...(signal !== undefined && { signal }),
    };
    for (let tries = 1; ; tries += 1) {
      const response = await this.#send(url, init);
      const text = await response.text();
      if (response.ok) return readPage(text);
      if (!RETRIED_STATUSES.includes(response.status) || tries === TRIES_MAX)
        throw new QueryEngineError('Trino', `status ${response.status} ${text}`);
      const pause = retryMilliseconds * 2 ** (tries - 1);
      await sleep(pause, undefined, signal === undefined ? {} : { signal });
    }
  }

  /**
   * The address of the next page. It must be on the same server, because the password is sent
   * along.
   */
  #ownAddress(address: string): string {
    if (URL.canParse(address) && new URL(address).origin === this.#url.origin) return address;
    throw new TypeError(`it goes on at ${address}, which is another server`);
  }

  async #cancel(address: string): Promise<void> {
    if (!URL.canParse(address) || new URL(address).origin !== this.#url.origin) return;
    // An error is ignored: the statement may already have ended.
    await this.#send(address, { method: 'DELETE' }).catch(() => undefined);
  }

  #explain(error: unknown): unknown {
    if (this.#settings.signal?.aborted === true) return this.#settings.signal.reason;
    if (error instanceof QueryEngineError || !(error instanceof Error)) return error;
    const cause = error.cause instanceof Error ? ` (${error.cause.message})` : '';
    return new QueryEngineError(
      'Trino',
      `no usable answer from ${this.#url.origin}: ${error.message}${cause}`,
      error,
    );
  }
}

/**
 * Creates an engine that uses a Trino server over HTTP.
 *
 * @throws {InputError} `ERR_TRINO_URL`
 */
export function createTrinoEngine(settings: TrinoSettings): QueryEngine {
  return new TrinoEngine(settings);
}
