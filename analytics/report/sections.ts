import type { RowObject } from '../engines/row-objects';
import type { QueryValues } from '../render-query';
import {
  barsByName,
  type Chart,
  columnsByName,
  type ShownHours,
  stackByName,
  stackOverTime,
} from './charts';

/** One part of the report: the chart of a query. */
export interface ReportSection {
  readonly title: string;
  /** Name of the query in the catalog. */
  readonly query: string;
  readonly values?: QueryValues;
  /** Text that explains the chart. */
  readonly reading: string;
  readonly chart: (rows: readonly RowObject[], hours?: ShownHours) => Chart;
}

/** The sections of a report, in their order. */
export const REPORT_SECTIONS: readonly ReportSection[] = [
  {
    title: 'Refusals by hour and cause',
    query: 'refusals-over-time',
    reading:
      'A peak of one cause within an hour is a broken release or an attack. A slow rise of “no_signature” is sessions that ended: browsers drop the cookies then. “expired” comes from scripts, kept or leaked links, and replays; the question expired-lateness shows from how many places. A hatched hour has no log lines: nobody asked, or the logs are missing.',
    chart: (rows, hours) =>
      stackOverTime(rows, { axis: 'hour', stack: 'cause', value: 'refusals' }, hours),
  },
  {
    title: 'Refusals by tenant and cause',
    query: 'causes-by-tenant',
    reading:
      'The tenant is the one whose path was asked for, not the one who asked. The question cross-tenant-probes shows who asked, where that is proven.',
    chart: (rows) =>
      stackByName(rows, { axis: 'tenant_in_path', stack: 'cause', value: 'refusals' }),
  },
  {
    title: 'Refusals by address',
    query: 'top-offenders',
    values: { min_refusals: 1, top: 20 },
    reading:
      'The 20 addresses that were refused most often. “lapsed” means expired or not yet valid. An address with many tenants and “outside_path” tries other tenants’ paths. An address with “no_signature” for a single tenant is usually a page that did not log in.',
    chart: (rows) =>
      columnsByName(rows, {
        axis: 'c_ip',
        columns: {
          no_signature: 'no_signature',
          lapsed: 'lapsed',
          outside_path: 'outside_path',
          bad_signature: 'bad_signature',
          broken_links: 'broken_links',
          other: 'other',
        },
      }),
  },
  {
    title: 'Requests by key',
    query: 'key-usage-before-retirement',
    reading:
      'A key can be retired at “safe_from”, when the last known grant of the key has ended. “refused as unknown” shows that a key was retired too early. “(none)” counts requests that were accepted with a key that the logs do not name.',
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
      '1 means everything, 0 nothing. A tenant far below the others has many files that are read only once, or its requests have different cache keys for the same file.',
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
      'Half of the requests waited at most p50 seconds, 95 of 100 at most p95, as measured by the edge. A hit does not wait for the origin.',
    chart: (rows) =>
      barsByName(rows, {
        axis: 'result_type',
        values: { p50: 'first_byte_p50', p95: 'first_byte_p95', p99: 'first_byte_p99' },
      }),
  },
];
