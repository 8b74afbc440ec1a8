import { GeneratedWorld, type Person } from '#analytics/generator/world';

/** More than the world remembers grants of. */
const PEOPLE = 16_400;
const EPOCH = Date.parse('2026-11-22T12:00:00Z') / 1_000;

/**
 * People who log in within one second: their grants are one text, so one signature serves them all.
 */
function person(number: number): Person {
  return {
    tenant: 'tenant-0',
    userHash: `user-${number}`,
    address: '192.0.2.1',
    country: 'DE',
    asn: '64500',
    userAgent: 'curl/8.5.0',
    offset: 0,
  };
}

describe('the generated world', () => {
  it('L-07 records a grant once, also when it was forgotten and is made again', () => {
    const world = new GeneratedWorld(1, { tenants: 2, peoplePerTenant: 4 });
    const first = world.grantOf(person(0), EPOCH);

    for (let number = 1; number < PEOPLE; number += 1) world.grantOf(person(number), EPOCH);
    const again = world.grantOf(person(0), EPOCH);

    expect(again).toStrictEqual(first);
    expect(world.issuedGrants).toHaveLength(PEOPLE);
    expect(world.issuedGrants.filter(({ userHash }) => userHash === 'user-0')).toHaveLength(1);
  });
});
