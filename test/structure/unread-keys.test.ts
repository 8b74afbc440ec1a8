import { createProjectProgram, unreadKeys } from './unread-keys';

/** Keys that no code outside `configuration` reads, each with the reason. */
const READ_ELSEWHERE: readonly string[] = [
  // Only editors read it.
  '$schema',
  // `loadPinnedJwks` in `configuration` opens the file that it names.
  'issuers.pinnedJwks',
  // The parser checks the confirmation; no other code needs it.
  'logs.evidence.confirmNoParentDomainCookies',
  'logs.v1.confirmNoParentDomainCookies',
];

/**
 * A name that exists nowhere else, a name inside another object, and a name that many other objects
 * have.
 */
const PLANTED = `
  plantedSeconds: z.int(),
  planted: z.strictObject({ inner: z.boolean(), name: z.int(), list: z.array(z.strictObject({ soak: z.int() })) }),
`;

it('every key of environment files is read by something, and a planted one is noticed', () => {
  expect(unreadKeys(createProjectProgram(PLANTED))).toEqual(
    [
      ...READ_ELSEWHERE,
      'planted.inner',
      'planted.name',
      'planted.list.soak',
      'plantedSeconds',
    ].sort(),
  );
});
