import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { CREDENTIAL_NAMES, CREDENTIAL_PARTS } from '#core/contract/credential-names';
import { VIEWER_ERROR_BODY_BYTES } from '#core/contract/error-bodies';
import { FINGERPRINT_CHARACTERS } from '#core/contract/fingerprint';
import { GUARD_NOTE_MEMBERS } from '#core/contract/guard-note';
import { KEY_PAIR_ID } from '#core/contract/identifiers';

/** Every SQL text of the project, as one. */
const SQL = sqlBelow(path.resolve(__dirname, '../../../analytics'));

function sqlBelow(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.sql'))
    .map((name) => readFileSync(path.join(folder, name), 'utf8'))
    .join('\n');
}

/** What a pattern finds, each once and in order. */
function found(pattern: RegExp): readonly string[] {
  return [...new Set([...SQL.matchAll(pattern)].map((match) => match.slice(1).join(' ')))].sort();
}

const sorted = (texts: readonly string[]): readonly string[] => [...texts].sort();

describe('what SQL spells again', () => {
  it('is the length of the bodies that CloudFront answers with', () => {
    expect(found(/content_length = (\d+)\s+then '(\w+)'/g)).toEqual(
      sorted(Object.entries(VIEWER_ERROR_BODY_BYTES).map(([code, bytes]) => `${bytes} ${code}`)),
    );
  });

  it('is the length of a fingerprint', () => {
    expect(found(/substr\(\w+\.encoded_signature, 1, (\d+)\)/g)).toEqual([
      String(FINGERPRINT_CHARACTERS),
    ]);
  });

  it('is the members of the note of viewer-guard', () => {
    expect(found(/split_part\([\w.]*note, '&(\w)='/g)).toEqual(
      sorted(Object.values(GUARD_NOTE_MEMBERS)),
    );
  });

  it('is the form of a key pair id', () => {
    expect(found(/'(\^\[A-Za-z0-9_-\]\{1,64\}\$|\^\([^']*\{1,\d+\}\)\$)'/g)).toEqual([
      KEY_PAIR_ID.source.replace('^', '^(').replace(/\$$/, ')$'),
    ]);
  });

  it('is the reserved names of a query, wherever they are listed', () => {
    const names = CREDENTIAL_PARTS.map((part) => CREDENTIAL_NAMES[part].parameter);
    const lists = found(/'\(\^\|&\)\(([\w|-]+)\)=/g).map((list) => sorted(list.split('|')));

    expect(lists).toEqual([sorted(names)]);
  });
});
