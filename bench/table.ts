/** One line of the benchmark's table. */
export interface Row {
  readonly what: string;
  readonly ours: string;
  readonly peer: string;
  readonly ratio: string;
}

/** The rows in columns. */
export function renderTable(rows: readonly Row[]): string {
  const titles: Row = { what: 'what', ours: 'ours', peer: 'peer, in the same run', ratio: 'ratio' };
  const columns = ['what', 'ours', 'peer', 'ratio'] as const;
  const widths = columns.map((column) =>
    Math.max(...[titles, ...rows].map((row) => row[column].length)),
  );
  return [titles, ...rows]
    .map((row) =>
      columns
        .map((column, at) => row[column].padEnd(widths[at] ?? 0))
        .join('   ')
        .trimEnd(),
    )
    .join('\n');
}
