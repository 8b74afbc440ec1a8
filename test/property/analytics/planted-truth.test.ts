import { generateLogs } from '#analytics/generator/generate';
import { KINDS } from '#analytics/generator/kinds';
import {
  checkPlantedTruth,
  type Knowledge,
  supportedCause,
} from '#analytics/generator/planted-truth';

const START = Date.parse('2026-11-22T00:00:00Z') / 1_000;
const REQUESTS = Number(process.env['EDGEPASS_LOG_LINES'] ?? 200_000);
const SETTINGS = { seed: 7, startEpoch: START };

describe('L-07: the cause of every refusal against planted truth', () => {
  it.each<[Knowledge, number]>([
    ['evidence', REQUESTS],
    ['evidence and keys', 20_000],
    ['log data', 20_000],
    ['traffic', 20_000],
  ])(
    'with %s it is exact over %i lines, and undecidable where that is true',
    async (...[knowledge, requests]) => {
      const rows = await checkPlantedTruth({ ...SETTINGS, requests, knowledge });
      expect(rows.filter(({ lines, exact }) => exact !== lines)).toEqual([]);
      expect(rows.reduce((sum, { lines }) => sum + lines, 0)).toBe(requests);
      expect(rows).toHaveLength(Object.keys(KINDS).length);
    },
  );

  it('plants at least twelve causes', () => {
    const causes = new Set(
      [...generateLogs({ ...SETTINGS, requests: 3_000 }).requests].map(({ cause }) => cause),
    );
    expect(causes.size - (causes.has(undefined) ? 1 : 0)).toBeGreaterThanOrEqual(12);
  });

  it('would notice a cause that is claimed without evidence', () => {
    expect(supportedCause({ cause: 'expired' }, 'traffic')).toBe('denied_unspecified');
    expect(supportedCause({ cause: 'wrong_address' }, 'log data')).toBe('denied_unspecified');
    expect(supportedCause({ cause: 'expired', isGenuine: false }, 'evidence and keys')).toBe(
      'bad_signature_proven',
    );
    expect(supportedCause({ cause: undefined }, 'traffic')).toBeUndefined();
  });
});

it('the same settings give the same logs and keys, another seed gives others', () => {
  const digest = (seed: number): string => {
    const logs = generateLogs({ seed, requests: 50, startEpoch: START });
    return JSON.stringify([[...logs.requests], logs.publicKeys, logs.issuedGrants]);
  };
  expect(digest(3)).toBe(digest(3));
  expect(digest(3)).not.toBe(digest(4));
});
