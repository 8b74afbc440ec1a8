import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Cell, QueryResult } from '#analytics/engines/engine';
import type { QueryValues } from '#analytics/render-query';

const FOLDER = path.join(__dirname, 'frozen');

/** What a real Trino answered, kept for machines that have none. */
export interface FrozenAnswer extends QueryResult {
  /** Version of the server that answered. */
  readonly trino: string;
  /** Digest of the requests that it was asked about. */
  readonly input: string;
  readonly values: QueryValues;
}

/** Names of the queries whose answers are kept. */
export function frozenQueries(): readonly string[] {
  if (!existsSync(FOLDER)) return [];
  return readdirSync(FOLDER).map((file) => path.basename(file, '.jsonl'));
}

/** Reads the kept answer of a query: one line that describes it, then one line a row. */
export function readFrozen(query: string): FrozenAnswer {
  const text = readFileSync(path.join(FOLDER, `${query}.jsonl`), 'utf8');
  const [description = '', ...rows] = text.trimEnd().split('\n');
  return {
    ...(JSON.parse(description) as Omit<FrozenAnswer, 'rows'>),
    rows: rows.map((row) => JSON.parse(row) as Cell[]),
  };
}

/** Keeps an answer. */
export function writeFrozen(query: string, { rows, ...description }: FrozenAnswer): void {
  mkdirSync(FOLDER, { recursive: true });
  const lines = [description, ...rows].map((line) => `${JSON.stringify(line)}\n`);
  writeFileSync(path.join(FOLDER, `${query}.jsonl`), lines.join(''));
}
