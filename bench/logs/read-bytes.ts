/** The bytes that one query reads for each logged line. */
export interface ReadBytes {
  readonly query: string;
  /** Bytes of the columns of `traffic`, as Parquet. */
  readonly trafficPerLine: number;
  /** Bytes of the evidence as gzipped JSON lines. 0 for a query that does not use evidence. */
  readonly evidencePerLine: number;
}
