import type { Cell, QueryResult } from '../engines/engine';
import { rowObjects } from '../engines/row-objects';
import { printable } from '../printable';
import { BARS_MAX, type Chart, type ShownHours } from './charts';
import { CHART_WIDTH, drawChart } from './draw-chart';
import type { ReportSection } from './sections';

/** One section of a report and the answer of its query. */
export interface AnsweredSection {
  readonly section: ReportSection;
  readonly question: string;
  readonly result: QueryResult;
  /** Why the query has no answer. @default - it has one */
  readonly problem?: string;
}

/** What a report shows. Times are RFC 3339. */
export interface ReportSettings {
  readonly from: string;
  readonly to: string;
  /** Which logs were read, and with which engine. */
  readonly source: string;
  readonly sections: readonly AnsweredSection[];
  /** Hours of the window that have log lines, `yyyy-MM-dd HH:mm:ss`, UTC. */
  readonly loggedHours: readonly string[];
}

/** The hours that charts over time show. */
export function shownHours({ from, to, loggedHours: logged }: ReportSettings): ShownHours {
  return { from, to, logged };
}

const TABLE_ROWS_MAX = 100;
const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const STYLE = `
:root { color-scheme: light; font: 15px/1.5 system-ui, sans-serif; color: #1b1f24; background: #f6f7f9; }
body { margin: 0 auto; max-width: ${CHART_WIDTH + 48}px; padding: 24px; }
h1 { font-size: 24px; margin: 0 0 4px; } h2 { font-size: 18px; margin: 0 0 4px; }
p { margin: 0 0 12px; color: #4a5159; }
section { background: #fff; border: 1px solid #dfe3e8; border-radius: 8px; padding: 20px 24px; margin: 20px 0; }
svg { max-width: 100%; min-width: 640px; height: auto; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; font-size: 13px; white-space: nowrap; }
th, td { text-align: left; padding: 4px 12px 4px 0; border-bottom: 1px solid #eceff2; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
summary { cursor: pointer; color: #2f5d8a; } code { font-size: 13px; }`;

/** Escapes text of the log for HTML (L-04). */
export function escapeHtml(text: string): string {
  return printable(text).replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');
}

function tableCell(cell: Cell): string {
  const kind = typeof cell === 'number' ? ' class="number"' : '';
  const text = cell === null ? '' : String(cell);
  return `<td${kind}>${escapeHtml(text)}</td>`;
}

function table({ columns, rows }: QueryResult): string {
  const head = columns.map((column) => `<th scope="col">${escapeHtml(column)}</th>`).join('');
  const body = rows
    .slice(0, TABLE_ROWS_MAX)
    .map((row) => `<tr>${row.map(tableCell).join('')}</tr>`)
    .join('\n');
  const more =
    rows.length > TABLE_ROWS_MAX ? `, the first ${TABLE_ROWS_MAX} of ${rows.length}` : '';
  return `<details><summary>Rows${more}</summary><div class="scroll"><table><tr>${head}</tr>\n${body}</table></div></details>`;
}

/** The title of a section, and how much of the answer its chart leaves out. */
export function sectionTitle({ title }: ReportSection, { firstOf }: Chart): string {
  return firstOf === undefined ? title : `${title}: the first ${BARS_MAX} of ${firstOf}`;
}

/** The chart as a picture with a name. The rows stand below it for readers who cannot see it. */
function picture(title: string, { option, height }: Chart): string {
  const name = escapeHtml(`Chart: ${title}. The rows below hold the same numbers.`);
  const svg = drawChart(option, height).replace('<svg ', `<svg role="img" aria-label="${name}" `);
  return `<div class="scroll">${svg}</div>`;
}

function renderSection(
  { section, question, result, problem }: AnsweredSection,
  hours: ShownHours,
): string {
  const chart = section.chart(rowObjects(result), hours);
  const title = sectionTitle(section, chart);
  const drawn =
    result.rows.length === 0
      ? `<p>${problem === undefined ? 'No rows in this time.' : escapeHtml(`No answer: ${problem}.`)}</p>`
      : `${picture(title, chart)}\n${table(result)}`;
  return `<section><h2>${escapeHtml(title)}</h2>
<p>${escapeHtml(question)} <code>edgepass logs query ${escapeHtml(section.query)}</code><br>${escapeHtml(section.reading)}</p>
${drawn}</section>`;
}

/** The whole report as one HTML document that loads no other file and runs no script. */
export function renderReportHtml(settings: ReportSettings): string {
  const { from, to, source, sections } = settings;
  const hours = shownHours(settings);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Edgepass: access logs</title><style>${STYLE}</style></head>
<body><h1>Access logs</h1>
<p>${escapeHtml(from)} to ${escapeHtml(to)} (UTC). ${escapeHtml(source)}. Logs are best effort and arrive up to a day late.</p>
${sections.map((section) => renderSection(section, hours)).join('\n')}
</body></html>
`;
}
