// This file is also bundled into a CloudFront Function. It must not use a Node.js API or syntax
// newer than ES2020.
import { GUARD_NOTE_MEMBERS, type GuardNote } from '../contract/guard-note';

/** Formats a guard note as one line. The members have the order of {@link GUARD_NOTE_MEMBERS}. */
export function writeGuardNote(note: GuardNote): string {
  return (Object.keys(GUARD_NOTE_MEMBERS) as (keyof GuardNote)[])
    .map((member) => `${GUARD_NOTE_MEMBERS[member]}=${note[member]}`)
    .join(';');
}
