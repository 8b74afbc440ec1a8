import { listQueries } from '#analytics/catalog';
import type { QueryResult } from '#analytics/engines/engine';
import { CAUSES } from '#analytics/explain/advice';
import { renderQuery } from '#analytics/render-query';
import { renderReportHtml, type ReportSettings } from '#analytics/report/render-html';
import { renderReportPng } from '#analytics/report/render-png';
import { REPORT_SECTIONS } from '#analytics/report/sections';

const WINDOW = { from: '2026-11-22T00:00:00Z', to: '2026-11-23T00:00:00Z' };

/** The hours of the window that have lines: all but 05 and 06. */
const LOGGED_HOURS = Array.from({ length: 24 }, (_, at) => String(at).padStart(2, '0'))
  .filter((hour) => hour !== '05' && hour !== '06')
  .map((hour) => `2026-11-22 ${hour}:00:00`);

function columnsOf(name: string): readonly string[] {
  return listQueries().find((query) => query.name === name)?.columns ?? [];
}

/** A report whose every query answered the same kind of cells. */
function reportOf(rowsOf: (columns: readonly string[]) => QueryResult['rows']): ReportSettings {
  return {
    ...WINDOW,
    source: 'a test',
    loggedHours: LOGGED_HOURS,
    sections: REPORT_SECTIONS.map((section) => {
      const columns = columnsOf(section.query);
      return { section, question: 'a question?', result: { columns, rows: rowsOf(columns) } };
    }),
  };
}

const sample = (column: string, at: number): string | number => {
  if (column === 'hour') return `2026-11-22 0${at}:00:00`;
  if (column === 'cause') return CAUSES[at % CAUSES.length] ?? '';
  return /^(?:tenant_in_path|c_ip|key_pair_id|result_type)$/.test(column) ? `name-${at}` : at + 1;
};
const FILLED = reportOf((columns) =>
  [0, 1, 2].map((at) => columns.map((column) => sample(column, at))),
);

describe('the report', () => {
  it('draws queries of the catalog, whose columns and parameters it knows', () => {
    const rendered = REPORT_SECTIONS.map(({ query, values }) => {
      const found = listQueries().find(({ name }) => name === query);
      return found && renderQuery(found, { ...values, ...WINDOW });
    });

    expect(rendered).not.toContain(undefined);
  });

  it('has a chart and the rows for every section', () => {
    const html = renderReportHtml(FILLED);

    expect(html.match(/<section>/g)).toHaveLength(REPORT_SECTIONS.length);
    expect(html.match(/<svg/g)).toHaveLength(REPORT_SECTIONS.length);
    expect(html).toContain('no_signature');
  });

  it('sums rows that differ in what is not drawn, and keeps hours without a row', () => {
    const rows = [
      ['2026-11-22 00:00:00', 'expired', 2, 1],
      ['2026-11-22 00:00:00', 'expired', 3, 1],
      ['2026-11-22 03:00:00', 'expired', 1, 1],
    ];
    const [overTime] = REPORT_SECTIONS;
    const chart = overTime?.chart(
      rows.map(([hour, cause, refusals]) => ({
        hour: hour ?? '',
        cause: cause ?? '',
        refusals: refusals ?? 0,
      })),
    );

    expect(chart?.option.series).toMatchObject([{ name: 'expired', data: [5, 0, 0, 1] }]);
  });

  it('hatches hours without log lines, as high as the chart, and no quiet hour', () => {
    const [overTime] = REPORT_SECTIONS;
    const hours = { ...WINDOW, logged: LOGGED_HOURS };
    const rows = [{ hour: '2026-11-22 03:00:00', cause: 'expired', refusals: 7 }];
    const series = overTime?.chart(rows, hours).option.series as { name: string; data: number[] }[];

    expect(series.map(({ name }) => name)).toEqual(['expired', 'no log lines']);
    expect(series[1]?.data).toEqual(
      Array.from({ length: 24 }, (_, at) => (at === 5 || at === 6 ? 7 : 0)),
    );
  });

  it('hatches nothing when every hour has lines', () => {
    const [overTime] = REPORT_SECTIONS;
    const rows = [{ hour: '2026-11-22 03:00:00', cause: 'expired', refusals: 7 }];
    const short = {
      from: '2026-11-22T02:00:00Z',
      to: '2026-11-22T04:00:00Z',
      logged: LOGGED_HOURS,
    };

    expect(overTime?.chart(rows, short).option.series).toMatchObject([
      { name: 'expired', data: [0, 7] },
    ]);
  });

  it('the hatch is a pattern in the picture', () => {
    expect(renderReportHtml(FILLED)).toContain('<pattern');
    expect(renderReportHtml({ ...FILLED, loggedHours: [] })).toContain('no log lines');
  });

  it('draws under the name of a column what the column counts, not under one of its causes', () => {
    const section = REPORT_SECTIONS.find(({ query }) => query === 'top-offenders');
    const row = {
      c_ip: 'a',
      no_signature: 1,
      lapsed: 2,
      outside_path: 3,
      bad_signature: 4,
      broken_links: 5,
      other: 6,
    };
    const series = section?.chart([row]).option.series as { name: string; data: number[] }[];

    expect(series.map(({ name, data }) => [name, ...data])).toEqual(Object.entries(row).slice(1));
  });

  it('names every chart for those who cannot see it, and every column of the rows', () => {
    const html = renderReportHtml(FILLED);

    for (const { title } of REPORT_SECTIONS)
      expect(html).toContain(`<svg role="img" aria-label="Chart: ${title}.`);
    expect(html).not.toContain('<th>');
  });

  it('says how much of an answer a chart leaves out', () => {
    const many = reportOf((columns) =>
      Array.from({ length: 25 }, (_, at) =>
        columns.map((column) => (column === 'hour' ? '2026-11-22 00:00:00' : sample(column, at))),
      ),
    );
    const named = REPORT_SECTIONS.slice(1).map(({ title }) => `${title}: the first 20 of 25`);

    for (const title of named) expect(renderReportHtml(many)).toContain(`<h2>${title}</h2>`);
    expect(renderReportHtml(FILLED)).not.toContain('the first 20 of');
  });

  it('says so where nothing happened', () => {
    expect(renderReportHtml(reportOf(() => [])).match(/No rows in this time/g)).toHaveLength(
      REPORT_SECTIONS.length,
    );
  });

  it.each([
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    '</svg><script>alert(1)</script>',
    "'&#x3c;script&#x3e;",
  ])('L-04: %j in a log stays text in HTML and in charts', (hostile) => {
    const html = renderReportHtml(
      reportOf((columns) => [
        columns.map((column) => (column === 'hour' ? '2026-11-22 00:00:00' : hostile)),
      ]),
    );

    expect(html).not.toContain(hostile);
    expect(html).not.toMatch(/<(?:script|img)/i);
  });

  it('L-04: marks that escape or reorder text are shown as code points', () => {
    const html = renderReportHtml(
      reportOf((columns) => [columns.map(() => '2026-11-22 00:00:00\u001b[31m\u202e')]),
    );

    expect(html).toContain('\\u{1b}[31m\\u{202e}');
    expect(html).not.toMatch(/[\u001b\u202e]/); // eslint-disable-line no-control-regex -- what must not be there
  });

  it.each(['\ufffe', '\uffff', '\ud800', '\u{1ffff}', '\ufdd0'])(
    'L-04: %j, which XML has no place for, is a code point in HTML and in the picture',
    (character) => {
      const report = reportOf((columns) => [
        columns.map((column) =>
          column === 'hour' ? '2026-11-22 00:00:00' : `KEY${character}${'k'.repeat(60)}`,
        ),
      ]);
      const shown = `KEY\\u{${character.codePointAt(0)?.toString(16) ?? ''}}`;

      expect(renderReportHtml(report)).toContain(shown);
      expect(renderReportHtml(report)).not.toContain(character);
      expect(renderReportPng(report).subarray(1, 4).toString()).toBe('PNG');
    },
  );

  it('L-04: a name that is cut keeps whole characters', () => {
    const name = `${'k'.repeat(47)}\u{1f600}\u{1f600}`;
    const [, tenants] = REPORT_SECTIONS;
    const chart = tenants?.chart([{ tenant_in_path: name, cause: 'expired', refusals: 1 }]);

    expect(JSON.stringify(chart?.option)).not.toMatch(/\\ud[89a-f]/);
  });

  it('L-04: a name of any length leaves room for the bars', () => {
    const html = renderReportHtml(
      reportOf((columns) => [
        columns.map((column) => (column === 'hour' ? '2026-11-22 00:00:00' : 'k'.repeat(5_000))),
      ]),
    );
    const charts = html.split('<details>').map((part) => part.split('</details>').at(-1) ?? '');

    expect(charts.filter((part) => part.includes('k'.repeat(49)))).toEqual([]);
  });

  it('loads nothing and runs nothing', () => {
    const html = renderReportHtml(FILLED);

    expect(html).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
    expect(html).not.toMatch(/<script|<link|<iframe|url\((?!#)|@import/i);
    expect(
      html.match(/https?:\/\/[^"'\s<]+/g)?.filter((url) => !url.includes('www.w3.org')),
    ).toEqual([]);
  });

  it('is a picture as well', () => {
    const png = renderReportPng(FILLED);

    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect(png.readUInt32BE(16)).toBe(2 * (960 + 48));
    expect(png.length).toBeGreaterThan(20_000);
  });
});
