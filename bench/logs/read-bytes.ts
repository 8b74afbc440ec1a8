/** What one query reads of each logged line, in bytes. */
export interface ReadBytes {
  readonly query: string;
  /** Of the columns of `traffic`, as Parquet. */
  readonly trafficPerLine: number;
  /** Of the evidence, as gzip of JSON lines; 0 for a query that does not ask for it. */
  readonly evidencePerLine: number;
}
