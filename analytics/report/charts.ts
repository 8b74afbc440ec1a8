import type { EChartsOption, SeriesOption } from 'echarts';
import type { RowObject } from '../engines/row-objects';
import { printable } from '../printable';
import { CHART_WIDTH, textWidth } from './draw-chart';

const HOUR_MILLISECONDS = 3_600_000;
const ROW_HEIGHT = 26;
const FRAME_HEIGHT = 60;
const TIME_HEIGHT = 300;
/** Largest number of names in a chart. */
export const BARS_MAX = 20;
const LEGEND_ROW_HEIGHT = 24;
/** Pixels of the mark before a name in the legend, with the gap after it. */
const LEGEND_MARK_WIDTH = 44;

/** One colour for each cause, the same in every chart. */
const CAUSE_COLOURS: Readonly<Record<string, string>> = {
  no_signature: '#4477aa',
  expired: '#ccbb44',
  outside_path: '#ee6677',
  bad_signature_proven: '#882255',
  bad_signature_presumed: '#aa3377',
  unknown_key: '#228833',
  wrong_address: '#ee8866',
  not_yet_valid: '#ddcc77',
  origin_refused: '#66ccee',
  revoked: '#332288',
  denied_unspecified: '#888888',
  method_not_allowed: '#777733',
  invalid_header: '#997744',
  invalid_certificate: '#bb9966',
  invalid_request: '#ccbb99',
  origin_failed: '#3399bb',
  preflight: '#bbccdd',
  geo_blocked: '#999933',
  waf_blocked: '#44aa99',
  malformed_policy: '#cc99bb',
  malformed_signature: '#ddaacc',
  // Columns that count several causes have the colour of the first of them.
  lapsed: '#ccbb44',
  bad_signature: '#aa3377',
  broken_links: '#66ccee',
};
const BAR_COLOURS = ['#4477aa', '#66ccee', '#ccbb44', '#ee6677', '#228833'];
const OTHER_COLOUR = '#bbbbbb';

/** A chart and the height that it needs. */
export interface Chart {
  readonly option: EChartsOption;
  readonly height: number;
  /** Number of names in the answer when the chart does not draw all of them. */
  readonly firstOf?: number;
}

/** Long names are cut: a client can send a key id of any length. */
const LABEL_CHARACTERS_MAX = 48;

/** A legend with as many rows as its names need, and the space below it. */
function frame(
  names: readonly string[],
): Pick<EChartsOption, 'legend' | 'grid'> & { rows: number } {
  const widths = names.map((name) => textWidth(name) + LEGEND_MARK_WIDTH);
  const rows = Math.ceil((widths.reduce((sum, width) => sum + width, 0) * 1.15) / CHART_WIDTH);
  const top = 20 + rows * LEGEND_ROW_HEIGHT;
  return {
    rows,
    legend: { top: 4, type: 'plain' },
    grid: { left: 12, right: 24, top, bottom: 8, containLabel: true },
  };
}

function chartOf(
  series: readonly SeriesOption[],
  { height, ...axes }: { readonly height: number } & Pick<EChartsOption, 'xAxis' | 'yAxis'>,
): Chart {
  const { rows, ...around } = frame(series.map(({ name }) => String(name)));
  return {
    height: height + rows * LEGEND_ROW_HEIGHT,
    option: { ...around, ...axes, series: [...series] },
  };
}

function text(row: RowObject, column: string): string {
  const cell = row[column];
  if (cell === null || cell === undefined) return '(none)';
  const label = Array.from(printable(String(cell)));
  const shown = label.slice(0, LABEL_CHARACTERS_MAX).join('');
  return label.length > LABEL_CHARACTERS_MAX ? `${shown}…` : shown;
}

function number(row: RowObject, column: string): number {
  return Number(row[column] ?? 0);
}

function distinct(rows: readonly RowObject[], column: string): string[] {
  return [...new Set(rows.map((row) => text(row, column)))];
}

/** The columns of the answer that are drawn: axis, stack and value. */
export interface StackColumns {
  readonly axis: string;
  readonly stack: string;
  readonly value: string;
}

function stackSeries(
  rows: readonly RowObject[],
  axisValues: readonly string[],
  { axis, stack, value }: StackColumns,
): SeriesOption[] {
  const values = new Map<string, number>();
  for (const row of rows) {
    const key = JSON.stringify([text(row, axis), text(row, stack)]);
    values.set(key, (values.get(key) ?? 0) + number(row, value));
  }
  return distinct(rows, stack).map((name) => ({
    type: 'bar',
    name,
    stack: 'all',
    itemStyle: { color: CAUSE_COLOURS[name] ?? OTHER_COLOUR },
    data: axisValues.map((at) => values.get(JSON.stringify([at, name])) ?? 0),
  }));
}

/** The hours that a chart shows, and which of them have log lines. */
export interface ShownHours {
  /** RFC 3339. */
  readonly from: string;
  /** RFC 3339. */
  readonly to: string;
  /** Hours with log lines, `yyyy-MM-dd HH:mm:ss`, UTC. */
  readonly logged: readonly string[];
}

/** The name of hours without log lines in the legend. */
const NO_LINES = 'no log lines';

/**
 * Stacked bars over time. An hour without a row is shown as an empty place; without log lines, it
 * is hatched: nobody knows what happened then.
 */
export function stackOverTime(
  rows: readonly RowObject[],
  columns: StackColumns,
  shown?: ShownHours,
): Chart {
  const found = distinct(rows, columns.axis).map(millisecondsOf);
  const hours = shown === undefined ? everyHour(found) : everyHour([...found, ...endsOf(shown)]);
  const stacks = stackSeries(rows, hours, columns);
  const unlogged = shown === undefined ? [] : hours.filter((hour) => !shown.logged.includes(hour));
  return chartOf(unlogged.length === 0 ? stacks : [...stacks, hatch(hours, unlogged, stacks)], {
    height: TIME_HEIGHT,
    xAxis: { type: 'category', data: hours.map((hour) => hour.slice(5, 16)) },
    yAxis: { type: 'value', minInterval: 1 },
  });
}

/** Hatched bars as high as the highest stack. */
function hatch(
  hours: readonly string[],
  unlogged: readonly string[],
  stacks: readonly SeriesOption[],
): SeriesOption {
  const heights = hours.map((_hour, at) =>
    stacks.reduce((sum, { data }) => sum + Number((data as readonly number[])[at]), 0),
  );
  const top = Math.max(1, ...heights);
  return {
    type: 'bar',
    name: NO_LINES,
    stack: 'all',
    barCategoryGap: 0,
    itemStyle: {
      color: '#f0f0f0',
      decal: { color: '#8a8a8a', dashArrayX: [1, 0], dashArrayY: [1, 5], rotation: -Math.PI / 4 },
    },
    data: hours.map((hour) => (unlogged.includes(hour) ? top : 0)),
  };
}

function millisecondsOf(hour: string): number {
  return Date.parse(`${hour.replace(' ', 'T')}Z`);
}

/** The first and the last hour of a window. */
function endsOf({ from, to }: ShownHours): readonly number[] {
  return [Date.parse(from), Date.parse(to) - 1].map((time) => time - (time % HOUR_MILLISECONDS));
}

function everyHour(found: readonly number[]): string[] {
  const times = found.toSorted((a, b) => a - b);
  const [first = 0] = times;
  const count = Math.round(((times.at(-1) ?? first) - first) / HOUR_MILLISECONDS) + 1;
  return Array.from({ length: count }, (_, at) =>
    new Date(first + at * HOUR_MILLISECONDS).toISOString().slice(0, 19).replace('T', ' '),
  );
}

/** Stacked horizontal bars, the longest at the top. */
export function stackByName(rows: readonly RowObject[], columns: StackColumns): Chart {
  const totals = new Map<string, number>();
  for (const row of rows) {
    const name = text(row, columns.axis);
    totals.set(name, (totals.get(name) ?? 0) + number(row, columns.value));
  }
  const names = [...totals]
    .sort(([, one], [, other]) => other - one)
    .slice(0, BARS_MAX)
    .map(([name]) => name)
    .reverse();
  const chart = chartOf(stackSeries(rows, names, columns), {
    height: FRAME_HEIGHT + names.length * ROW_HEIGHT,
    xAxis: { type: 'value', minInterval: 1 },
    yAxis: { type: 'category', data: names },
  });
  return totals.size > BARS_MAX ? { ...chart, firstOf: totals.size } : chart;
}

/** Horizontal bars, several for each name. */
export function barsByName(
  rows: readonly RowObject[],
  { axis, values }: { readonly axis: string; readonly values: Readonly<Record<string, string>> },
): Chart {
  const shown = rows.slice(0, BARS_MAX).reverse();
  const bars = Object.keys(values).length;
  const series: SeriesOption[] = Object.entries(values).map(([name, column], at) => ({
    type: 'bar',
    name,
    itemStyle: { color: BAR_COLOURS[at % BAR_COLOURS.length] ?? OTHER_COLOUR },
    data: shown.map((row) => number(row, column)),
  }));
  const chart = chartOf(series, {
    height: FRAME_HEIGHT + shown.length * Math.max(ROW_HEIGHT, bars * 14),
    xAxis: { type: 'value' },
    yAxis: { type: 'category', data: shown.map((row) => text(row, axis)) },
  });
  return rows.length > BARS_MAX ? { ...chart, firstOf: rows.length } : chart;
}

/** Stacked bars with one segment for each column. */
export function columnsByName(
  rows: readonly RowObject[],
  { axis, columns }: { readonly axis: string; readonly columns: Readonly<Record<string, string>> },
): Chart {
  const long = rows.flatMap((row) =>
    Object.entries(columns).map(([stack, column]) => ({
      axis: row[axis] ?? null,
      stack,
      value: row[column] ?? 0,
    })),
  );
  return stackByName(long, { axis: 'axis', stack: 'stack', value: 'value' });
}
