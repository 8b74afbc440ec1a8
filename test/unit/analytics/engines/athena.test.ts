import type { AthenaClient } from '@aws-sdk/client-athena';
import {
  type AthenaSettings,
  type AthenaStatistics,
  costOf,
  createAthenaEngine,
} from '#analytics/engines/athena';
import type { QueryEngine } from '#analytics/engines/engine';

type Answer = Readonly<Record<string, unknown>> | Error;

interface Sent {
  readonly action: string;
  readonly input: Readonly<Record<string, unknown>>;
}

const execution = (State: string, more: object = {}): Answer => ({
  QueryExecution: { Status: { State, ...more }, Statistics: { DataScannedInBytes: 20_000_000 } },
});

const page = (
  types: readonly string[],
  rows: readonly (readonly (string | null)[])[],
  NextToken?: string,
): Answer => ({
  ResultSet: {
    ResultSetMetadata: { ColumnInfo: types.map((Type, at) => ({ Name: `c${at}`, Type })) },
    Rows: rows.map((row) => ({
      Data: row.map((text) => (text === null ? {} : { VarCharValue: text })),
    })),
  },
  ...(NextToken !== undefined && { NextToken }),
});

/**
 * An Athena that answers what it was told to, action by action; the last answer of an action stays.
 */
class ScriptedAthena {
  readonly sent: Sent[] = [];
  readonly #answers: Record<string, Answer[]>;

  constructor(answers: Readonly<Record<string, readonly Answer[]>>) {
    this.#answers = {
      StartQueryExecution: [{ QueryExecutionId: 'q1' }],
      GetQueryExecution: [execution('SUCCEEDED')],
      StopQueryExecution: [{}],
      ...Object.fromEntries(Object.entries(answers).map(([name, list]) => [name, [...list]])),
    };
  }

  readonly send = (command: object, options?: { abortSignal?: AbortSignal }): Promise<unknown> => {
    const action = command.constructor.name.replace('Command', '');
    this.sent.push({ action, input: (command as { input: Sent['input'] }).input });
    if (options?.abortSignal?.aborted === true) return Promise.reject(new Error('aborted'));
    const answers = this.#answers[action] ?? [];
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };

  get actions(): string[] {
    return this.sent.map(({ action }) => action);
  }

  engine(changes: Partial<AthenaSettings> = {}): QueryEngine {
    return createAthenaEngine({
      client: this as unknown as Pick<AthenaClient, 'send'>,
      workgroup: 'shop-analysts',
      database: 'shop_logs',
      firstPollMilliseconds: 1,
      ...changes,
    });
  }
}

describe('a statement that succeeds', () => {
  it('runs in the workgroup, which decides where results go', async () => {
    const athena = new ScriptedAthena({ GetQueryResults: [page(['bigint'], [['c0'], ['1']])] });
    await athena.engine().run('select 1');
    expect(athena.sent[0]?.input).toEqual({
      QueryString: 'select 1',
      WorkGroup: 'shop-analysts',
      QueryExecutionContext: { Database: 'shop_logs', Catalog: 'AwsDataCatalog' },
    });
  });

  it('is waited for, and its pages are gathered without the header', async () => {
    const states: string[] = [];
    const athena = new ScriptedAthena({
      GetQueryExecution: [execution('QUEUED'), execution('RUNNING'), execution('SUCCEEDED')],
      GetQueryResults: [
        page(
          ['varchar', 'bigint'],
          [
            ['c0', 'c1'],
            ['a', '1'],
          ],
          'more',
        ),
        page(
          ['varchar', 'bigint'],
          [
            ['c0', '2'],
            [null, null],
          ],
        ),
      ],
    });
    const result = await athena.engine({ onState: (state) => states.push(state) }).run('select 1');
    expect(result).toEqual({
      columns: ['c0', 'c1'],
      rows: [
        ['a', 1],
        ['c0', 2],
        [null, null],
      ],
    });
    expect(states).toEqual(['QUEUED', 'RUNNING', 'SUCCEEDED']);
    expect(athena.sent.at(-1)?.input).toMatchObject({ NextToken: 'more' });
    expect(athena.actions).not.toContain('StopQueryExecution');
  });

  it.each([
    ['bigint', '9007199254740993', '9007199254740993'],
    ['integer', '-3', -3],
    ['double', '1.0E10', 1e10],
    ['double', 'NaN', Number.NaN],
    ['boolean', 'true', true],
    ['boolean', 'false', false],
    ['varchar', '', ''],
    ['varchar', '1', '1'],
    ['timestamp', '2026-11-22 08:00:00.000', '2026-11-22 08:00:00'],
    ['timestamp', '2026-11-22 08:00:00.250', '2026-11-22 08:00:00.25'],
    ['date', '2026-11-22', '2026-11-22'],
  ])('a %s that comes as %j', async (type, text, cell) => {
    const athena = new ScriptedAthena({ GetQueryResults: [page([type], [['c0'], [text]])] });
    await expect(athena.engine().run('select 1')).resolves.toMatchObject({ rows: [[cell]] });
  });

  it('has no rows', async () => {
    const athena = new ScriptedAthena({ GetQueryResults: [page(['bigint'], [['c0']])] });
    await expect(athena.engine().run('select 1')).resolves.toEqual({ columns: ['c0'], rows: [] });
  });

  it('tells once what it scanned and cost', async () => {
    const told: AthenaStatistics[] = [];
    const athena = new ScriptedAthena({
      GetQueryExecution: [execution('RUNNING'), execution('SUCCEEDED')],
      GetQueryResults: [page(['bigint'], [['c0']])],
    });
    const onStatistics = (one: AthenaStatistics): unknown => told.push(one);
    await athena.engine({ onStatistics, usdPerTerabyte: 10 }).run('select 1');
    expect(told).toEqual([
      { queryExecutionId: 'q1', bytesScanned: 20_000_000, costUsd: 0.0002, engineMilliseconds: 0 },
    ]);
  });
});

it.each([
  [0, 0],
  [1, 0.00005],
  [10_000_000, 0.00005],
  [10_000_001, 0.000050000005],
  [1_000_000_000_000, 5],
])('%d bytes scanned cost %d USD', (bytes, usd) => {
  expect(costOf(bytes, 5)).toBeCloseTo(usd, 12);
});

describe('a statement that does not succeed', () => {
  it.each([
    ['FAILED', 'failed'],
    ['CANCELLED', 'cancelled'],
  ])('that is %s says why, and what it cost', async (state, word) => {
    const told: AthenaStatistics[] = [];
    const athena = new ScriptedAthena({
      GetQueryExecution: [execution(state, { StateChangeReason: 'TABLE_NOT_FOUND: \u001b[2Jx' })],
    });
    const onStatistics = (one: AthenaStatistics): unknown => told.push(one);
    await expect(athena.engine({ onStatistics }).run('select 1')).rejects.toThrow(
      `Athena: ${word}: TABLE_NOT_FOUND: [2Jx`,
    );
    expect(told).toHaveLength(1);
    expect(athena.actions).not.toContain('GetQueryResults');
  });

  it.each<[string, Readonly<Record<string, readonly Answer[]>>, string]>([
    [
      'is not accepted',
      { StartQueryExecution: [new Error('WorkGroup x is not found')] },
      'not found',
    ],
    ['has no id', { StartQueryExecution: [{}] }, 'named no query execution'],
    [
      'has a short row',
      { GetQueryResults: [page(['bigint', 'bigint'], [['a', 'b'], ['1']])] },
      'a row of 1',
    ],
    [
      'has a bigint that is text',
      { GetQueryResults: [page(['bigint'], [['c0'], ['x']])] },
      'came as "x"',
    ],
  ])('that %s is an error of the engine', async (_title, answers, message) => {
    const failed = new ScriptedAthena(answers).engine().run('select 1');
    await expect(failed).rejects.toThrow(message);
    await expect(failed).rejects.toHaveProperty('name', 'QueryEngineError');
  });

  it('is stopped when its state cannot be read any more', async () => {
    const athena = new ScriptedAthena({ GetQueryExecution: [new Error('network')] });
    await expect(athena.engine().run('select 1')).rejects.toThrow('Athena: Error: network');
    expect(athena.actions.at(-1)).toBe('StopQueryExecution');
  });
});

describe('a statement that is given up', () => {
  it('is stopped at Athena while it waits', async () => {
    const athena = new ScriptedAthena({ GetQueryExecution: [execution('RUNNING')] });
    const controller = new AbortController();
    const onState = (): void => {
      controller.abort(new Error('Ctrl-C'));
    };
    const engine = athena.engine({ signal: controller.signal, onState });
    await expect(engine.run('select 1')).rejects.toThrow(/^Ctrl-C$/);
    expect(athena.sent.at(-1)).toEqual({
      action: 'StopQueryExecution',
      input: { QueryExecutionId: 'q1' },
    });
  });

  it('is never started after that', async () => {
    const athena = new ScriptedAthena({});
    const engine = athena.engine({ signal: AbortSignal.abort(new Error('Ctrl-C')) });
    await expect(engine.run('select 1')).rejects.toThrow(/^Ctrl-C$/);
    expect(athena.actions).toEqual([]);
  });

  it('a stop that fails hides nothing', async () => {
    const athena = new ScriptedAthena({
      GetQueryExecution: [execution('RUNNING')],
      StopQueryExecution: [new Error('denied')],
    });
    const signal = AbortSignal.timeout(20);
    const engine = athena.engine({ signal, firstPollMilliseconds: 60_000 });
    await expect(engine.run('select 1')).rejects.toHaveProperty('name', 'TimeoutError');
  });
});
