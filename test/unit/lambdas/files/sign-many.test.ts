import { BOB, fileIdOf, makeFile } from '#test/support/file-records';
import type { Answer } from '../session/session-bench';
import { FilesBench } from './files-bench';

const PATH = '/api/files/signed-urls';
const own = Array.from({ length: 100 }, (_, index) => makeFile({ fileId: fileIdOf(index) }));
const foreign = makeFile({ fileId: fileIdOf(500), owner: BOB });

interface Entry {
  readonly fileId: string;
  readonly signedUrl?: string;
  readonly error?: string;
}

function bench(): FilesBench {
  const made = new FilesBench();
  for (const file of [...own, foreign]) made.registry.files.set(file.fileId, file);
  return made;
}

const ids = (count: number): string[] => own.slice(0, count).map(({ fileId }) => fileId);
const entriesOf = (answer: Answer): Entry[] => answer.body['signedUrls'] as Entry[];
const post = (files: FilesBench, body: unknown): Promise<Answer> =>
  files.call({ method: 'POST', path: PATH, body });

describe('C-26: signed URLs of many files', () => {
  it('99 own ids and one foreign: 99 URLs, one error, 99 signatures, one write to the log', async () => {
    const files = bench();
    const fileIds = [...ids(50), foreign.fileId, ...ids(99).slice(50)];
    const entries = entriesOf(await post(files, { fileIds }));

    expect(entries.map(({ fileId }) => fileId)).toEqual(fileIds);
    expect(entries.filter(({ signedUrl }) => signedUrl !== undefined)).toHaveLength(99);
    expect(entries[50]).toEqual({ fileId: foreign.fileId, error: 'file-not-found' });
    expect(files.kms.commands).toHaveLength(99);
    expect(files.records.map(({ length }) => length)).toEqual([99]);
    expect(files.registry.calls).toEqual(['findAll']);
  });

  it('missing, foreign and malformed ids get the same entry, and each its reason in the log', async () => {
    const files = bench();
    const fileIds = [foreign.fileId, fileIdOf(900), 'x', '../a', ''];
    const entries = entriesOf(await post(files, { fileIds }));

    expect(entries).toEqual(fileIds.map((fileId) => ({ fileId, error: 'file-not-found' })));
    expect(files.refusedFiles.map(({ reason, fileId }) => [reason, fileId])).toEqual([
      ['other-owner', foreign.fileId],
      ['no-such-file', fileIdOf(900)],
      ['no-such-file', undefined],
      ['no-such-file', undefined],
      ['no-such-file', undefined],
    ]);
    expect(files.kms.commands).toHaveLength(0);
    expect(files.records).toEqual([]);
  });

  it('signs an id that occurs twice once, and answers twice', async () => {
    const files = bench();
    const [first = '', second = ''] = ids(2);
    const entries = entriesOf(await post(files, { fileIds: [first, second, first, 'x', 'x'] }));

    expect(entries.map(({ fileId }) => fileId)).toEqual([first, second, first, 'x', 'x']);
    expect(entries[0]).toEqual(entries[2]);
    expect(files.kms.commands).toHaveLength(2);
    expect(files.refusedFiles).toHaveLength(1);
  });

  it('every URL opens its own file and has the same end, 5 minutes from now', async () => {
    const files = bench();
    let reads = 0;
    const now = files.clock.now.bind(files.clock);
    files.clock.now = () => {
      reads += 1;
      return now();
    };
    const answer = await post(files, { fileIds: ids(30) });
    const entries = entriesOf(answer);

    expect(entries.every(({ signedUrl = '' }) => files.opens(signedUrl))).toBe(true);
    expect(entries.every(({ signedUrl, fileId }) => signedUrl?.includes(fileId))).toBe(true);
    expect(new Set(answer.text.match(/"expiresAt":"[^"]*"/g))).toEqual(
      new Set(['"expiresAt":"2026-01-01T17:58:20Z"']),
    );
    expect(reads).toBeGreaterThan(0);
  });

  it('may be asked for shorter, never longer', async () => {
    const files = bench();
    const statuses = await Promise.all(
      [301, 0, 1.5, -1].map(
        async (lifetimeSeconds) => (await post(files, { fileIds: ids(1), lifetimeSeconds })).status,
      ),
    );

    expect(statuses).toEqual([400, 400, 400, 400]);
    expect((await post(files, { fileIds: ids(1), lifetimeSeconds: 60 })).text).toContain(
      '2026-01-01T17:54:20Z',
    );
  });

  it.each([
    ['101 ids', 400, { fileIds: Array.from({ length: 101 }, (_, index) => fileIdOf(index)) }],
    ['no ids', 400, { fileIds: [] }],
    ['no list', 400, { fileIds: fileIdOf(1) }],
    ['a number', 400, { fileIds: [1] }],
    ['a text that is too long', 400, { fileIds: ['x'.repeat(201)] }],
    ['no members', 400, {}],
    ['another member', 400, { fileIds: [fileIdOf(1)], tenant: 'globex' }],
    ['a lifetime as text', 400, { fileIds: [fileIdOf(1)], lifetimeSeconds: '60' }],
    ['an array', 400, []],
    ['no JSON', 400, '{'],
    ['more than 64 KB', 413, { fileIds: [fileIdOf(1)], x: 'x'.repeat(65_536) }],
  ])('a body with %s is refused with %d, and nothing is looked up', async (_what, status, body) => {
    const files = bench();

    expect((await post(files, body)).status).toBe(status);
    expect(files.registry.calls).toEqual([]);
  });

  it('a body below 64 KB arrives in either encoding', async () => {
    const body = `${JSON.stringify({ fileIds: ids(1) })}${' '.repeat(65_000)}`;
    const files = bench();

    expect((await post(files, body)).status).toBe(200);
  });

  it('no token, no look-up', async () => {
    const files = bench();
    const answer = await files.call({
      ...{ method: 'POST', path: PATH, claims: null },
      body: { fileIds: ids(1) },
    });

    expect(answer.status).toBe(401);
    expect(files.registry.calls).toEqual([]);
  });
});
