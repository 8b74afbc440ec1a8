import { listQueries, type QueryDescription } from '#analytics/catalog';
import { fitVerdicts, renderQuery } from '#analytics/render-query';

const DAY = { from: '2026-11-22T00:00:00Z', to: '2026-11-23T00:00:00Z' };
const BYTES_MAX = 262_144;
const VERDICTS = Array.from({ length: 5_000 }, (_verdict, at) => ({
  credentialsDigest: at.toString(16).toUpperCase().padStart(64, '0'),
  isValid: false,
}));

function refusals(): QueryDescription {
  const query = listQueries().find(({ name }) => name === 'refusals');
  if (query === undefined) throw new Error('no query refusals');
  return query;
}

describe('verdicts in a statement', () => {
  it('are as many as the statement takes, the first ones', () => {
    const fitting = fitVerdicts(VERDICTS, renderQuery(refusals(), DAY), BYTES_MAX);
    expect(fitting).toEqual(VERDICTS.slice(0, fitting.length));
    const bytes = (count: number): number =>
      Buffer.byteLength(renderQuery(refusals(), DAY, { verdicts: VERDICTS.slice(0, count) }));
    expect(bytes(fitting.length)).toBeLessThanOrEqual(BYTES_MAX);
    expect(bytes(fitting.length + 2)).toBeGreaterThan(BYTES_MAX);
  });

  it('are all where there is no limit, and none where there is no room', () => {
    expect(fitVerdicts(VERDICTS, 'select 1', undefined)).toBe(VERDICTS);
    expect(fitVerdicts(VERDICTS, 'select 1', 5)).toEqual([]);
  });
});
