import path from 'node:path';
import { Resvg } from '@resvg/resvg-js';
import { rowObjects } from '../engines/row-objects';
import { CHART_FONT, CHART_WIDTH, drawChart } from './draw-chart';
import { escapeHtml, type ReportSettings, sectionTitle, shownHours } from './render-html';

const MARGIN = 24;
const TITLE_HEIGHT = 40;
const SCALE = 2;

function title(text: string, top: number, size: number): string {
  return `<text x="${MARGIN}" y="${top}" font-family="${CHART_FONT}" font-size="${size}" fill="#1b1f24">${escapeHtml(text)}</text>`;
}

/** All charts of a report below each other. */
function composeSvg(settings: ReportSettings): string {
  const { from, to, sections } = settings;
  const hours = shownHours(settings);
  const parts = [title(`Access logs ${from} to ${to}`, 36, 20)];
  let top = 56;
  for (const { section, result } of sections) {
    const chart = section.chart(rowObjects(result), hours);
    parts.push(title(sectionTitle(section, chart), top + 24, 16));
    top += TITLE_HEIGHT;
    const height = result.rows.length === 0 ? 0 : chart.height;
    if (height > 0)
      parts.push(`<svg x="${MARGIN}" y="${top}">${drawChart(chart.option, height)}</svg>`);
    else parts.push(title('No rows in this time.', top + 12, 13));
    top += height + MARGIN;
  }
  const width = CHART_WIDTH + 2 * MARGIN;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${top}"><rect width="100%" height="100%" fill="#ffffff"/>${parts.join('')}</svg>`;
}

/**
 * The charts of a report as a PNG of double resolution. The font is included, because a server may
 * have none.
 */
export function renderReportPng(settings: ReportSettings): Buffer {
  const fonts = path.dirname(require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf'));
  const image = new Resvg(composeSvg(settings), {
    fitTo: { mode: 'zoom', value: SCALE },
    font: {
      fontDirs: [fonts],
      loadSystemFonts: false,
      defaultFontFamily: 'DejaVu Sans',
    },
  });
  return image.render().asPng();
}
