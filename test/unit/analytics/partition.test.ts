import { groupByPartition, partitionOf, partitionsBetween } from '#analytics/partition';

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
