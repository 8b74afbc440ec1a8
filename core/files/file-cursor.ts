import { epochSeconds } from '../clock';
import { accept, type Outcome, refuse } from '../outcome';
import { isTenantId, type TenantId } from '../tenancy/tenant-id';
import { isFileId } from './file-id';
import type { FilePosition } from './file-registry';

/** Where a list of files continues: in a tenant, after a file or at its beginning. */
export interface FileCursor {
  readonly tenant: TenantId;
  readonly after?: FilePosition;
}

const TIME = /^(?:0|[1-9]\d{0,10})$/;

/**
 * Writes a cursor as an opaque text. It is not signed: it says only where a list continues, and the
 * list of another person cannot be named with it.
 */
export function encodeFileCursor({ tenant, after }: FileCursor): string {
  const parts = after === undefined ? [tenant] : [tenant, String(after.createdAt), after.fileId];
  return Buffer.from(parts.join('.'), 'utf8').toString('base64url');
}

function readParts([tenant, createdAt, fileId, ...rest]: readonly string[]):
  FileCursor | undefined {
  if (tenant === undefined || !isTenantId(tenant) || rest.length > 0) return undefined;
  if (createdAt === undefined) return { tenant };
  if (fileId === undefined || !isFileId(fileId) || !TIME.test(createdAt)) return undefined;
  return { tenant, after: { createdAt: epochSeconds(Number(createdAt)), fileId } };
}

/** Reads a cursor. Only the exact text that {@link encodeFileCursor} writes is accepted. */
export function parseFileCursor(text: string): Outcome<FileCursor, 'cursor-malformed'> {
  const cursor = readParts(Buffer.from(text, 'base64url').toString('utf8').split('.'));
  return cursor !== undefined && encodeFileCursor(cursor) === text
    ? accept(cursor)
    : refuse('cursor-malformed');
}
