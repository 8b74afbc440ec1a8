/**
 * Members of the note that viewer-guard writes into `viewer-request-log-data`: `k=…;s=…;n=…;e=…;f=…`. The
 * note is written by `core/policy/guard-note` and read by the relation `signed` of the queries.
 */
export const GUARD_NOTE_MEMBERS = {
  keyPairId: 'k',
  scope: 's',
  startsAt: 'n',
  expiresAt: 'e',
  fingerprint: 'f',
} as const;

/** What a note says; a member is empty where it is not known. */
export type GuardNote = Readonly<Record<keyof typeof GUARD_NOTE_MEMBERS, string>>;

/** Name of the log field that holds the note. */
export const GUARD_NOTE_FIELD = 'viewer-request-log-data';
