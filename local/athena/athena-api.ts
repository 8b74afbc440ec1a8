import {
  type AthenaClient,
  GetPreparedStatementCommand,
  GetWorkGroupCommand,
  type WorkGroup,
} from '@aws-sdk/client-athena';
import type { Executions } from './executions';
import type { TypedAnswer } from './query-runner';
import { parseExecute, requireQuestion, requireValues, StatementError } from './statement-text';

const ROWS_PER_PAGE_MAX = 1_000;
const QUERY_BYTES_MAX = 262_144;

/** Athena would not accept this call. */
export class InvalidRequestError extends Error {
  override readonly name = 'InvalidRequestException';
}

type Input = Readonly<Record<string, unknown>>;
type Output = Readonly<Record<string, unknown>>;

export interface AthenaApiSettings {
  /** Client of the emulator, which stores workgroups and prepared statements. */
  readonly emulator: Pick<AthenaClient, 'send'>;
  readonly executions: Executions;
}

function textOf(input: Input, name: string, standard?: string): string {
  const value = input[name] ?? standard;
  if (typeof value === 'string' && value !== '') return value;
  throw new InvalidRequestError(`${name} is missing`);
}

function contextOf(input: Input): { database: string; catalog: string } {
  const context = (input['QueryExecutionContext'] ?? {}) as Input;
  return {
    database: textOf(context, 'Database', 'default'),
    catalog: textOf(context, 'Catalog', 'AwsDataCatalog'),
  };
}

/**
 * Returns one page of an answer. As in Athena, the first row of the first page of a SELECT is the
 * header.
 */
function renderPage(answer: TypedAnswer, start: number, count: number): Output {
  const header = answer.columns.map(({ name }) => name);
  const lines = [header, ...answer.rows];
  const Rows = lines.slice(start, start + count).map((line) => ({
    Data: line.map((text) => (text === null ? {} : { VarCharValue: text })),
  }));
  const ColumnInfo = answer.columns.map(({ name, type }) => ({
    CatalogName: 'hive',
    Name: name,
    Label: name,
    Type: type,
    Nullable: 'UNKNOWN',
  }));
  const next = start + count;
  return {
    ResultSet: { Rows, ResultSetMetadata: { ColumnInfo } },
    UpdateCount: 0,
    ...(next < lines.length && { NextToken: String(next) }),
  };
}

/**
 * The API calls of Athena that the emulator cannot answer, which are those that run statements.
 */
export class AthenaApi {
  readonly #settings: AthenaApiSettings;

  constructor(settings: AthenaApiSettings) {
    this.#settings = settings;
  }

  /**
   * Answers a call. Returns undefined if the emulator must answer it.
   *
   * @throws InvalidRequestError
   */
  async answer(action: string, input: Input): Promise<Output | undefined> {
    switch (action) {
      case 'StartQueryExecution':
        return { QueryExecutionId: await this.#start(input) };
      case 'GetQueryExecution':
        return { QueryExecution: this.#describe(textOf(input, 'QueryExecutionId')) };
      case 'GetQueryResults':
        return this.#results(input);
      case 'StopQueryExecution':
        return this.#stop(textOf(input, 'QueryExecutionId'));
      default:
        return undefined;
    }
  }

  async #start(input: Input): Promise<string> {
    const query = textOf(input, 'QueryString');
    if (Buffer.byteLength(query) > QUERY_BYTES_MAX)
      throw new InvalidRequestError(`QueryString is longer than ${QUERY_BYTES_MAX} bytes`);
    const workgroup = textOf(input, 'WorkGroup', 'primary');
    const { Configuration } = await this.#readWorkgroup(workgroup);
    const parameters = (input['ExecutionParameters'] ?? []) as readonly string[];
    return this.#settings.executions.start({
      query,
      ...(await this.#read(query, parameters, workgroup)),
      ...contextOf(input),
      workgroup,
      bytesMax: Configuration?.BytesScannedCutoffPerQuery ?? Number.POSITIVE_INFINITY,
    });
  }

  async #readWorkgroup(name: string): Promise<WorkGroup> {
    const { WorkGroup: found } = await this.#settings.emulator
      .send(new GetWorkGroupCommand({ WorkGroup: name }))
      .catch(() => ({ WorkGroup: undefined }));
    if (found === undefined) throw new InvalidRequestError(`WorkGroup ${name} is not found.`);
    if (found.State === 'DISABLED') throw new InvalidRequestError(`WorkGroup ${name} is disabled.`);
    return found;
  }

  /**
   * Returns the statement to run and its values: the text itself or, for `EXECUTE`, the prepared
   * statement.
   */
  async #read(
    query: string,
    parameters: readonly string[],
    workgroup: string,
  ): Promise<{ readonly sql: string; readonly values: string }> {
    try {
      const execute = parseExecute(query);
      const text =
        execute === undefined ? query : await this.#readPrepared(execute.name, workgroup);
      const values = parameters.length > 0 ? parameters.join(', ') : (execute?.values ?? '');
      return { sql: requireQuestion(text), values: requireValues(values) };
    } catch (error) {
      if (error instanceof StatementError) throw new InvalidRequestError(error.message);
      throw error;
    }
  }

  async #readPrepared(name: string, workgroup: string): Promise<string> {
    const { PreparedStatement } = await this.#settings.emulator
      .send(new GetPreparedStatementCommand({ StatementName: name, WorkGroup: workgroup }))
      .catch(() => ({ PreparedStatement: undefined }));
    const text = PreparedStatement?.QueryStatement;
    if (text !== undefined) return text;
    throw new StatementError(`PreparedStatement ${name} was not found in workGroup ${workgroup}`);
  }

  #describe(id: string): Output {
    const found = this.#settings.executions.describe(id);
    if (found === undefined) throw new InvalidRequestError(`QueryExecution ${id} was not found`);
    return found;
  }

  #results(input: Input): Output {
    const id = textOf(input, 'QueryExecutionId');
    const answer = this.#settings.executions.answerOf(id);
    if (answer === undefined) throw new InvalidRequestError(`QueryExecution ${id} was not found`);
    if (typeof answer === 'string')
      throw new InvalidRequestError(
        `Query did not finish successfully. Final query state: ${answer}`,
      );
    const start = Number(input['NextToken'] ?? 0);
    const count = Number(input['MaxResults'] ?? ROWS_PER_PAGE_MAX);
    if (!Number.isSafeInteger(start) || start < 0 || !(count >= 1 && count <= ROWS_PER_PAGE_MAX))
      throw new InvalidRequestError(`MaxResults is not between 1 and ${ROWS_PER_PAGE_MAX}`);
    return renderPage(answer, start, count);
  }

  #stop(id: string): Output {
    if (this.#settings.executions.stop(id)) return {};
    throw new InvalidRequestError(`QueryExecution ${id} was not found`);
  }
}
