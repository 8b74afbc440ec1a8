import { randomUUID } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { type QueryRunner, ScanLimitError, type TypedAnswer } from './query-runner';

const KEPT_MAX = 200;
const MILLISECONDS = 1_000;
/** Athena's own quota for a statement, unless one asks for more. */
const RUN_MILLISECONDS_MAX = 30 * 60 * MILLISECONDS;

/** A statement that was accepted. */
export interface AcceptedStatement {
  /** As it was given. */
  readonly query: string;
  /** What runs: the text itself, or that of the prepared statement. */
  readonly sql: string;
  /** A value for each `?`, as SQL, separated by commas. */
  readonly values: string;
  readonly database: string;
  readonly catalog: string;
  readonly workgroup: string;
  readonly bytesMax: number;
}

type State = 'QUEUED' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED';

interface Execution {
  readonly id: string;
  readonly statement: AcceptedStatement;
  readonly submitted: number;
  /** Aborted when it ends, whoever ends it. */
  readonly ending: AbortController;
  state: State;
  reason?: string;
  completed?: number;
  bytesScanned: number;
  answer?: TypedAnswer;
}

/** The statements of this endpoint, run one after the other. */
export class Executions {
  readonly #runner: Pick<QueryRunner, 'run'>;
  readonly #nowMilliseconds: () => number;
  readonly #executions = new LRUCache<string, Execution>({ max: KEPT_MAX });
  #last: Promise<void> = Promise.resolve();

  constructor(runner: Pick<QueryRunner, 'run'>, nowMilliseconds: () => number) {
    this.#runner = runner;
    this.#nowMilliseconds = nowMilliseconds;
  }

  /** Queues a statement and names it. */
  start(statement: AcceptedStatement): string {
    const submitted = this.#nowMilliseconds();
    const execution: Execution = {
      id: randomUUID(),
      statement,
      submitted,
      ending: new AbortController(),
      state: 'QUEUED',
      bytesScanned: 0,
    };
    this.#executions.set(execution.id, execution);
    this.#last = this.#last.then(() => this.#run(execution));
    return execution.id;
  }

  /** Ends a statement; one that has ended stays as it is. */
  stop(id: string): boolean {
    const execution = this.#executions.get(id);
    if (execution === undefined) return false;
    this.#end(execution, 'CANCELLED', 'Query was cancelled by user');
    return true;
  }

  /** Ends every statement, and waits until none runs any more. */
  stopAll(): Promise<void> {
    for (const id of [...this.#executions.keys()]) this.stop(id);
    return this.#last;
  }

  /** State of a statement as Athena's API tells it; undefined when there is no such statement. */
  describe(id: string): Readonly<Record<string, unknown>> | undefined {
    const execution = this.#executions.get(id);
    if (execution === undefined) return undefined;
    const { statement, state, reason, submitted, completed, bytesScanned } = execution;
    const took = (completed ?? this.#nowMilliseconds()) - submitted;
    return {
      QueryExecutionId: id,
      Query: statement.query,
      StatementType: 'DML',
      QueryExecutionContext: { Database: statement.database, Catalog: statement.catalog },
      WorkGroup: statement.workgroup,
      Status: {
        State: state,
        SubmissionDateTime: submitted / MILLISECONDS,
        ...(completed !== undefined && { CompletionDateTime: completed / MILLISECONDS }),
        ...(reason !== undefined && { StateChangeReason: reason }),
      },
      Statistics: {
        DataScannedInBytes: bytesScanned,
        EngineExecutionTimeInMillis: took,
        TotalExecutionTimeInMillis: took,
      },
    };
  }

  /** The answer of a statement, or the state that it is in instead. */
  answerOf(id: string): TypedAnswer | State | undefined {
    const execution = this.#executions.get(id);
    return execution?.answer ?? execution?.state;
  }

  async #run(execution: Execution): Promise<void> {
    const { statement, ending } = execution;
    if (ending.signal.aborted) return;
    execution.state = 'RUNNING';
    const limit = setTimeout(() => {
      this.#end(execution, 'FAILED', 'Query timeout');
    }, RUN_MILLISECONDS_MAX);
    try {
      const onScanned = (bytes: number): void => {
        execution.bytesScanned = bytes;
      };
      const answer = await this.#runner.run(statement, { onScanned, signal: ending.signal });
      if (execution.completed === undefined) execution.answer = answer;
      this.#end(execution, 'SUCCEEDED');
    } catch (error) {
      const state = error instanceof ScanLimitError ? 'CANCELLED' : 'FAILED';
      this.#end(execution, state, error instanceof Error ? error.message : String(error));
    } finally {
      clearTimeout(limit);
    }
  }

  /** One that has ended stays as it is. */
  #end(execution: Execution, state: State, reason?: string): void {
    if (execution.completed !== undefined) return;
    execution.state = state;
    execution.completed = this.#nowMilliseconds();
    if (reason !== undefined) execution.reason = reason;
    execution.ending.abort();
  }
}
