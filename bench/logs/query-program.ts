// Runs one query over one folder in this process and prints its cost. Arguments: folder, query,
// values.
import { listQueries } from '#analytics/catalog';
import { createDuckDbEngine } from '#analytics/engines/duckdb';
import { findLogFiles } from '#analytics/records/log-file';
import { type QueryValues, renderQuery } from '#analytics/render-query';
import type { MeasuredQuery } from './ask-query';
import { MEASURED_DAY } from './measured-day';

async function main(folder: string, name: string, values: string): Promise<void> {
  const query = listQueries().find((one) => one.name === name);
  if (query === undefined) throw new Error(`there is no query ${name}`);
  const sql = renderQuery(query, { ...MEASURED_DAY, ...(JSON.parse(values) as QueryValues) });
  const started = performance.now();
  const engine = await createDuckDbEngine({
    files: findLogFiles(folder),
    readsTextOnce: query.cost === 'high',
  });
  const { rows } = await engine.run(sql);
  const seconds = (performance.now() - started) / 1_000;
  await engine.close();
  const peakMegabytes = (process.resourceUsage().maxRSS * 1_024) / 1_000_000;
  process.stdout.write(
    `${JSON.stringify({ seconds, peakMegabytes, rows } satisfies MeasuredQuery)}\n`,
  );
}

const [, , folder = '', name = '', values = '{}'] = process.argv;
void main(folder, name, values);
