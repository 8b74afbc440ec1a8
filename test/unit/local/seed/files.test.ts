import { objectKeyOf, parseFileRecord } from '#core/files/file-record';
import { userHash } from '#core/user-hash';
import { PEOPLE } from '#local/identity/people';
import { buildSeedFiles } from '#local/seed/files';

const ISSUER = 'http://localhost:4685';
const FILES = buildSeedFiles(ISSUER);

it('every person has one private picture in each of their tenants, under their own hash', () => {
  const expected = PEOPLE.flatMap(({ id, tenants }) =>
    tenants.map((tenant) => `u/${tenant}/${userHash(ISSUER, id)}/`),
  );

  expect(FILES.map(({ record }) => objectKeyOf(record))).toEqual(
    expected.map((prefix) => expect.stringContaining(prefix) as string),
  );
});

it('the records are sound, have different ids, and are the same every time', () => {
  const ids = FILES.map(({ record }) => parseFileRecord({ ...record }).fileId);

  expect(new Set(ids).size).toBe(FILES.length);
  expect(buildSeedFiles(ISSUER).map(({ record }) => record.fileId)).toEqual(ids);
});
