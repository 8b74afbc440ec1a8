import { fileIdOf, makeFile } from '#test/support/file-records';
import { FilesBench } from '../lambdas/files/files-bench';
import type { BenchOptions, Call } from '../lambdas/session/session-bench';
import { deviationsOf, document, operationOf, validatorOf } from './document';

const LIST = '/api/files';
const ONE = '/api/files/{fileId}';
const SIGNED = '/api/files/signed-url/{fileId}';
const MANY = '/api/files/signed-urls';

const own = makeFile({ fileId: fileIdOf(1) });
const many = Array.from({ length: 101 }, (_, index) => makeFile({ fileId: fileIdOf(index) }));

interface Case {
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly route: string;
  readonly status: number;
  readonly call?: Call;
  readonly options?: BenchOptions;
  readonly prepare?: (files: FilesBench) => void;
}

const noRegistry = (files: FilesBench): void => {
  files.registry.failure = new Error('down');
};
const broken = (files: FilesBench): void => {
  files.telemetry.info = () => {
    throw new RangeError('broken');
  };
};
const breakList = (files: FilesBench): void => {
  files.registry.files.set(own.fileId, { ...own, createdAt: Number.NaN as typeof own.createdAt });
};
const stillThere = (files: FilesBench): void => {
  files.cloudFront.respond = () => ({ Invalidation: { Id: 'I1', Status: 'InProgress' } });
};
const ids = { fileIds: [own.fileId, 'x'] };
const evil = { headers: { origin: 'https://evil.example' } };

/** What every route does with a caller whom it does not answer. */
function refusals(method: Case['method'], route: string, body?: unknown): Case[] {
  const more = body === undefined ? {} : { body };
  return [
    { name: 'no token', method, route, status: 401, call: { ...more, claims: null } },
    { name: 'another origin', method, route, status: 403, call: { ...more, ...evil } },
    { name: 'no registry', method, route, status: 503, call: more, prepare: noRegistry },
  ];
}

const CASES: readonly Case[] = [
  { name: 'listed', method: 'GET', route: LIST, status: 200 },
  {
    name: 'listed in part',
    ...{ method: 'GET', route: LIST, status: 200 },
    prepare: (files) => {
      for (const file of many) files.registry.files.set(file.fileId, file);
    },
  },
  { name: 'bad cursor', method: 'GET', route: LIST, status: 400, call: { query: 'cursor=x' } },
  { name: 'broken', method: 'GET', route: LIST, status: 500, prepare: breakList },
  ...refusals('GET', LIST),
  { name: 'read', method: 'GET', route: ONE, status: 200 },
  { name: 'of another', method: 'GET', route: ONE, status: 404, call: { claims: { sub: 'bob' } } },
  { name: 'broken', method: 'GET', route: ONE, status: 500, prepare: breakList },
  ...refusals('GET', ONE),
  { name: 'deleted', method: 'DELETE', route: ONE, status: 200 },
  { name: 'being deleted', method: 'DELETE', route: ONE, status: 202, prepare: stillThere },
  {
    name: 'of another',
    ...{ method: 'DELETE', route: ONE, status: 404, call: { claims: { sub: 'bob' } } },
  },
  { name: 'broken', method: 'DELETE', route: ONE, status: 500, prepare: broken },
  ...refusals('DELETE', ONE),
  { name: 'signed', method: 'GET', route: SIGNED, status: 200, call: { query: 'download' } },
  { name: 'long', method: 'GET', route: SIGNED, status: 400, call: { query: 'lifetimeSeconds=0' } },
  {
    name: 'of another',
    ...{ method: 'GET', route: SIGNED, status: 404, call: { claims: { sub: 'bob' } } },
  },
  { name: 'broken', method: 'GET', route: SIGNED, status: 500, prepare: broken },
  ...refusals('GET', SIGNED),
  { name: 'signed', method: 'POST', route: MANY, status: 200, call: { body: ids } },
  { name: 'no ids', method: 'POST', route: MANY, status: 400, call: { body: {} } },
  { name: 'large', method: 'POST', route: MANY, status: 413, call: { body: ' '.repeat(70_000) } },
  {
    name: 'no JSON',
    ...{ method: 'POST', route: MANY, status: 415 },
    call: { body: ids, headers: { 'content-type': 'text/plain' } },
  },
  {
    name: 'broken',
    method: 'POST',
    route: MANY,
    status: 500,
    call: { body: ids },
    prepare: broken,
  },
  ...refusals('POST', MANY, ids),
];

const routes = [LIST, ONE, SIGNED, MANY];

describe('api/openapi.json and the running files application', () => {
  it.each(
    CASES.map((one) => [`${one.method} ${one.route} ${one.name}: ${one.status}`, one] as const),
  )('%s is as documented', async (_title, { method, route, status, call, options, prepare }) => {
    const files = new FilesBench(options);
    files.registry.files.set(own.fileId, own);
    prepare?.(files);
    const path = route.replace('{fileId}', own.fileId);
    const answer = await files.call({ ...call, method, path });

    expect(answer.status).toBe(status);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(deviationsOf(method, answer, route)).toStrictEqual([]);
  });

  it('every documented answer of every operation is tested, and every route is documented', () => {
    const documented = routes.flatMap((route) =>
      Object.entries(document.paths[route] ?? {}).flatMap(([method, { responses }]) =>
        Object.keys(responses).map((status) => `${method.toUpperCase()} ${route} ${status}`),
      ),
    );
    const tested = CASES.map(({ method, route, status }) => `${method} ${route} ${status}`);

    expect([...new Set(documented)].sort()).toStrictEqual([...new Set(tested)].sort());
    expect(Object.keys(document.paths).sort()).toStrictEqual(['/api/session', ...routes].sort());
  });

  it.each([
    ['PUT', LIST, 'GET, OPTIONS'],
    ['POST', ONE, 'GET, DELETE, OPTIONS'],
    ['DELETE', SIGNED, 'GET, OPTIONS'],
    ['GET', MANY, 'POST, OPTIONS'],
  ])('%s %s is not answered, and the answer says what is', async (method, route, allow) => {
    const path = route.replace('{fileId}', own.fileId);
    const answer = await new FilesBench().call({ method, path });

    expect(answer.status).toBe(405);
    expect(answer.headers['allow']).toBe(allow);
  });

  it('C-36: a preflight names the methods of the path to an allowed page only', async () => {
    const path = ONE.replace('{fileId}', own.fileId);
    const preflight = { method: 'OPTIONS', path, claims: null };
    const allowed = await new FilesBench().call(preflight);
    const refused = await new FilesBench().call({ ...preflight, ...evil });

    expect(allowed.status).toBe(204);
    expect(allowed.headers['access-control-allow-methods']).toBe('GET,DELETE');
    expect(refused.status).toBe(403);
    expect(refused.headers['access-control-allow-origin']).toBeUndefined();
  });

  it('request examples are taken, and a body that the schema refuses is refused', async () => {
    const media = operationOf('POST', MANY).requestBody?.content['application/json'];
    if (media === undefined) throw new Error('the body is not documented');
    const validate = validatorOf(media);
    const bodies = [
      {},
      { fileIds: [] },
      { fileIds: 'x' },
      { fileIds: [1] },
      { fileIds: ['x'], a: 1 },
    ];
    const statusOf = async (body: unknown): Promise<number> =>
      (await new FilesBench().call({ method: 'POST', path: MANY, body })).status;
    const examples = Object.values(media.examples).map(({ value }) => value);

    expect(await Promise.all(examples.map(statusOf))).toStrictEqual(examples.map(() => 200));
    expect(bodies.map((body) => validate(body))).toStrictEqual(bodies.map(() => false));
    expect(await Promise.all(bodies.map(statusOf))).toStrictEqual(bodies.map(() => 400));
  });
});
