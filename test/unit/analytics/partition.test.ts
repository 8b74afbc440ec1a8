import { DuckDBInstance } from '@duckdb/node-api';
import { quoteText } from '#analytics/parameters';
import {
  groupByPartition,
  HOUR_OF_FOLDERS_PATTERN,
  HOUR_OF_NAME_PATTERN,
  partitionOf,
  partitionOfName,
  partitionsBetween,
} from '#analytics/partition';

it('names the hour of a time as partitions are named', () => {
  expect(partitionOf('2026-11-22T23:30:00-02:00')).toBe('2026/11/23/01');
});

it('opens one hour more at both ends, over midnight too', () => {
  expect(partitionsBetween('2026-11-22T00:10:00Z', '2026-11-22T23:00:00+00:00')).toEqual({
    from: '2026/11/21/23',
    to: '2026/11/23/00',
  });
});

it('groups by hour and keeps the order within one', () => {
  const times = ['2026-11-22T23:59:59Z', '2026-11-23T00:00:00Z', '2026-11-22T23:00:00Z'];
  expect([...groupByPartition(times, (time) => time)]).toEqual([
    ['2026/11/22/23', [times[0], times[2]]],
    ['2026/11/23/00', [times[1]]],
  ]);
});

const H = '2026/11/22/05';

/** Names of log objects, and the hour that each tells. */
const NAMES: readonly (readonly [string, string | undefined])[] = [
  ['AWSLogs/0/CloudFront/E1/2026/11/22/05/E1.a.parquet', H],
  ['dt=2026/11/22/05/a.gz', H],
  ['2026/11/22/05/a.gz', H],
  ['E1.2026-11-22-05.abcd1234.gz', H],
  ['prefix/E1.2026-11-22-05.abcd1234.gz', H],
  ['2026/11/22/06/E1.2026-11-22-05.abcd1234.gz', '2026/11/22/06'],
  ['12026/11/22/05/a.gz', undefined],
  ['v2026/11/22/05/a.gz', undefined],
  ['2026/11/22/05/more/a.gz', undefined],
  ['2026/11/22/05', undefined],
  ['E1.2026-11-22-05/a.gz', undefined],
  ['E12026-11-22-05.a.gz', undefined],
  ['E1.2026-11-22.a.gz', undefined],
];

it.each(NAMES)(
  'the name %s is of the hour %s, for TypeScript and for DuckDB',
  async (name, hour) => {
    expect(partitionOfName(name)).toBe(hour);
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const extract = (pattern: string): string =>
      `nullif(regexp_extract(${quoteText(name)}, ${quoteText(pattern)}, 1), '')`;
    const reader = await connection.runAndReadAll(
      `select coalesce(${extract(HOUR_OF_FOLDERS_PATTERN)}, replace(${extract(HOUR_OF_NAME_PATTERN)}, '-', '/'))`,
    );
    expect(reader.getRows()).toEqual([[hour ?? null]]);
    connection.closeSync();
    instance.closeSync();
  },
);
