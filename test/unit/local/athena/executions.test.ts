import { type AcceptedStatement, Executions } from '#local/athena/executions';
import {
  QueryRunner,
  type QueryWatch,
  ScanLimitError,
  type TypedAnswer,
} from '#local/athena/query-runner';

const STATEMENT: AcceptedStatement = {
  query: 'execute a',
  sql: 'select 1',
  values: '',
  database: 'shop_logs',
  catalog: 'AwsDataCatalog',
  workgroup: 'analysts',
  bytesMax: 10,
};
const ANSWER: TypedAnswer = { columns: [{ name: 'n', type: 'bigint' }], rows: [['1']] };

type Run = (watch: QueryWatch) => Promise<TypedAnswer>;

function executionsOf(run: Run): Executions {
  let now = 1_000_000;
  return new Executions({ run: (_request, watch) => run(watch) }, () => (now += 500));
}

function stateOf(executions: Executions, id: string): unknown {
  return executions.describe(id)?.['Status'];
}

async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

it('tells state, statement, bytes and times as Athena does', async () => {
  const executions = executionsOf(({ onScanned }) => {
    onScanned(7);
    return Promise.resolve(ANSWER);
  });
  const id = executions.start(STATEMENT);
  expect(stateOf(executions, id)).toEqual({ State: 'QUEUED', SubmissionDateTime: 1_000.5 });
  expect(executions.answerOf(id)).toBe('QUEUED');
  await settle();
  expect(executions.describe(id)).toMatchObject({
    QueryExecutionId: id,
    Query: 'execute a',
    WorkGroup: 'analysts',
    Status: { State: 'SUCCEEDED', CompletionDateTime: expect.any(Number) as number },
    Statistics: { DataScannedInBytes: 7 },
  });
  expect(executions.answerOf(id)).toBe(ANSWER);
});

it.each([
  [new Error('SYNTAX_ERROR: x'), 'FAILED', 'SYNTAX_ERROR: x'],
  [
    new ScanLimitError('Bytes scanned limit was exceeded'),
    'CANCELLED',
    'Bytes scanned limit was exceeded',
  ],
])('%s ends a statement as %s', async (error, State, StateChangeReason) => {
  const executions = executionsOf(() => Promise.reject(error));
  const id = executions.start(STATEMENT);
  await settle();
  expect(stateOf(executions, id)).toMatchObject({ State, StateChangeReason });
  expect(executions.answerOf(id)).toBe(State);
});

it('one that fails holds up no other', async () => {
  let runs = 0;
  const executions = executionsOf(() =>
    (runs += 1) === 1 ? Promise.reject(new Error('x')) : Promise.resolve(ANSWER),
  );
  executions.start(STATEMENT);
  const second = executions.start(STATEMENT);
  await settle();
  expect(stateOf(executions, second)).toMatchObject({ State: 'SUCCEEDED' });
});

it('a statement that is stopped before it runs never runs', async () => {
  const run = jest.fn<ReturnType<Run>, Parameters<Run>>(() => Promise.resolve(ANSWER));
  const executions = executionsOf(run);
  const id = executions.start(STATEMENT);
  expect(executions.stop(id)).toBe(true);
  await settle();
  expect(run).not.toHaveBeenCalled();
  expect(stateOf(executions, id)).toMatchObject({ State: 'CANCELLED' });
});

it('a statement that is stopped while it runs stays stopped', async () => {
  let finish: (answer: TypedAnswer) => void = () => undefined;
  const executions = executionsOf(() => new Promise((resolve) => (finish = resolve)));
  const id = executions.start(STATEMENT);
  await settle();
  expect(stateOf(executions, id)).toMatchObject({ State: 'RUNNING' });
  executions.stop(id);
  finish(ANSWER);
  await settle();
  expect(executions.answerOf(id)).toBe('CANCELLED');
});

it('stopping what has ended changes nothing, and what is unknown is unknown', async () => {
  const executions = executionsOf(() => Promise.resolve(ANSWER));
  const id = executions.start(STATEMENT);
  await settle();
  expect(executions.stop(id)).toBe(true);
  expect(executions.answerOf(id)).toBe(ANSWER);
  expect(executions.stop('other')).toBe(false);
  expect(executions.describe('other')).toBeUndefined();
});

it('forgets the oldest of very many', async () => {
  const executions = executionsOf(() => Promise.resolve(ANSWER));
  const [first = ''] = Array.from({ length: 201 }, () => executions.start(STATEMENT));
  await settle();
  expect(executions.describe(first)).toBeUndefined();
});

describe('what ends a statement frees the queue', () => {
  const LONG = 'select count(*) from range(400000) as a, range(400000) as b';
  const untilAborted: Run = ({ signal }) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => {
        reject(new Error('aborted'));
      });
    });

  async function untilState(executions: Executions, id: string, State: string): Promise<void> {
    for (;;) {
      if ((stateOf(executions, id) as { State: string }).State === State) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  function executionsOfDuckDb(): Executions {
    const glue = { send: () => Promise.resolve({ TableList: [] }) };
    const s3 = { send: () => Promise.reject(new Error('nothing is read')) };
    return new Executions(new QueryRunner({ glue, s3, nowMilliseconds: Date.now }), Date.now);
  }

  it('a stop ends what DuckDB runs', async () => {
    const executions = executionsOfDuckDb();
    const long = executions.start({ ...STATEMENT, sql: LONG });
    const next = executions.start(STATEMENT);
    await untilState(executions, long, 'RUNNING');
    await new Promise((resolve) => setTimeout(resolve, 500));
    executions.stop(long);
    await untilState(executions, next, 'SUCCEEDED');
    expect(stateOf(executions, long)).toMatchObject({
      State: 'CANCELLED',
      StateChangeReason: 'Query was cancelled by user',
    });
  });

  it('a stop before DuckDB has begun is not lost', async () => {
    const executions = executionsOfDuckDb();
    const long = executions.start({ ...STATEMENT, sql: LONG });
    await settle();
    executions.stop(long);
    await untilState(executions, executions.start(STATEMENT), 'SUCCEEDED');
    expect(executions.answerOf(long)).toBe('CANCELLED');
  });

  it('30 minutes end one that nobody stops', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick'] });
    const executions = executionsOf(untilAborted);
    const id = executions.start(STATEMENT);
    await settle();
    jest.advanceTimersByTime(30 * 60_000 - 1);
    expect(executions.answerOf(id)).toBe('RUNNING');
    jest.advanceTimersByTime(1);
    const next = executions.start(STATEMENT);
    await settle();
    expect(stateOf(executions, id)).toMatchObject({
      State: 'FAILED',
      StateChangeReason: 'Query timeout',
    });
    expect(executions.answerOf(next)).toBe('RUNNING');
    jest.useRealTimers();
  });

  it('stopping all ends the one that runs and those that wait', async () => {
    const executions = executionsOf(untilAborted);
    const ids = [executions.start(STATEMENT), executions.start(STATEMENT)];
    await settle();
    await executions.stopAll();
    expect(ids.map((id) => executions.answerOf(id))).toEqual(['CANCELLED', 'CANCELLED']);
  });
});
