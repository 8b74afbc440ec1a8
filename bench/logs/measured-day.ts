/** The day whose generated logs are measured. */
export const MEASURED_DAY = { from: '2026-11-22T00:00:00Z', to: '2026-11-23T00:00:00Z' } as const;
