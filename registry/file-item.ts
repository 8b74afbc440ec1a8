import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { FILE_TABLE } from '#core/contract/file-table';
import { InputError } from '#core/errors';
import {
  type FileRecord,
  objectKeyOf,
  parseFileRecord,
  type UncheckedFile,
} from '#core/files/file-record';
import type { FileOwner, FilePosition } from '#core/files/file-registry';

export type Item = Readonly<Record<string, AttributeValue>>;

const NUMBERS = ['size', 'createdAt', 'updatedAt'];
const TIME_DIGITS = 12;

/** An item of the table is damaged. The message names the field, but not its value. */
class FileItemError extends Error {
  override readonly name = 'FileItemError';
  readonly code = 'ERR_FILE_ITEM';
  readonly field: string;

  constructor(fileId: string, field: string, cause?: unknown) {
    super(`the item of file ${fileId} cannot be read: ${field} is missing or wrong`, { cause });
    this.field = field;
  }
}

/** The key of the index for the files of one person in one tenant. */
export const ownerKeyOf = ({ tenant, owner }: FileOwner): string => `${tenant}/${owner}`;

const ownerSortOf = ({ createdAt, fileId }: FilePosition): string =>
  `${String(createdAt).padStart(TIME_DIGITS, '0')}/${fileId}`;

/** The key of an item in the index. */
export function indexKeyOf(
  owner: FileOwner,
  position: FilePosition,
): Record<string, AttributeValue> {
  return {
    [FILE_TABLE.fileId]: { S: position.fileId },
    [FILE_TABLE.ownerKey]: { S: ownerKeyOf(owner) },
    [FILE_TABLE.ownerSort]: { S: ownerSortOf(position) },
  };
}

/** Writes a record as an item. The item has the object key and never a URL. */
export function toItem(record: FileRecord): Record<string, AttributeValue> {
  const { size, createdAt, updatedAt, tenant, visibility, name, contentType, state } = record;
  const texts = { tenant, owner: record.owner, visibility, name, contentType, state };
  const numbers = { size, createdAt, updatedAt };
  const attributes: [string, AttributeValue][] = [
    ...Object.entries(texts).map(([key, S]): [string, AttributeValue] => [key, { S }]),
    ...Object.entries(numbers).map(([key, value]): [string, AttributeValue] => [
      key,
      { N: String(value) },
    ]),
  ];
  return {
    ...Object.fromEntries(attributes),
    ...indexKeyOf(record, record),
    objectKey: { S: objectKeyOf(record) },
  };
}

function readAttribute(name: string, value: AttributeValue): unknown {
  if (!NUMBERS.includes(name)) return value.S;
  return value.N === undefined ? undefined : Number(value.N);
}

/**
 * Reads an item. Its object key must be the one that follows from its other attributes, so an item
 * that somebody changed by hand never opens another file.
 *
 * @throws {FileItemError} naming the field that is missing or wrong
 */
export function fromItem(item: Item): FileRecord {
  const fileId = item[FILE_TABLE.fileId]?.S ?? '(without an id)';
  const members = Object.entries(item).map(([name, value]) => [name, readAttribute(name, value)]);
  let record: FileRecord;
  try {
    record = parseFileRecord(Object.fromEntries(members) as UncheckedFile);
  } catch (error) {
    const field = error instanceof InputError ? error.field : 'a field';
    throw new FileItemError(fileId, field, error);
  }
  const derived: Item = { ...indexKeyOf(record, record), objectKey: { S: objectKeyOf(record) } };
  const wrong = Object.keys(derived).find((name) => item[name]?.S !== derived[name]?.S);
  if (wrong !== undefined) throw new FileItemError(fileId, wrong);
  return record;
}
