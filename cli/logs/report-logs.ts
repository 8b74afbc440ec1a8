import { accessSync, constants, existsSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { QueryDescription } from '#analytics/catalog';
import type { QueryEngine, QueryResult } from '#analytics/engines/engine';
import { readLoggedHours } from '#analytics/notices/logged-hours';
import { noticesAbout, type WindowFacts } from '#analytics/notices/window-facts';
import { LogFileError } from '#analytics/records/log-file';
import { renderQuery } from '#analytics/render-query';
import {
  type AnsweredSection,
  renderReportHtml,
  type ReportSettings,
} from '#analytics/report/render-html';
import { REPORT_SECTIONS } from '#analytics/report/sections';
import { InputError } from '#core/errors';
import { type CommandContext, writeLine } from '../context';
import { EXIT, type ExitCode } from '../exit-codes';
import { withProgress } from '../progress';
import { explainEmpty } from './empty-answer';
import { requireFields } from './missing-fields';
import type { EngineOptions } from './open-engine';
import { openWindow } from './open-window';
import { findQuery } from './query-logs';
import { windowOf, type WindowOptions } from './query-window';

export interface LogsReportOptions extends EngineOptions, WindowOptions {
  readonly out: string;
  readonly png?: string;
}

function isWritable(file: string): boolean {
  if (!/[^/]$/.test(file)) return false;
  const exists = existsSync(file);
  const place = exists ? file : path.dirname(file);
  try {
    accessSync(place, constants.W_OK);
    return statSync(place).isDirectory() !== exists;
  } catch {
    return false;
  }
}

/**
 * Checks the output file before any query runs, so that a wrong folder name is not found only after
 * minutes.
 */
function checkFile(option: string, file: string): string {
  if (isWritable(file)) return file;
  throw new InputError({
    code: 'ERR_REPORT',
    field: option,
    received: file,
    allowed: 'a file that can be written, in a folder that exists',
  });
}

const NO_ROWS: QueryResult = { columns: [], rows: [] };

/**
 * Why a section cannot be answered: its fields are not in the logs. The other sections are still
 * useful.
 */
async function problemOf(
  context: CommandContext,
  engine: QueryEngine,
  query: QueryDescription,
): Promise<string | undefined> {
  try {
    await requireFields(context, engine, query);
    return undefined;
  } catch (error) {
    if (!(error instanceof LogFileError)) throw error;
    writeLine(context.errorOutput, `not answered: ${error.message}`);
    return error.message;
  }
}

/**
 * Says why no section has a row.
 *
 * @throws {LogFileError} when no question can be answered
 */
function tellEmpty(
  context: CommandContext,
  facts: WindowFacts,
  sections: readonly AnsweredSection[],
): void {
  if (sections.some(({ result }) => result.rows.length > 0)) return;
  const [first] = sections;
  if (first === undefined) return;
  if (first.problem !== undefined) throw new LogFileError(first.problem);
  writeLine(context.errorOutput, explainEmpty(facts, findQuery(first.section.query)));
}

async function answerSections(
  context: CommandContext,
  options: LogsReportOptions,
): Promise<ReportSettings> {
  const window = windowOf(context, options);
  const statements = REPORT_SECTIONS.map((section) => {
    const query = findQuery(section.query);
    const values = { ...section.values, ...window };
    // A wrong value is reported before a file is opened.
    renderQuery(query, values);
    return { section, query, values };
  });
  const { engine, description, facts, hoursBefore, ...opened } = await openWindow(
    context,
    options,
    { window, readsTextOnce: true },
  );
  try {
    const sections: AnsweredSection[] = [];
    for (const notice of noticesAbout(facts, { needs: 'evidence' }))
      writeLine(context.errorOutput, notice);
    for (const { section, query, values } of statements) {
      const at = `${sections.length + 1} of ${statements.length}`;
      writeLine(context.errorOutput, `report, ${at}: ${section.title}`);
      const problem = await problemOf(context, engine, query);
      const sql = renderQuery(query, values, { hoursBefore });
      const result =
        problem === undefined
          ? await withProgress(context, section.title, () => engine.run(sql))
          : NO_ROWS;
      const known = { section, question: query.question, result };
      sections.push({ ...known, ...(problem !== undefined && { problem }) });
    }
    tellEmpty(context, facts, sections);
    const loggedHours = await readLoggedHours(engine, { ...window }, hoursBefore);
    return { ...window, source: description, sections, loggedHours };
  } finally {
    await opened.close();
  }
}

/** Writes the report as one HTML file and, if requested, as a picture. */
export async function runLogsReport(
  context: CommandContext,
  options: LogsReportOptions,
): Promise<ExitCode> {
  const htmlFile = checkFile('--out', options.out);
  const pngFile = options.png === undefined ? undefined : checkFile('--png', options.png);
  const settings = await answerSections(context, options);
  writeFileSync(htmlFile, renderReportHtml(settings));
  writeLine(context.output, htmlFile);
  if (pngFile !== undefined) {
    const { renderReportPng } = await import('#analytics/report/render-png');
    writeFileSync(pngFile, renderReportPng(settings));
    writeLine(context.output, pngFile);
  }
  return EXIT.done;
}
