// Also runs inside a CloudFront Function: no Node API, nothing newer than ES2020.
import { GUARD_NOTE_MEMBERS, type GuardNote } from '../contract/guard-note';

/** Writes the guard's note as one line; the order is that of the table. */
export function writeGuardNote(note: GuardNote): string {
  return (Object.keys(GUARD_NOTE_MEMBERS) as (keyof GuardNote)[])
    .map((member) => `${GUARD_NOTE_MEMBERS[member]}=${note[member]}`)
    .join(';');
}
