import { parseTenantId } from '#core/tenancy/tenant-id';
import { ANN, BOB, fileIdOf, makeFile } from '#test/support/file-records';
import { NOW } from '../../access-token/token-factory';
import { FilesBench } from './files-bench';

const own = makeFile({ fileId: fileIdOf(1) });
const bobs = makeFile({ fileId: fileIdOf(2), owner: BOB });
const shared = makeFile({ fileId: fileIdOf(3), owner: BOB, visibility: 'tenant' });
const pending = makeFile({ fileId: fileIdOf(4), state: 'pending' });
const left = makeFile({ fileId: fileIdOf(5), tenant: parseTenantId('globex') });
const missing = fileIdOf(9);

function bench(options: ConstructorParameters<typeof FilesBench>[0] = {}): FilesBench {
  const made = new FilesBench(options);
  for (const file of [own, bobs, shared, pending, left]) made.registry.files.set(file.fileId, file);
  return made;
}

const urlPath = (fileId: string): string => `/api/files/signed-url/${fileId}`;
const statusOf = (answer: { status: number }): number => answer.status;

describe('a file that a person does not get', () => {
  const REFUSED = [
    ['another person', bobs.fileId, { reason: 'other-owner', tenant: 'acme', fileId: bobs.fileId }],
    [
      'another tenant',
      left.fileId,
      { reason: 'other-tenant', tenant: 'globex', fileId: left.fileId },
    ],
    ['nobody', missing, { reason: 'no-such-file', fileId: missing }],
    ['no well-formed id', 'x', { reason: 'no-such-file' }],
    ['upper case', own.fileId.toUpperCase(), { reason: 'no-such-file' }],
  ] as const;

  it('C-25: gets the same bytes and headers for every reason', async () => {
    const files = bench();
    const answers = await Promise.all(
      [...REFUSED.map(([, id]) => id), pending.fileId, 'a%2e', 'a/b', ''].map((id) =>
        files.call({ path: urlPath(id) }),
      ),
    );
    const [first] = answers;

    expect(first).toMatchObject({
      status: 404,
      body: { type: 'urn:edgepass:problem:file-not-found' },
    });
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    // What is no path of a file at all is refused before anybody looks at the token and the origin.
    expect(
      answers
        .slice(0, 6)
        .every(({ headers }) => JSON.stringify(headers) === JSON.stringify(first?.headers)),
    ).toBe(true);
  });

  it.each(REFUSED)(
    'is logged once, of %s, with nothing that names the file',
    async (_who, id, fields) => {
      const files = bench();
      await files.call({ path: urlPath(id) });

      expect(files.refusedFiles).toEqual([
        { ...fields, requestId: 'request-1', userHash: ANN, status: 404, method: 'GET' },
      ]);
      expect(files.telemetry.refusals).toEqual([fields.reason]);
      expect(files.kms.commands).toHaveLength(0);
      expect(files.records).toEqual([]);
      expect(JSON.stringify(files.telemetry.lines)).not.toMatch(/png|u\/acme|eyJ|https:/);
    },
  );

  it('is refused as not ready until it is stored', async () => {
    const files = bench();

    expect(await files.call({ path: urlPath(pending.fileId) })).toMatchObject({ status: 404 });
    expect(files.refusedFiles).toMatchObject([{ reason: 'not-ready', fileId: pending.fileId }]);
    expect(await files.call({ path: `/api/files/${pending.fileId}` })).toMatchObject({
      status: 200,
      body: { state: 'pending' },
    });
  });

  it.each(['GET', 'DELETE'])(
    'C-25: %s of the file itself follows the same rule',
    async (method) => {
      const files = bench();
      const answers = await Promise.all(
        REFUSED.map(([, id]) => files.call({ method, path: `/api/files/${id}` })),
      );

      expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
      expect(new Set(answers.map(statusOf))).toEqual(new Set([404]));
    },
  );
});

describe('who asks', () => {
  it.each([
    ['without a token', 401, { claims: null }],
    ['without the origin secret', 403, { headers: { 'x-edgepass-origin-secret': 'x' } }],
    ['from another page', 403, { headers: { origin: 'https://evil.example' } }],
    ['with an expired token', 401, { claims: { exp: NOW - 60 } }],
  ])('%s learns nothing, and the registry is not asked', async (_how, status, call) => {
    const files = bench();

    for (const path of ['/api/files', `/api/files/${own.fileId}`, urlPath(own.fileId)]) {
      expect(statusOf(await files.call({ ...call, path }))).toBe(status);
    }
    expect(files.registry.calls).toEqual([]);
  });

  it('a tenant from the query or a body changes nothing', async () => {
    const answer = await bench().call({ path: urlPath(left.fileId), query: 'tenant=globex' });

    expect(answer.status).toBe(404);
  });

  it('an owner who left the tenant gets nothing of it', async () => {
    const files = bench();

    expect(statusOf(await files.call({ path: urlPath(left.fileId) }))).toBe(404);
    expect(
      statusOf(await files.call({ path: urlPath(left.fileId), claims: { org_id: 'globex' } })),
    ).toBe(200);
  });

  it('a reader reads private files of the tenant, of no other, and deletes none', async () => {
    const reader = { roleClaim: 'role', readerRoles: ['auditor'] };
    const files = bench({ issuer: reader });
    const claims = { sub: 'rita', role: 'auditor' };

    expect(statusOf(await files.call({ claims, path: urlPath(bobs.fileId) }))).toBe(200);
    expect(statusOf(await files.call({ claims, path: urlPath(left.fileId) }))).toBe(404);
    expect(
      statusOf(await files.call({ claims, method: 'DELETE', path: `/api/files/${bobs.fileId}` })),
    ).toBe(404);
    expect(files.refusedFiles.at(-1)).toMatchObject({ reason: 'other-owner' });
  });
});

describe('a signed URL', () => {
  const signedUrlOf = (body: Record<string, unknown>): string => String(body['signedUrl']);

  it('opens exactly this file, for 15 minutes, and nothing with a changed path or query', async () => {
    const files = bench();
    const { status, body, headers } = await files.call({ path: urlPath(own.fileId) });
    const url = signedUrlOf(body);

    expect(status).toBe(200);
    expect(headers['cache-control']).toBe('no-store');
    expect(Object.keys(body)).toEqual(['signedUrl', 'expiresAt']);
    expect(body['expiresAt']).toBe('2026-01-01T18:08:20Z');
    expect(files.opens(url)).toBe(true);
    expect(files.opens(`${url}&w=1`)).toBe(false);
    expect(files.opens(url.replace('.png?', '.png.bak?'))).toBe(false);
    expect(files.opens(url.replace(own.fileId, bobs.fileId))).toBe(false);
    files.clock.seconds += 900;
    expect(files.opens(url)).toBe(false);
  });

  it('C-20: has the encoded name of the file', async () => {
    const { body } = await bench().call({ path: urlPath(own.fileId) });

    expect(decodeURIComponent(new URL(signedUrlOf(body)).pathname)).toBe(
      `/u/acme/${ANN}/${own.fileId}/${own.name}`,
    );
  });

  it('is a download under the name of the file when the query says so', async () => {
    const files = bench();
    const { body } = await files.call({ path: urlPath(own.fileId), query: 'download' });
    const url = new URL(signedUrlOf(body));

    expect(url.searchParams.get('response-content-disposition')).toContain(
      `filename*=UTF-8''${encodeURIComponent(own.name).replace('(', '%28').replace(')', '%29')}`,
    );
    expect(files.opens(url.href)).toBe(true);
    url.searchParams.set('response-content-disposition', 'attachment; filename="x.exe"');
    expect(files.opens(url.href)).toBe(false);
  });

  it('is given for a shared file of another person', async () => {
    expect(statusOf(await bench().call({ path: urlPath(shared.fileId) }))).toBe(200);
  });

  it('C-08: may be asked for shorter, never longer', async () => {
    const files = bench({ grants: { signedUrlLifetimeSeconds: 300 } });
    const ask = (query: string): ReturnType<FilesBench['call']> =>
      files.call({ path: urlPath(own.fileId), query });
    const bad = ['301', '0', '-1', '1.5', '1e2', 'x', '', '9999999'];
    const queries = [...bad.map((value) => `lifetimeSeconds=${value}`), 'download=no'];
    const answers = await Promise.all(queries.map(ask));

    expect(answers.map(statusOf)).toEqual(queries.map(() => 400));
    expect(statusOf(await ask('lifetimeSeconds=1&lifetimeSeconds=2'))).toBe(400);
    expect((await ask('lifetimeSeconds=10')).body['expiresAt']).toBe('2026-01-01T17:53:30Z');
    expect((await ask('')).body['expiresAt']).toBe('2026-01-01T17:58:20Z');
  });

  it('J-04: ends with a long-lived token', async () => {
    const { body } = await bench({ issuer: { maxTokenAgeSeconds: 86_400 } }).call({
      path: urlPath(own.fileId),
      claims: { iat: NOW - 3_600, exp: NOW + 60 },
    });

    expect(body['expiresAt']).toBe('2026-01-01T17:54:20Z');
  });

  it('leaves one record that names who and which path, before it is given out', async () => {
    const files = bench();
    const { body } = await files.call({ path: urlPath(own.fileId) });
    const url = new URL(signedUrlOf(body));

    expect(files.records).toEqual([
      [
        {
          time: '2026-01-01T17:53:20Z',
          requestId: 'request-1',
          userHash: ANN,
          tenant: 'acme',
          scope: url.pathname,
          keyPairId: url.searchParams.get('Key-Pair-Id'),
          startsAt: '2026-01-01T17:52:20Z',
          expiresAt: body['expiresAt'],
          fingerprint: url.searchParams.get('Signature')?.slice(0, 24),
        },
      ],
    ]);
    expect(JSON.stringify(files.telemetry.lines)).not.toMatch(/Signature|Policy|png/);
  });

  it('is not given out when its record cannot be written', async () => {
    const files = bench();
    files.logs.respond = () => {
      throw new Error('down');
    };
    const answer = await files.call({ path: urlPath(own.fileId) });

    expect(answer.status).toBe(503);
    expect(answer.text).not.toContain('Signature');
    expect(files.telemetry.refusals).toEqual(['grant-log-failed']);
  });

  it.each([
    [
      'KMS',
      'signing-failed',
      (files: FilesBench) =>
        (files.kms.distort = () => {
          throw new Error('down');
        }),
    ],
    [
      'the registry',
      'registry-failed',
      (files: FilesBench) => (files.registry.failure = new Error('down')),
    ],
  ] as const)(
    'is not given out when %s is down, and that is no 404',
    async (_what, reason, breakIt) => {
      const files = bench();
      breakIt(files);

      expect(statusOf(await files.call({ path: urlPath(own.fileId) }))).toBe(503);
      expect(files.telemetry.refusals).toEqual([reason]);
    },
  );
});

describe('the list of a person', () => {
  it('has their own files of the tenants that they have, without key and owner', async () => {
    const { body, text } = await bench().call();

    expect((body['files'] as { fileId: string }[]).map(({ fileId }) => fileId)).toEqual([
      pending.fileId,
      own.fileId,
    ]);
    expect(body['cursor']).toBeUndefined();
    expect(text).not.toContain(ANN);
  });

  it('goes on with the cursor, over files and tenants, and has every file once', async () => {
    const files = new FilesBench();
    const tenants = Array.from({ length: 12 }, (_, index) => `tenant-${index}`);
    const claims = { org_id: tenants };
    const all = tenants.flatMap((tenant, index) =>
      Array.from({ length: index % 3 === 0 ? 70 : 1 }, (_, number) =>
        makeFile({ fileId: fileIdOf(index * 1_000 + number), tenant: parseTenantId(tenant) }),
      ),
    );
    for (const file of all) files.registry.files.set(file.fileId, file);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const query = cursor === undefined ? '' : `cursor=${cursor}`;
      const { body } = await files.call({ claims, query });
      const page = body['files'] as { fileId: string }[];
      seen.push(...page.map(({ fileId }) => fileId));
      expect(page.length).toBeLessThanOrEqual(100);
      cursor = body['cursor'] as string | undefined;
    } while (cursor !== undefined);

    expect([...seen].sort()).toEqual(all.map(({ fileId }) => fileId).sort());
  });

  it.each(['x', Buffer.from('globex').toString('base64url'), ''])(
    'C-25: a cursor of another tenant or of nobody is refused: %j',
    async (cursor) => {
      const files = bench();

      expect(statusOf(await files.call({ query: `cursor=${cursor}` }))).toBe(400);
      expect(files.registry.calls).toEqual([]);
    },
  );
});
