/* eslint-disable jest/no-export -- the tests are the same for every registry */
import { randomUUID } from 'node:crypto';
import { addSeconds } from '#core/clock';
import { parseFileId } from '#core/files/file-id';
import type { FileRecord } from '#core/files/file-record';
import type { FilePosition, FileRegistry } from '#core/files/file-registry';
import { parseTenantId } from '#core/tenancy/tenant-id';
import { ANN, BOB, makeFile } from './file-records';

const newId = (): FileRecord['fileId'] => parseFileId(randomUUID());
const newTenant = (): FileRecord['tenant'] => parseTenantId(`t-${randomUUID()}`);

async function listAll(
  registry: FileRegistry,
  owner: Pick<FileRecord, 'tenant' | 'owner'>,
  limit: number,
): Promise<FileRecord[][]> {
  const pages: FileRecord[][] = [];
  let after: FilePosition | undefined;
  do {
    const page = await registry.list(owner, { limit, ...(after && { after }) });
    pages.push([...page.files]);
    after = page.next;
  } while (after !== undefined && pages.length < 20);
  return pages;
}

/**
 * The tests that every registry must pass. The records have random ids and tenants, so the registry
 * may hold other records.
 */
export function testFileRegistry(registryOf: () => FileRegistry): void {
  describe('one record', () => {
    it('is found as it was saved, at once', async () => {
      const file = makeFile({ fileId: newId(), name: "it's +1 (ü) 東京 🙂.png" });

      expect(await registryOf().save(file)).toEqual({ ok: true, value: undefined });
      expect(await registryOf().find(file.fileId)).toEqual(file);
    });
    it('is not there before, and not after it was deleted', async () => {
      const file = makeFile({ fileId: newId() });

      expect(await registryOf().find(file.fileId)).toBeUndefined();
      await registryOf().save(file);
      await registryOf().delete(file.fileId);
      expect(await registryOf().find(file.fileId)).toBeUndefined();
      await expect(registryOf().delete(file.fileId)).resolves.toBeUndefined();
    });
    it('is never replaced by another with the same id', async () => {
      const file = makeFile({ fileId: newId() });
      await registryOf().save(file);

      expect(await registryOf().save({ ...file, owner: BOB })).toEqual({
        ok: false,
        refusal: 'file-exists',
      });
      expect(await registryOf().find(file.fileId)).toEqual(file);
    });
  });
  describe('a change of state', () => {
    it('happens from an expected state, and sets the time', async () => {
      const file = makeFile({ fileId: newId(), state: 'pending' });
      const now = addSeconds(file.createdAt, 7);
      await registryOf().save(file);
      const changed = await registryOf().change({
        ...{ fileId: file.fileId, now },
        ...{ state: 'stored', expected: ['refused', 'pending'] },
      });

      expect(changed).toEqual({ ok: true, value: { ...file, state: 'stored', updatedAt: now } });
      expect(await registryOf().find(file.fileId)).toMatchObject({ state: 'stored' });
    });
    it('does not happen from another state', async () => {
      const file = makeFile({ fileId: newId(), state: 'removing' });
      await registryOf().save(file);
      const changed = await registryOf().change({
        ...{ fileId: file.fileId, now: file.createdAt },
        ...{ state: 'stored', expected: ['pending'] },
      });

      expect(changed).toEqual({ ok: false, refusal: 'file-not-in-state' });
      expect(await registryOf().find(file.fileId)).toEqual(file);
    });
    it('does not make a record where there is none', async () => {
      const fileId = newId();
      const changed = await registryOf().change({
        ...{ fileId, now: makeFile().createdAt },
        ...{ state: 'stored', expected: ['pending', 'stored'] },
      });

      expect(changed).toEqual({ ok: false, refusal: 'file-not-in-state' });
      expect(await registryOf().find(fileId)).toBeUndefined();
    });
    it('happens once when several want it', async () => {
      const file = makeFile({ fileId: newId(), state: 'pending' });
      await registryOf().save(file);
      const change = { fileId: file.fileId, now: file.createdAt, expected: ['pending'] } as const;
      const outcomes = await Promise.all(
        [1, 2, 3, 4].map(() => registryOf().change({ ...change, state: 'stored' })),
      );

      expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    });
  });
  describe('many records', () => {
    it('finds 100 with one call, without those that are not there, and repeats nothing', async () => {
      const files = Array.from({ length: 60 }, () => makeFile({ fileId: newId() }));
      await Promise.all(files.map((file) => registryOf().save(file)));
      const known = files.map(({ fileId }) => fileId);
      const unknown = Array.from({ length: 20 }, newId);
      const found = await registryOf().findAll([...known, ...unknown, ...known.slice(0, 20)]);

      expect(new Set(found.keys())).toEqual(new Set(known));
      expect([...found.values()].every((file) => files.some((one) => one.name === file.name))).toBe(
        true,
      );
    });
    it('finds nothing for no ids', async () => {
      expect(await registryOf().findAll([])).toEqual(new Map());
    });
  });
  describe('the list of a person', () => {
    it('has every file once, the newest first, over pages of any size', async () => {
      const tenant = newTenant();
      const files = [5, 3, 3, 3, 9, 1, 7].map((seconds) =>
        makeFile({
          ...{ fileId: newId(), tenant },
          createdAt: addSeconds(makeFile().createdAt, seconds),
        }),
      );
      for (const file of files) await registryOf().save(file);
      const expected = [...files].sort((a, b) =>
        a.createdAt === b.createdAt ? (a.fileId < b.fileId ? 1 : -1) : b.createdAt - a.createdAt,
      );

      for (const limit of [1, 2, 3, 100]) {
        const pages = await listAll(registryOf(), { tenant, owner: ANN }, limit);
        expect(pages.flat()).toEqual(expected);
        expect(Math.max(...pages.map(({ length }) => length))).toBeLessThanOrEqual(limit);
      }
    });
    it('has nothing of other people and of other tenants', async () => {
      const [tenant, other] = [newTenant(), newTenant()];
      const own = makeFile({ fileId: newId(), tenant });
      await registryOf().save(own);
      await registryOf().save(makeFile({ fileId: newId(), tenant, owner: BOB }));
      await registryOf().save(makeFile({ fileId: newId(), tenant: other }));

      expect(await listAll(registryOf(), { tenant, owner: ANN }, 100)).toEqual([[own]]);
    });
    it('goes on after a file of another person no further than its own', async () => {
      const [tenant, other] = [newTenant(), newTenant()];
      const foreign = makeFile({ fileId: newId(), tenant: other });
      await registryOf().save(foreign);
      const page = await registryOf().list(
        { tenant, owner: BOB },
        { limit: 10, after: { createdAt: addSeconds(foreign.createdAt, 1), fileId: newId() } },
      );

      expect(page.files).toEqual([]);
    });
  });
}
