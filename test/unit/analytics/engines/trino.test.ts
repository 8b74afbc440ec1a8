import type { QueryEngine } from '#analytics/engines/engine';
import { createTrinoEngine, type TrinoSettings } from '#analytics/engines/trino';
import { Secret } from '#core/secret';

const SERVER = 'http://127.0.0.1:8080';
const NEXT = `${SERVER}/v1/statement/executing/q1/s/1`;
const BIGINT = [{ name: 'n', type: 'bigint' }];

type Reply = unknown;

/** A Trino that answers what it was told to, in that order, and remembers what it was asked. */
class ScriptedTrino {
  readonly requests: { url: string; method: string; headers: Headers; body: unknown }[] = [];
  readonly #replies: Reply[];

  constructor(...replies: readonly Reply[]) {
    this.#replies = [...replies];
  }

  readonly fetch: typeof globalThis.fetch = (address, init = {}) => {
    const url = address as string;
    const { method = 'GET', body, headers, signal } = init;
    this.requests.push({ url, method, headers: new Headers(headers), body });
    if (signal?.aborted === true) return Promise.reject(signal.reason as Error);
    if (method === 'DELETE') return Promise.resolve(new Response(null, { status: 204 }));
    const reply = this.#replies.shift();
    if (reply instanceof Error) return Promise.reject(reply);
    if (reply instanceof Response) return Promise.resolve(reply);
    return Promise.resolve(
      new Response(typeof reply === 'string' ? reply : JSON.stringify(reply), { status: 200 }),
    );
  };

  get deleted(): string[] {
    return this.requests.filter(({ method }) => method === 'DELETE').map(({ url }) => url);
  }

  engine(changes: Partial<TrinoSettings> = {}): QueryEngine {
    return createTrinoEngine({
      url: SERVER,
      user: 'analyst',
      schema: 'shop_logs',
      fetch: this.fetch,
      retryMilliseconds: 1,
      ...changes,
    });
  }
}

describe('a statement that is answered', () => {
  it('gathers the rows of every page', async () => {
    const trino = new ScriptedTrino(
      { id: 'q1', nextUri: NEXT },
      { id: 'q1', nextUri: NEXT, columns: BIGINT, data: [[1], [2]] },
      { id: 'q1', columns: BIGINT, data: [[3]] },
    );
    await expect(trino.engine().run('select 1')).resolves.toEqual({
      columns: ['n'],
      rows: [[1], [2], [3]],
    });
    expect(trino.deleted).toEqual([]);
  });

  it('says who asks, of which database, in UTC', async () => {
    const trino = new ScriptedTrino({ columns: BIGINT, data: [] });
    await trino.engine().run('select 1');
    const [first] = trino.requests;
    expect(first).toMatchObject({
      url: `${SERVER}/v1/statement`,
      method: 'POST',
      body: 'select 1',
    });
    expect(Object.fromEntries(first?.headers ?? [])).toEqual({
      'x-trino-catalog': 'awsdatacatalog',
      'x-trino-schema': 'shop_logs',
      'x-trino-source': 'edgepass',
      'x-trino-time-zone': 'UTC',
      'x-trino-user': 'analyst',
    });
  });

  it.each([
    ['bigint', '7', 7],
    ['bigint', '9007199254740993', '9007199254740993'],
    ['integer', '-1', -1],
    ['double', '0.5', 0.5],
    ['double', '1e10', 1e10],
    ['double', '"NaN"', Number.NaN],
    ['double', '"-Infinity"', Number.NEGATIVE_INFINITY],
    ['boolean', 'true', true],
    ['boolean', 'false', false],
    ['varchar', '"a"', 'a'],
    ['varchar(1)', '""', ''],
    ['varchar', 'null', null],
    ['timestamp(3)', '"2026-11-22 08:00:00.000"', '2026-11-22 08:00:00'],
    ['timestamp(3)', '"2026-11-22 08:00:00.120"', '2026-11-22 08:00:00.12'],
    ['timestamp(0)', '"2026-11-22 08:00:10"', '2026-11-22 08:00:10'],
    ['timestamp(3) with time zone', '"2026-11-22 08:00:00.000 UTC"', '2026-11-22 08:00:00 UTC'],
    ['date', '"2026-11-20"', '2026-11-20'],
    ['array(bigint)', '[1,2]', '["1","2"]'],
  ])('a %s that comes as %s', async (type, json, cell) => {
    const trino = new ScriptedTrino(
      `{"columns":[{"name":"c","type":"${type}"}],"data":[[${json}]]}`,
    );
    const { rows } = await trino.engine().run('select c');
    expect(rows).toEqual([[cell]]);
  });

  it('asks a busy server again', async () => {
    const busy = (): Response => new Response('busy', { status: 503 });
    const trino = new ScriptedTrino(busy(), busy(), { columns: BIGINT, data: [[1]] });
    await expect(trino.engine().run('select 1')).resolves.toMatchObject({ rows: [[1]] });
    expect(trino.requests.map(({ body }) => body)).toEqual(['select 1', 'select 1', 'select 1']);
  });
});

describe('a statement that is not answered', () => {
  const fail = (reply: Reply, ...more: readonly Reply[]): Promise<unknown> =>
    new ScriptedTrino(reply, ...more).engine().run('select 1');

  it("says what Trino says, by the error's name", async () => {
    const error = { errorName: 'TABLE_NOT_FOUND', message: "line 1:15: Table 'x' does not exist" };
    await expect(fail({ error })).rejects.toThrow(
      "Trino: TABLE_NOT_FOUND: line 1:15: Table 'x' does not exist",
    );
  });

  it('L-04: prints nothing of it but text, and not all of a long one', async () => {
    const error = { errorName: 'X', message: `\u001b[2J\u202e\r\n${'y'.repeat(5_000)}` };
    const message = await fail({ error }).catch((caught: unknown) => (caught as Error).message);
    expect(message).toMatch(/^Trino: X: \[2J y+$/);
    expect(String(message).length).toBeLessThan(700);
  });

  it('gives up on a server that stays busy', async () => {
    const trino = new ScriptedTrino(
      ...Array.from({ length: 20 }, () => new Response('try later', { status: 503 })),
    );
    await expect(trino.engine().run('select 1')).rejects.toThrow('Trino: status 503 try later');
    expect(trino.requests).toHaveLength(8);
  });

  it.each([400, 401, 403, 404, 500])('does not repeat after status %d', async (status) => {
    const trino = new ScriptedTrino(new Response('no', { status }));
    await expect(trino.engine().run('select 1')).rejects.toThrow(`Trino: status ${status} no`);
    expect(trino.requests).toHaveLength(1);
  });

  it.each<[string, Reply, string]>([
    ['no JSON', '<html>', 'no usable answer from http://127.0.0.1:8080'],
    ['a list', [], 'no JSON object'],
    ['null', 'null', 'no JSON object'],
    ['rows without columns', { data: [[1]] }, 'a row of 1 values for 0 columns'],
    ['a short row', { columns: BIGINT, data: [[]] }, 'a row of 0 values for 1 columns'],
    ['rows that are no lists', { columns: BIGINT, data: [{ length: 1 }] }, 'rows are no lists'],
    ['columns that are no list', { columns: 'n', data: [] }, 'columns are no list'],
    ['a column without name', { columns: [{}], data: [] }, 'a column without a name'],
    ['a bigint that is text', { columns: BIGINT, data: [['1; --']] }, 'a bigint came as "1; --"'],
    ['an empty bigint', { columns: BIGINT, data: [['']] }, 'a bigint came as ""'],
    ['a nextUri that is no text', { nextUri: 7.5, columns: [] }, 'which is another server'],
    [
      'a refused connection',
      new TypeError('fetch failed', { cause: new Error('refused') }),
      '(refused)',
    ],
  ])('refuses %s', async (_title, reply, message) => {
    await expect(fail(reply)).rejects.toThrow(message);
    await expect(fail(reply)).rejects.toHaveProperty('name', 'QueryEngineError');
  });

  it.each([
    'http://127.0.0.1:8081/v1/statement/q',
    'https://127.0.0.1:8080/v1/statement/q',
    'http://attacker.example/v1/statement/q',
    'http://127.0.0.1:8080@attacker.example/',
    '/v1/statement/q',
  ])('L-01: does not follow the server to %s', async (nextUri) => {
    const trino = new ScriptedTrino({ nextUri, columns: BIGINT });
    await expect(trino.engine().run('select 1')).rejects.toThrow('which is another server');
    expect(trino.requests).toHaveLength(1);
  });

  it('ends the statement on the server when its answer cannot be read', async () => {
    const trino = new ScriptedTrino({ nextUri: NEXT, columns: BIGINT, data: [[1, 2]] });
    await expect(trino.engine().run('select 1')).rejects.toThrow('a row of 2 values');
    expect(trino.deleted).toEqual([NEXT]);
  });
});

describe('a statement that is given up', () => {
  it('is ended on the server, and the reason is the one that was given', async () => {
    const controller = new AbortController();
    const trino = new ScriptedTrino({ nextUri: NEXT }, { nextUri: NEXT });
    const fetch: typeof globalThis.fetch = async (url, init) => {
      const response = await trino.fetch(url, init);
      if (trino.requests.length === 2) controller.abort(new Error('Ctrl-C'));
      return response;
    };
    const engine = trino.engine({ fetch, signal: controller.signal });
    await expect(engine.run('select 1')).rejects.toThrow(/^Ctrl-C$/);
    expect(trino.deleted).toEqual([NEXT]);
  });

  it('is not repeated while the server is busy', async () => {
    const trino = new ScriptedTrino(new Response('busy', { status: 503 }));
    const signal = AbortSignal.timeout(20);
    const engine = trino.engine({ signal, retryMilliseconds: 60_000 });
    await expect(engine.run('select 1')).rejects.toHaveProperty('name', 'TimeoutError');
  });
});

describe('the address of the server', () => {
  it.each([
    'trino.example.com',
    'ftp://trino.example.com',
    'https://user:hunter2@trino.example.com',
    'file:///etc/trino',
    '',
  ])('refuses %j', (url) => {
    const create = (): unknown => createTrinoEngine({ url, user: 'a', schema: 's' });
    expect(create).toThrow(/^trino url: expected an https URL/);
    expect(create).not.toThrow('hunter2');
  });

  it('a password does not travel in the clear', () => {
    const password = new Secret('pass-word');
    const create = (url: string): unknown =>
      createTrinoEngine({ url, user: 'a', password, schema: 's' });
    expect(() => create('http://trino.example.com')).toThrow(/^trino url: /);
    expect(() => create('http://127.0.0.1.example.com')).toThrow(/^trino url: /);
    expect(() => create('https://trino.example.com')).not.toThrow();
    expect(() => create('http://127.0.0.1:8080')).not.toThrow();
  });

  it('a password goes with every request', async () => {
    const trino = new ScriptedTrino({ nextUri: NEXT }, { columns: BIGINT, data: [] });
    await trino.engine({ password: new Secret('pass-word') }).run('select 1');
    const sent = trino.requests.map(({ headers }) => headers.get('authorization'));
    const basic = `Basic ${Buffer.from('analyst:pass-word').toString('base64')}`;
    expect(sent).toEqual([basic, basic]);
  });
});
