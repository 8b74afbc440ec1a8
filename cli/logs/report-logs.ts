import { accessSync, constants, existsSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
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
import { type EngineOptions, openEngine } from './open-engine';
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

async function answerSections(
  context: CommandContext,
  options: LogsReportOptions,
): Promise<ReportSettings> {
  const window = windowOf(context, options);
  const statements = REPORT_SECTIONS.map((section) => {
    const query = findQuery(section.query);
    const sql = renderQuery(query, { ...section.values, ...window });
    return { section, question: query.question, sql };
  });
  const { engine, description, ...opened } = await openEngine(context, options, {
    window,
    readsTextOnce: true,
  });
  try {
    const sections: AnsweredSection[] = [];
    for (const { sql, ...known } of statements) {
      const at = `${sections.length + 1} of ${statements.length}`;
      writeLine(context.errorOutput, `report, ${at}: ${known.section.title}`);
      const result = await withProgress(context, known.section.title, () => engine.run(sql));
      sections.push({ ...known, result });
    }
    return { ...window, source: description, sections };
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
