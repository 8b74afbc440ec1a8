import { GRANT_LIFETIME_SECONDS_MAX } from '#core/contract/grant-limits';
import { DEFAULT_ENVIRONMENT } from '#core/contract/process-variables';

/** What options of the command line are where they were left out; help is written from here. */
export const DEFAULTS = {
  cloudName: DEFAULT_ENVIRONMENT,
  lifetimeSeconds: GRANT_LIFETIME_SECONDS_MAX.cookies,
  engine: 'duckdb',
  format: 'table',
  /** Logs arrive up to a day late, so that two days are looked at (L-08). */
  windowHours: 48,
  reportFile: 'edgepass-report.html',
  generate: { form: 'v2-parquet', lines: 200_000, tenants: 20, seed: 1 },
} as const;
