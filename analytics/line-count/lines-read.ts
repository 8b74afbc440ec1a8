import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packageFolder } from '#configuration/package-folder';
import { parseQuery } from '../catalog';
import type { QueryEngine } from '../engines/engine';
import { rowObjects } from '../engines/row-objects';
import { type QueryValues, renderQuery } from '../render-query';

const FILE = path.join(packageFolder(), 'analytics', 'line-count', 'lines-read.sql');

/** What the hours of a window hold. */
export interface LinesRead {
  readonly lines: number;
  /** Lines whose time is understood. */
  readonly timedLines: number;
  /** Lines whose time is in the window. */
  readonly linesInWindow: number;
  /** Lines whose status is understood. */
  readonly linesWithStatus: number;
  /** Times of the first and the last line, UTC; undefined when no time is understood. */
  readonly firstTime: string | undefined;
  readonly lastTime: string | undefined;
}

/**
 * Counts the lines in the hours of a window, whatever their times are.
 *
 * @param times `from` and `to` in RFC 3339
 */
export async function countLinesRead(engine: QueryEngine, times: QueryValues): Promise<LinesRead> {
  const query = parseQuery(path.basename(FILE, '.sql'), readFileSync(FILE, 'utf8'));
  const [row = {}] = rowObjects(await engine.run(renderQuery(query, times)));
  const text = (name: string): string | undefined => {
    const cell = row[name];
    return typeof cell === 'string' ? cell : undefined;
  };
  return {
    lines: Number(row['lines']),
    timedLines: Number(row['timed_lines']),
    linesInWindow: Number(row['lines_in_window']),
    linesWithStatus: Number(row['lines_with_status']),
    firstTime: text('first_time'),
    lastTime: text('last_time'),
  };
}
