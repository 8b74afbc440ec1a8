import { writeFileSync } from 'node:fs';
import { REPORT_SECTIONS } from '../../analytics/report/sections';
import {
  renderReportHtml,
  type AnsweredSection,
  type ReportSettings,
} from '../../analytics/report/render-html';
import { renderReportPng } from '../../analytics/report/render-png';
import { renderQuery } from '../../analytics/render-query';
import { writeLine, type CommandContext } from '../context';
import { EXIT, type ExitCode } from '../exit-codes';
import { withProgress } from '../progress';
import { openEngine, type EngineOptions } from './open-engine';
import { findQuery } from './query-logs';
import { windowOf, type WindowOptions } from './query-window';

const HTML_FILE_DEFAULT = 'edgepass-report.html';

export interface LogsReportOptions extends EngineOptions, WindowOptions {
  readonly out?: string;
  readonly png?: string;
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

/** Writes the report as one HTML file, and where asked as a picture. */
export async function runLogsReport(
  context: CommandContext,
  options: LogsReportOptions,
): Promise<ExitCode> {
  const settings = await answerSections(context, options);
  const htmlFile = options.out ?? HTML_FILE_DEFAULT;
  writeFileSync(htmlFile, renderReportHtml(settings));
  writeLine(context.output, htmlFile);
  if (options.png !== undefined) {
    writeFileSync(options.png, renderReportPng(settings));
    writeLine(context.output, options.png);
  }
  return EXIT.done;
}
