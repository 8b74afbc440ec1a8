import { type EpochSeconds, epochSeconds } from '../clock';
import { FILE_NAME_BYTES_MAX } from '../contract/download';
import {
  FILE_STATES,
  FILE_VISIBILITIES,
  type FileState,
  type FileVisibility,
} from '../contract/file-states';
import { InputError } from '../errors';
import { type ObjectKey, parseObjectKey } from '../tenancy/object-key';
import { isPlainSegment } from '../tenancy/path-hygiene';
import { parseTenantId, type TenantId } from '../tenancy/tenant-id';
import { parseUserHash, type UserHash } from '../tenancy/user-hash';
import { type FileId, parseFileId } from './file-id';

/** Largest object of S3, in bytes (S3 user guide, "Amazon S3 objects overview"). */
const FILE_BYTES_MAX = 5 * 2 ** 40;
/** A media type with its parameters, in printable ASCII (RFC 9110 section 8.3.1). */
const CONTENT_TYPE = /^[\w!#$&^.+-]{1,120}\/[\w!#$&^.+-]{1,120}(?:;[\x20-\x7e]{1,200})?$/;

/** What the registry knows of one file. The object key follows from it: see {@link objectKeyOf}. */
export interface FileRecord {
  readonly fileId: FileId;
  readonly tenant: TenantId;
  /** The person who owns the file. */
  readonly owner: UserHash;
  readonly visibility: FileVisibility;
  /** File name: one plain path segment in Unicode form NFC, at most 255 bytes of UTF-8. */
  readonly name: string;
  /** Media type, e.g. `image/png`. */
  readonly contentType: string;
  /** Size in bytes. Of a pending file: the announced size. */
  readonly size: number;
  readonly state: FileState;
  readonly createdAt: EpochSeconds;
  readonly updatedAt: EpochSeconds;
}

/** The members of a record that decide where its object is. */
export type FilePlace = Pick<FileRecord, 'fileId' | 'tenant' | 'owner' | 'visibility' | 'name'>;

/** Members of a record whose types were not checked yet. */
export type UncheckedFile = Readonly<Partial<Record<keyof FileRecord, unknown>>>;

/**
 * Checks a file name.
 *
 * @throws {InputError} `ERR_FILE_RECORD` with the field `name`
 */
function parseFileName(name: unknown): string {
  const isGood =
    typeof name === 'string' &&
    isPlainSegment(name) &&
    !/\p{Surrogate}/u.test(name) &&
    name.normalize('NFC') === name &&
    new TextEncoder().encode(name).length <= FILE_NAME_BYTES_MAX;
  if (isGood) return name;
  const text = `one plain path segment in NFC, at most ${FILE_NAME_BYTES_MAX} bytes of UTF-8`;
  throw unacceptable('name', text, name);
}

function unacceptable(field: keyof FileRecord, allowed: string, received: unknown): InputError {
  return new InputError({ code: 'ERR_FILE_RECORD', field, allowed, received });
}

/** Runs the parser of a member, and gives its error the name of the member. */
function parseMember<Received, Value>(
  field: keyof FileRecord,
  received: Received,
  parse: (received: Received) => Value,
): Value {
  try {
    return parse(received);
  } catch (error) {
    throw (error as InputError).withField(field);
  }
}

function parseText<Value>(
  field: keyof FileRecord,
  received: unknown,
  parse: (text: string) => Value,
): Value {
  if (typeof received !== 'string') throw unacceptable(field, 'a text', received);
  return parseMember(field, received, parse);
}

function parseChoice<Choice extends string>(
  field: keyof FileRecord,
  received: unknown,
  choices: readonly Choice[],
): Choice {
  const chosen = choices.find((choice) => choice === received);
  if (chosen !== undefined) return chosen;
  throw unacceptable(field, `one of ${choices.join(', ')}`, received);
}

function parseContentType(received: unknown): string {
  if (typeof received === 'string' && CONTENT_TYPE.test(received)) return received;
  throw unacceptable('contentType', 'a media type', received);
}

function parseSize(received: unknown): number {
  const isGood = Number.isSafeInteger(received) && (received as number) >= 0;
  if (isGood && (received as number) <= FILE_BYTES_MAX) return received as number;
  throw unacceptable('size', `whole bytes from 0 to ${FILE_BYTES_MAX}`, received);
}

/**
 * Checks a record that came from storage. Every registry uses it, so a damaged item is an error
 * everywhere and never a wrong file.
 *
 * @throws {InputError} with the field that is missing or wrong, and what is allowed
 */
export function parseFileRecord(unchecked: UncheckedFile): FileRecord {
  return {
    fileId: parseText('fileId', unchecked.fileId, parseFileId),
    tenant: parseText('tenant', unchecked.tenant, parseTenantId),
    owner: parseText('owner', unchecked.owner, parseUserHash),
    visibility: parseChoice('visibility', unchecked.visibility, FILE_VISIBILITIES),
    name: parseFileName(unchecked.name),
    contentType: parseContentType(unchecked.contentType),
    size: parseSize(unchecked.size),
    state: parseChoice('state', unchecked.state, FILE_STATES),
    createdAt: parseMember('createdAt', unchecked.createdAt as number, epochSeconds),
    updatedAt: parseMember('updatedAt', unchecked.updatedAt as number, epochSeconds),
  };
}

function folderOf({ fileId, tenant, owner, visibility }: Omit<FilePlace, 'name'>): string {
  return visibility === 'private' ? `u/${tenant}/${owner}/${fileId}` : `t/${tenant}/f/${fileId}`;
}

/**
 * Returns the key of a file's object: `u/<tenant>/<user>/<file id>/<name>` for a private file,
 * `t/<tenant>/f/<file id>/<name>` for a file of the tenant. Nothing else derives a key from a
 * record.
 *
 * @throws {InputError} `ERR_FILE_RECORD`, `ERR_OBJECT_KEY`
 */
export function objectKeyOf(place: FilePlace): ObjectKey {
  return parseObjectKey(`${folderOf(place)}/${parseFileName(place.name)}`);
}

/**
 * Returns the URL path of the folder that holds only this file, with all its download names. It
 * ends in a slash and has no character that a URL must encode.
 */
export function folderPathOf(place: Omit<FilePlace, 'name'>): `/${string}/` {
  return `/${folderOf(place)}/`;
}
