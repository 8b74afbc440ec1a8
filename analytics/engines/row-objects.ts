import type { Cell, QueryResult } from './engine';

/** A row by the names of its columns. */
export type RowObject = Readonly<Record<string, Cell>>;

/** The rows of an answer as objects. */
export function rowObjects({ columns, rows }: QueryResult): readonly RowObject[] {
  return rows.map((row) =>
    Object.fromEntries(columns.map((column, at) => [column, row[at] ?? null])),
  );
}
