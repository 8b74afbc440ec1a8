import { randomUUID } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { type QueryRunner, ScanLimitError, type TypedAnswer } from './query-runner';

const KEPT_MAX = 200;
const MILLISECONDS = 1_000;
/** The default quota of Athena for the running time of a statement. */
const RUN_MILLISECONDS_MAX = 30 * 60 * MILLISECONDS;

/** A statement that was accepted for execution. */
export interface AcceptedStatement {
  /** The text as the caller sent it. */
  readonly query: string;
  /** The text that is executed, with prepared statements and parameters filled in. */
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
  /** Aborted when the statement ends for any reason. */
  readonly ending: AbortController;
  state: State;
  reason?: string;
  completed?: number;
  bytesScanned: number;
  answer?: TypedAnswer;
}

/** The statements of this endpoint. They run one after the other. */
export class Executions {
  readonly #runner: Pick<QueryRunner, 'run'>;
  readonly #nowMilliseconds: () => number;
  readonly #executions = new LRUCache<string, Execution>({ max: KEPT_MAX });
  #last: Promise<void> = Promise.resolve();

  constructor(runner: Pick<QueryRunner, 'run'>, nowMilliseconds: () => number) {
    this.#runner = runner;
    this.#nowMilliseconds = nowMilliseconds;
  }

  /** Adds a statement to the queue and returns its id. */
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

  /** Stops a statement. A statement that has already ended is not changed. */
  stop(id: string): boolean {
    const execution = this.#executions.get(id);
    if (execution === undefined) return false;
    this.#end(execution, 'CANCELLED', 'Query was cancelled by user');
    return true;
  }

  /** Stops all statements and waits until none is running. */
  stopAll(): Promise<void> {
    for (const id of [...this.#executions.keys()]) this.stop(id);
    return this.#last;
  }

  /**
   * Returns the state of a statement in the form of Athena's API. Returns undefined if the
   * statement does not exist.
   */
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

  /** Returns the answer of a statement, or its state if it has no answer. */
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

  /** Sets the final state. A statement that has already ended is not changed. */
  #end(execution: Execution, state: State, reason?: string): void {
    if (execution.completed !== undefined) return;
    execution.state = state;
    execution.completed = this.#nowMilliseconds();
    if (reason !== undefined) execution.reason = reason;
    execution.ending.abort();
  }
}
