import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packageFolder } from '#configuration/package-folder';
import { parseQuery } from '../catalog';
import type { QueryEngine } from '../engines/engine';
import { rowObjects } from '../engines/row-objects';
import { type QueryValues, renderQuery } from '../render-query';

const QUERY_FILE = 'logged-hours.sql';

/**
 * Reads which hours of a window have log lines, each as `yyyy-MM-dd HH:mm:ss`, UTC.
 *
 * @param times `from` and `to`, RFC 3339
 * @param hoursBefore number of hours before `from` whose files are read
 */
export async function readLoggedHours(
  engine: QueryEngine,
  times: QueryValues,
  hoursBefore: number,
): Promise<readonly string[]> {
  const file = path.join(packageFolder(), 'analytics', 'notices', QUERY_FILE);
  const query = parseQuery(path.basename(QUERY_FILE, '.sql'), readFileSync(file, 'utf8'));
  const answer = await engine.run(renderQuery(query, times, { hoursBefore }));
  return rowObjects(answer).map((row) => String(row['hour']).slice(0, 19));
}
