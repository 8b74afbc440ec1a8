import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { REFUSAL_REASONS, refusalOf } from '#core/refusals';
import { NOW } from '../access-token/token-factory';
import { type BenchOptions, type Call, SessionBench } from '../lambdas/session/session-bench';
import { deviationsOf, document, operationOf, validatorOf } from './document';

const failKms = (bench: SessionBench): void => {
  bench.kms.distort = () => {
    throw new Error('down');
  };
};
const breakClock = (bench: SessionBench): void => {
  bench.clock.now = () => {
    throw new RangeError('no time');
  };
};

interface Case {
  readonly name: string;
  readonly status: number;
  readonly call: Call;
  readonly options?: BenchOptions;
  readonly prepare?: (bench: SessionBench) => void;
}

const listed = [`__Secure-edgepass-scopes=/t/acme/:${NOW + 60}./t/globex/:${NOW + 60}`];
const manyListed = [
  `__Secure-edgepass-scopes=${Array.from({ length: 25 }, (_, index) => `/t/tenant-with-a-long-name-${index}/:${NOW + 60}`).join('.')}`,
];

const CASES: readonly Case[] = [
  { name: 'opened', status: 200, call: {} },
  { name: 'opened for a choice', status: 200, call: { body: { tenants: ['acme'] } } },
  {
    name: 'opened with tenants omitted',
    status: 200,
    call: { claims: { org_id: ['a', 'b', 'c', 'd', 'e'] } },
  },
  { name: 'bad body', status: 400, call: { body: { tenants: [] } } },
  { name: 'no token', status: 401, call: { claims: null } },
  { name: 'other origin', status: 403, call: { headers: { origin: 'https://evil.example' } } },
  { name: 'large body', status: 413, call: { body: ' '.repeat(9000) } },
  {
    name: 'other media type',
    status: 415,
    call: { body: {}, headers: { 'content-type': 'text/plain' } },
  },
  { name: 'broken', status: 500, call: {}, prepare: breakClock },
  { name: 'KMS is down', status: 503, call: {}, prepare: failKms },
  { name: 'not configured', status: 503, call: {}, options: { settings: () => ({}) } },
  { name: 'listed', status: 200, call: { method: 'GET', claims: null, cookies: listed } },
  { name: 'nothing listed', status: 200, call: { method: 'GET', claims: null } },
  { name: 'other origin', status: 403, call: { method: 'GET', headers: { origin: 'null' } } },
  { name: 'broken', status: 500, call: { method: 'GET' }, prepare: breakClock },
  {
    name: 'not configured',
    status: 503,
    call: { method: 'GET' },
    options: { settings: () => ({}) },
  },
  { name: 'closed', status: 200, call: { method: 'DELETE', claims: null, cookies: listed } },
  {
    name: 'closed in part',
    status: 200,
    call: { method: 'DELETE', claims: null, cookies: manyListed },
  },
  { name: 'other origin', status: 403, call: { method: 'DELETE', headers: { origin: 'null' } } },
  { name: 'broken', status: 500, call: { method: 'DELETE' }, prepare: breakClock },
  {
    name: 'not configured',
    status: 503,
    call: { method: 'DELETE' },
    options: { settings: () => ({}) },
  },
];

const methodOf = ({ call }: Case): string => call.method ?? 'POST';

describe('api/openapi.json and the running application', () => {
  it.each(CASES.map((one) => [`${methodOf(one)} ${one.name}: ${one.status}`, one] as const))(
    '%s is as documented',
    async (_title, one) => {
      const bench = new SessionBench(one.options);
      await bench.call({ method: 'GET' });
      one.prepare?.(bench);
      const answer = await bench.call(one.call);

      expect(answer.status).toBe(one.status);
      expect(answer.headers['cache-control']).toBe('no-store');
      expect(deviationsOf(methodOf(one), answer)).toStrictEqual([]);
    },
  );

  it('every documented answer of every operation is tested', () => {
    const documented = Object.entries(document.paths['/api/session'] ?? {}).flatMap(
      ([method, operation]) =>
        Object.keys(operation.responses).map((status) => `${method.toUpperCase()} ${status}`),
    );
    const tested = new Set(CASES.map((one) => `${methodOf(one)} ${one.status}`));

    expect(documented.filter((answer) => !tested.has(answer))).toStrictEqual([]);
  });

  it('what is not documented is not answered', async () => {
    const methods = ['PUT', 'PATCH'];
    const statuses = await Promise.all(
      methods.map(async (method) => (await new SessionBench().call({ method })).status),
    );

    expect(Object.keys(document.paths['/api/session'] ?? {}).sort()).toStrictEqual([
      'delete',
      'get',
      'post',
    ]);
    expect(statuses).toStrictEqual([405, 405]);
  });

  it('request examples are taken, and a body that the schema refuses is refused', async () => {
    const media = operationOf('POST').requestBody?.content['application/json'];
    const bodies = [
      { tenants: 'acme' },
      { tenants: [] },
      { tenants: ['*'] },
      { other: 1 },
      [],
      'x',
      { tenants: [1] },
    ];
    if (media === undefined) throw new Error('the body is not documented');
    const examples = Object.values(media.examples).map(({ value }) => value);
    const validate = validatorOf(media);
    const statusOf = async (body: unknown): Promise<number> =>
      (await new SessionBench().call({ body: JSON.stringify(body) })).status;

    expect(await Promise.all(examples.map(statusOf))).toStrictEqual(examples.map(() => 200));
    expect(bodies.map((body) => validate(body))).toStrictEqual(bodies.map(() => false));
    expect(await Promise.all(bodies.map(statusOf))).toStrictEqual(bodies.map(() => 400));
  });

  it('every problem of the table of refusals is in the schema, and no other', () => {
    const types = [...new Set(REFUSAL_REASONS.map((reason) => refusalOf(reason).problemType))];

    expect(
      [...(document.components.schemas['Problem']?.properties['type']?.enum ?? [])].sort(),
    ).toStrictEqual(types.sort());
  });

  it('examples are what the schemas say', () => {
    const responses = [
      ...Object.values(document.components.responses),
      ...Object.values(document.paths).flatMap((operations) =>
        Object.values(operations).flatMap((operation) => Object.values(operation.responses)),
      ),
    ];
    const media = responses.flatMap(({ content }) => Object.values(content ?? {}));
    const invalid = media.flatMap((one) =>
      Object.values(one.examples).filter(({ value }) => !validatorOf(one)(value)),
    );

    expect(media.length).toBeGreaterThan(8);
    expect(invalid).toStrictEqual([]);
  });
});

it('api/types.ts is what `npm run api:types` makes of the document', () => {
  const generator = path.resolve('node_modules/openapi-typescript/bin/cli.js');
  const generated = execFileSync(process.execPath, [generator, 'api/openapi.json'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });

  expect(generated.trim()).toBe(readFileSync('api/types.ts', 'utf8').trim());
});
