import { createProjectProgram, unreadKeys } from './unread-keys';

/** Keys that no code reads outside `configuration`, each for its reason. */
const READ_ELSEWHERE: readonly string[] = [
  // Editors read it.
  '$schema',
  // `loadPinnedJwks` opens the file that it names.
  'issuers.pinnedJwks',
  // A confirmation has done its work when the parser has seen it.
  'logs.evidence.confirmNoParentDomainCookies',
  'logs.v1.confirmNoParentDomainCookies',
];

/** One name that nothing has, one deeper, and one that many other things have. */
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
