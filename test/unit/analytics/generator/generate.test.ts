import { type GeneratedRequest, generateLogs } from '#analytics/generator/generate';

const DAY = { seed: 3, startEpoch: Date.parse('2026-11-22T00:00:00Z') / 1_000, tenants: 2 };
const addressesOf = (requests: readonly GeneratedRequest[]): number =>
  new Set(requests.map(({ fields }) => fields['c-ip'])).size;

describe('a day of many people', () => {
  const requests = [
    ...generateLogs({ ...DAY, requests: 4_800, peoplePerTenant: 48, servedFactor: 10 }).requests,
  ];

  it('has all of them, and few at a time', () => {
    const ofAnHour = requests.filter(({ fields }) => fields['time']?.startsWith('08:'));

    expect(addressesOf(requests)).toBeGreaterThanOrEqual(96);
    expect(addressesOf(ofAnHour)).toBeLessThan(96 / 4);
  });

  it('is refused as rarely as was asked', () => {
    const refused = requests.filter(({ cause }) => cause !== undefined).length / requests.length;

    expect(refused).toBeGreaterThan(0.03);
    expect(refused).toBeLessThan(0.08);
  });
});

it('records a grant once, however often it is presented', () => {
  const { requests, issuedGrants } = generateLogs({ ...DAY, requests: 2_000 });
  const presented = [...requests].filter(({ kind }) => kind === 'served').length;
  const grants = issuedGrants.map(({ userHash, startsAt }) => `${userHash} ${startsAt}`);

  expect(presented).toBeGreaterThan(grants.length);
  expect(new Set(grants).size).toBe(grants.length);
});

it('is the same for the same seed', () => {
  const again = (): unknown => [...generateLogs({ ...DAY, requests: 50 }).requests];

  expect(again()).toEqual(again());
});
