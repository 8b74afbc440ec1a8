/**
 * Short member names in the guard note. The guard note is one line of text, `k=…;s=…;n=…;e=…;f=…`,
 * that the viewer-guard function adds to the access log. `core/policy/guard-note` writes it and the
 * SQL queries read it.
 */
export const GUARD_NOTE_MEMBERS = {
  keyPairId: 'k',
  scope: 's',
  startsAt: 'n',
  expiresAt: 'e',
  fingerprint: 'f',
} as const;

/** The values of a guard note. A value that is not known is an empty string. */
export type GuardNote = Readonly<Record<keyof typeof GUARD_NOTE_MEMBERS, string>>;

/** Name of the access log field that contains the guard note. */
export const GUARD_NOTE_FIELD = 'viewer-request-log-data';
