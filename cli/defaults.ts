import { GRANT_LIFETIME_SECONDS_MAX } from '#core/contract/grant-limits';
import { LOG_WINDOW_HOURS } from '#core/contract/log-window';
import { DEFAULT_ENVIRONMENT } from '#core/contract/process-variables';

/** Default values of command line options. The help texts are written from this table. */
export const DEFAULTS = {
  cloudName: DEFAULT_ENVIRONMENT,
  lifetimeSeconds: GRANT_LIFETIME_SECONDS_MAX.cookies,
  engine: 'duckdb',
  format: 'table',
  /** Logs arrive up to one day late, so the last two days are queried (L-08). */
  windowHours: LOG_WINDOW_HOURS,
  reportFile: 'edgepass-report.html',
  generate: { form: 'v2-parquet', lines: 200_000, tenants: 20, seed: 1 },
} as const;
