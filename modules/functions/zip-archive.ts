import { type Zippable, zipSync } from 'fflate';

/** A file in an archive. */
export interface ArchiveFile {
  /** Path inside the archive, with forward slashes. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/**
 * The first time that the format knows, by the machine's own clock as fflate reads it: the same
 * bytes everywhere.
 */
const FIXED_TIME = new Date(1980, 0, 1);
/** Unix: the file attributes are a mode (APPNOTE.TXT section 4.4.2.2). */
const MADE_ON_UNIX = 3;
const READABLE_BY_ALL = 0o100644 << 16;

/**
 * A zip whose bytes depend on its files alone, stored without compression. cdktf's own archives
 * differ at every synthesis and are made by a shell command that fails on paths with spaces.
 *
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT sections 4.3.7, 4.3.12, 4.3.16
 */
export function buildZip(files: readonly ArchiveFile[]): Buffer {
  const sorted = [...files].sort((one, other) => (one.name < other.name ? -1 : 1));
  const entries: Zippable = Object.fromEntries(sorted.map(({ name, bytes }) => [name, bytes]));
  return Buffer.from(
    zipSync(entries, { level: 0, mtime: FIXED_TIME, os: MADE_ON_UNIX, attrs: READABLE_BY_ALL }),
  );
}
