// Apart from the commands that take them: help names them, and must not load a query engine for that.

/** What can run a query. */
export const ENGINE_NAMES = ['duckdb', 'athena', 'trino'] as const;

/** Ways to print an answer. */
export const OUTPUT_FORMATS = ['table', 'csv', 'json'] as const;

/** How logs may be written. */
export const FORMS = ['v1', 'v2-text', 'v2-json', 'v2-parquet'] as const;

/** What the argument of `who-opened` may be, in the order in which it is tried. */
export const SUBJECT_NAMES = ['path', 'user', 'file'] as const;
