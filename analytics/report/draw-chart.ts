import { type EChartsOption, init, setPlatformAPI } from 'echarts';

/** Width of every chart, in CSS pixels. */
export const CHART_WIDTH = 960;
export const CHART_FONT = 'DejaVu Sans, system-ui, sans-serif';

/** Width of an average character of the font at the size that charts use, in CSS pixels. */
const CHARACTER_WIDTH = 7.4;

/** Approximate width of a text in CSS pixels. There is no browser here to measure it. */
export function textWidth(text: string): number {
  return text.length * CHARACTER_WIDTH;
}

setPlatformAPI({ measureText: (text) => ({ width: textWidth(text) }) });

/** A chart as one `<svg>` element. ECharts escapes every text in it. */
export function drawChart(option: EChartsOption, height: number): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: CHART_WIDTH, height });
  try {
    chart.setOption({
      animation: false,
      textStyle: { fontFamily: CHART_FONT },
      ...option,
    });
    return chart.renderToSVGString();
  } finally {
    chart.dispose();
  }
}
