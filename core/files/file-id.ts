import { FILE_ID } from '../contract/identifiers';
import { InputError } from '../errors';

/** The id of a file: a UUID in lower case, which the server chose. */
export type FileId = string & { readonly brand: 'FileId' };

/** Returns whether a text is a file id. Letter case is not changed first. */
export function isFileId(text: string): text is FileId {
  return FILE_ID.test(text);
}

/**
 * Checks a file id.
 *
 * @see RFC 9562 section 4
 * @throws {InputError} `ERR_FILE_ID`
 */
export function parseFileId(text: string): FileId {
  if (typeof text === 'string' && isFileId(text)) return text;
  throw new InputError({
    code: 'ERR_FILE_ID',
    field: 'fileId',
    allowed: 'a UUID in lower case',
    received: text,
  });
}
