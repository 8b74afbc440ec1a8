import { setTimeout as sleep } from 'node:timers/promises';
import {
  type AthenaClient,
  type ColumnInfo,
  type Datum,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  type QueryExecution,
  type Row,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import type { Cell, QueryEngine, QueryResult } from './engine';
import { QueryEngineError } from './query-engine-error';
import { parseTypedCell } from './typed-cell';

/**
 * List price in most AWS regions.
 *
 * @see https://aws.amazon.com/athena/pricing/
 */
const USD_PER_TERABYTE_DEFAULT = 5;
/** @see https://docs.aws.amazon.com/athena/latest/ug/service-limits.html */
const STATEMENT_BYTES_MAX = 262_144;
const BYTES_PER_TERABYTE = 1e12;
/** Athena bills at least this much for a query. */
const BILLED_BYTES_MIN = 10e6;

const FIRST_POLL_MILLISECONDS = 100;
const POLL_MILLISECONDS_MAX = 2_000;
const ROWS_PER_PAGE = 1_000;

/** The costs of one statement. */
export interface AthenaStatistics {
  readonly queryExecutionId: string;
  readonly bytesScanned: number;
  readonly costUsd: number;
  /** Time that Athena worked on it, in milliseconds. */
  readonly engineMilliseconds: number;
}

export interface AthenaSettings {
  readonly client: Pick<AthenaClient, 'send'>;
  readonly workgroup: string;
  /** Name of the Glue database. */
  readonly database: string;
  /** @default AwsDataCatalog */
  readonly catalog?: string;
  /** When aborted, the running statement is stopped, at Athena too. */
  readonly signal?: AbortSignal;
  /** @default 5 */
  readonly usdPerTerabyte?: number;
  /** Called with the state after each poll. */
  readonly onState?: (state: string) => void;
  /** Called once for every statement that ended. Athena also bills statements that failed. */
  readonly onStatistics?: (statistics: AthenaStatistics) => void;
  /**
   * Milliseconds before the second poll. Each pause is half as long again as the one before.
   *
   * @default 100
   */
  readonly firstPollMilliseconds?: number;
}

/**
 * US dollars that Athena bills for one statement. A terabyte is 10^12 bytes here, so the result is
 * never less than the bill.
 */
export function costOf(bytesScanned: number, usdPerTerabyte: number): number {
  if (bytesScanned === 0) return 0;
  return (Math.max(bytesScanned, BILLED_BYTES_MIN) / BYTES_PER_TERABYTE) * usdPerTerabyte;
}

function toCell({ Type = 'varchar' }: ColumnInfo, { VarCharValue: text }: Datum): Cell {
  return text === undefined ? null : parseTypedCell(Type, text);
}

function toRow(columns: readonly ColumnInfo[], { Data = [] }: Row): Cell[] {
  if (Data.length !== columns.length)
    throw new TypeError(`a row of ${Data.length} values for ${columns.length} columns`);
  return columns.map((column, at) => toCell(column, Data[at] ?? {}));
}

class AthenaStatement {
  readonly #settings: AthenaSettings;
  readonly #id: string;

  constructor(settings: AthenaSettings, queryExecutionId: string) {
    this.#settings = settings;
    this.#id = queryExecutionId;
  }

  /** Waits until the statement ended. @throws QueryEngineError when it did not succeed */
  async waitForEnd(): Promise<void> {
    const { signal, onState } = this.#settings;
    let pause = this.#settings.firstPollMilliseconds ?? FIRST_POLL_MILLISECONDS;
    for (;;) {
      const execution = await this.#read();
      const { State = 'QUEUED', StateChangeReason = 'no reason given' } = execution.Status ?? {};
      onState?.(State);
      if (State !== 'QUEUED' && State !== 'RUNNING') {
        this.#report(execution);
        if (State === 'SUCCEEDED') return;
        throw new QueryEngineError('Athena', `${State.toLowerCase()}: ${StateChangeReason}`);
      }
      await sleep(pause, undefined, signal === undefined ? {} : { signal });
      pause = Math.min(pause * 1.5, POLL_MILLISECONDS_MAX);
    }
  }

  async readResult(): Promise<QueryResult> {
    let columns: readonly ColumnInfo[] = [];
    const rows: Row[] = [];
    for await (const page of this.#pages()) {
      columns = page.columns;
      rows.push(...page.rows);
    }
    return {
      columns: columns.map(({ Name = '' }) => Name),
      // The first row of an answer holds the column names.
      rows: rows.slice(1).map((row) => toRow(columns, row)),
    };
  }

  /**
   * Asks Athena to stop the statement. An error is ignored: the statement may already have ended.
   */
  async stop(): Promise<void> {
    const { client } = this.#settings;
    await client
      .send(new StopQueryExecutionCommand({ QueryExecutionId: this.#id }))
      .catch(() => undefined);
  }

  async #read(): Promise<QueryExecution> {
    const { client, signal } = this.#settings;
    const { QueryExecution: execution } = await client.send(
      new GetQueryExecutionCommand({ QueryExecutionId: this.#id }),
      { ...(signal !== undefined && { abortSignal: signal }) },
    );
    return execution ?? {};
  }

  async *#pages(): AsyncGenerator<{ columns: readonly ColumnInfo[]; rows: readonly Row[] }> {
    const { client, signal } = this.#settings;
    let next: string | undefined;
    do {
      const { ResultSet, NextToken } = await client.send(
        new GetQueryResultsCommand({
          QueryExecutionId: this.#id,
          MaxResults: ROWS_PER_PAGE,
          NextToken: next,
        }),
        { ...(signal !== undefined && { abortSignal: signal }) },
      );
      yield {
        columns: ResultSet?.ResultSetMetadata?.ColumnInfo ?? [],
        rows: ResultSet?.Rows ?? [],
      };
      next = NextToken;
    } while (next !== undefined);
  }

  #report({ Statistics = {} }: QueryExecution): void {
    const { DataScannedInBytes: bytesScanned = 0, EngineExecutionTimeInMillis = 0 } = Statistics;
    const { usdPerTerabyte = USD_PER_TERABYTE_DEFAULT, onStatistics } = this.#settings;
    onStatistics?.({
      queryExecutionId: this.#id,
      bytesScanned,
      costUsd: costOf(bytesScanned, usdPerTerabyte),
      engineMilliseconds: EngineExecutionTimeInMillis,
    });
  }
}

async function startStatement(settings: AthenaSettings, sql: string): Promise<AthenaStatement> {
  const { client, workgroup, database, catalog = 'AwsDataCatalog', signal } = settings;
  signal?.throwIfAborted();
  // The signal is not passed on. If the call were aborted, Athena could run a statement whose id is
  // not known here, and nobody could stop it.
  const { QueryExecutionId: id } = await client.send(
    new StartQueryExecutionCommand({
      QueryString: sql,
      WorkGroup: workgroup,
      QueryExecutionContext: { Database: database, Catalog: catalog },
    }),
  );
  if (id === undefined) throw new QueryEngineError('Athena', 'it named no query execution');
  return new AthenaStatement(settings, id);
}

/**
 * An engine that runs statements on Athena. The workgroup decides about encryption, results and the
 * limit of bytes.
 */
export function createAthenaEngine(settings: AthenaSettings): QueryEngine {
  return {
    statementBytesMax: STATEMENT_BYTES_MAX,
    run: async (sql) => {
      const { signal } = settings;
      let statement: AthenaStatement | undefined;
      try {
        statement = await startStatement(settings, sql);
        await statement.waitForEnd();
        return await statement.readResult();
      } catch (error) {
        if (error instanceof QueryEngineError) throw error;
        // The statement may still run and cost money although nobody waits for the answer.
        await statement?.stop();
        if (signal?.aborted === true) throw signal.reason;
        if (!(error instanceof Error)) throw error;
        throw new QueryEngineError('Athena', `${error.name}: ${error.message}`, error);
      }
    },
    close: () => Promise.resolve(),
  };
}
