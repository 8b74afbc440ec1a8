import type { Cell, QueryResult } from '#analytics/engines/engine';
import { rowObjects } from '#analytics/engines/row-objects';
import { printable } from '#analytics/printable';
import type { OUTPUT_FORMATS } from './option-choices';

/** The format of a printed answer. */
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

const COLUMN_WIDTH_MAX = 60;
const RECORD_VALUE_WIDTH_MIN = 20;
const COLUMN_GAP = '  ';
/**
 * Matches the places at which a spreadsheet program would read the start of a formula. In many
 * countries `;` separates cells, so a value after `;` counts too, with or without quotes.
 *
 * @see https://owasp.org/www-community/attacks/CSV_Injection
 */
const FORMULA_STARTS = /^(?=[=+\-@\t\r])|(?<=;)(?=["']*[=+\-@])/g;

function tableCell(cell: Cell, widthMax: number): string {
  if (cell === null) return '';
  const text = printable(String(cell));
  return text.length <= widthMax ? text : `${text.slice(0, widthMax - 1)}…`;
}

function renderTable({ columns, rows }: QueryResult, widthMax: number): string {
  const lines = [
    columns,
    ...rows.map((row) => row.map((cell) => tableCell(cell, COLUMN_WIDTH_MAX))),
  ];
  const widths = columns.map((_column, at) =>
    lines.reduce((most, line) => Math.max(most, line[at]?.length ?? 0), 0),
  );
  const width = widths.reduce((sum, one) => sum + one + COLUMN_GAP.length, -COLUMN_GAP.length);
  if (width > widthMax && rows.length > 0) return renderRecords({ columns, rows }, widthMax);
  const numeric = columns.map(
    (_column, at) =>
      rows.some((row) => typeof row[at] === 'number') &&
      rows.every((row) => typeof row[at] === 'number' || row[at] === null),
  );
  const pad = (text: string, at: number): string =>
    numeric[at] === true ? text.padStart(widths[at] ?? 0) : text.padEnd(widths[at] ?? 0);
  const printed = lines.map((line) =>
    line
      .map((text, at) => pad(text, at))
      .join(COLUMN_GAP)
      .trimEnd(),
  );
  printed.splice(1, 0, widths.map((width) => '-'.repeat(width)).join(COLUMN_GAP));
  return `${printed.join('\n')}\n`;
}

/** Prints each column on its own line, for tables that are too wide for the terminal. */
function renderRecords({ columns, rows }: QueryResult, widthMax: number): string {
  const labelWidth = columns.reduce((most, column) => Math.max(most, column.length), 0);
  const valueWidth = Math.max(widthMax - labelWidth - COLUMN_GAP.length, RECORD_VALUE_WIDTH_MIN);
  const records = rows.map((row) =>
    columns
      .map((column, at) =>
        `${column.padEnd(labelWidth)}${COLUMN_GAP}${tableCell(row[at] ?? null, valueWidth)}`.trimEnd(),
      )
      .join('\n'),
  );
  return `${records.join('\n\n')}\n`;
}

/** RFC 4180: an empty text is quoted, so that it differs from no value. */
function csvCell(cell: Cell): string {
  if (cell === null) return '';
  const text = String(cell);
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A value that cannot change what a terminal shows. */
function printableCsvCell(cell: Cell): string {
  return csvCell(typeof cell === 'string' ? printable(cell) : cell);
}

/**
 * A value that no spreadsheet program takes for a formula: a quote comes before its first
 * character. Control characters are shown as their code points.
 */
function spreadsheetCell(cell: Cell): string {
  if (typeof cell !== 'string') return csvCell(cell);
  const text = printable(cell);
  const harmless = text.replace(FORMULA_STARTS, "'");
  return harmless === text ? csvCell(text) : `"${harmless.replaceAll('"', '""')}"`;
}

function renderCsv({ columns, rows }: QueryResult, cellText: (cell: Cell) => string): string {
  return [columns, ...rows].map((row) => row.map(cellText).join(',')).join('\r\n') + '\r\n';
}

function renderJson(result: QueryResult): string {
  // JSON escapes control characters, but not the Unicode characters that change the direction of
  // text.
  const text = JSON.stringify(rowObjects(result), null, 2).replace(
    /[\p{Cf}\u2028\u2029\u007f-\u009f]/gu,
    (character) =>
      [...Array(character.length).keys()]
        .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`)
        .join(''),
  );
  return `${text}\n`;
}

/**
 * Formats an answer as text. `json` is an array of row objects. `json` and `csv` hold every value
 * unchanged. Only when CSV goes to a terminal, control characters are shown as their code points.
 *
 * @param widthMax number of characters in a line of the terminal; in a wider table each column gets
 * its own line. Not given for a file or a pipe
 */
export function renderResult(
  result: QueryResult,
  format: OutputFormat,
  widthMax = Number.POSITIVE_INFINITY,
): string {
  switch (format) {
    case 'table':
      return renderTable(result, widthMax);
    case 'csv':
      return renderCsv(result, Number.isFinite(widthMax) ? printableCsvCell : csvCell);
    case 'spreadsheet':
      return renderCsv(result, spreadsheetCell);
    case 'json':
      return renderJson(result);
  }
}
