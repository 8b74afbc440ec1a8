// These lists are in their own file, because the help text needs them and must not load a query
// engine.

/** The engines that can run a query. */
export const ENGINE_NAMES = ['duckdb', 'athena', 'trino'] as const;

/**
 * The formats in which an answer can be printed. `json` and `csv` never change a value;
 * `spreadsheet` is CSV in which no value is a formula.
 */
export const OUTPUT_FORMATS = ['table', 'csv', 'json', 'spreadsheet'] as const;

/** The formats of generated logs. */
export const FORMS = ['v1', 'v2-text', 'v2-json', 'v2-parquet'] as const;

/** What the argument of `who-opened` can be, in the order in which it is tried. */
export const SUBJECT_NAMES = ['path', 'user', 'grant', 'file'] as const;
