import type { RowObject } from '../engines/row-objects';
import type { QueryValues } from '../render-query';
import { barsByName, type Chart, columnsByName, stackByName, stackOverTime } from './charts';

/** One part of the report: the chart of a query. */
export interface ReportSection {
  readonly title: string;
  /** Name of the query in the catalog. */
  readonly query: string;
  readonly values?: QueryValues;
  /** Text that explains the chart. */
  readonly reading: string;
  readonly chart: (rows: readonly RowObject[]) => Chart;
}

/** The sections of a report, in their order. */
export const REPORT_SECTIONS: readonly ReportSection[] = [
  {
    title: 'Refusals by hour and cause',
    query: 'refusals-over-time',
    reading:
      'A peak of one cause within an hour is a release that broke something, or an attack. A slope of “expired” is tabs left open.',
    chart: (rows) => stackOverTime(rows, { axis: 'hour', stack: 'cause', value: 'refusals' }),
  },
  {
    title: 'Refusals by tenant and cause',
    query: 'causes-by-tenant',
    reading:
      'The tenant is the one whose path was asked for, not the one who asked: for that, see “proven” in cross-tenant-probes.',
    chart: (rows) =>
      stackByName(rows, { axis: 'tenant_in_path', stack: 'cause', value: 'refusals' }),
  },
  {
    title: 'Refusals by address',
    query: 'top-offenders',
    values: { min_refusals: 1, top: 20 },
    reading:
      'The 20 that were refused most; “lapsed” is expired or not yet valid. One address with many tenants and “outside_path” is probing; one with “no_signature” on a single tenant is a page that forgot to log in.',
    chart: (rows) =>
      columnsByName(rows, {
        axis: 'c_ip',
        columns: {
          no_signature: 'no_signature',
          lapsed: 'lapsed',
          outside_path: 'outside_path',
          bad_signature: 'bad_signature',
          other: 'other',
        },
      }),
  },
  {
    title: 'Requests by key',
    query: 'key-usage-before-retirement',
    reading:
      'A key may be retired at “safe_from”, when the last grant that it signed has ended. “refused_as_unknown” is what a retirement that came too early looks like. “(none)” was accepted with a key that the logs do not name.',
    chart: (rows) =>
      barsByName(rows, {
        axis: 'key_pair_id',
        values: { accepted: 'accepted', 'refused as unknown': 'refused_as_unknown' },
      }),
  },
  {
    title: 'Share from the cache, by tenant',
    query: 'cache-efficiency-by-tenant',
    reading:
      '1 is everything, 0 is nothing. A tenant far below the others has many files that are read once, or a cache key that is too fine.',
    chart: (rows) =>
      barsByName(rows, {
        axis: 'tenant_in_path',
        values: { 'share of requests': 'hit_share', 'share of bytes': 'byte_hit_share' },
      }),
  },
  {
    title: 'Seconds to the first byte',
    query: 'latency-percentiles',
    reading:
      'Half of the requests waited no longer than p50, 95 in 100 no longer than p95, as the edge measured it. A hit does not wait for the origin.',
    chart: (rows) =>
      barsByName(rows, {
        axis: 'result_type',
        values: { p50: 'first_byte_p50', p95: 'first_byte_p95', p99: 'first_byte_p99' },
      }),
  },
];
