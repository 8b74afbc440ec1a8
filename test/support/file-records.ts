import { epochSeconds } from '#core/clock';
import { parseFileId } from '#core/files/file-id';
import type { FileRecord } from '#core/files/file-record';
import { parseTenantId } from '#core/tenancy/tenant-id';
import { userHash } from '#core/user-hash';

export const FILE_ID_TEXT = '0b8b9a3e-53a5-4c5e-9d6e-5f3a0e9d7c11';

/** Makes a file id that ends in a number, so that tests can tell ids apart. */
export const fileIdOf = (number: number): FileRecord['fileId'] =>
  parseFileId(`0b8b9a3e-53a5-4c5e-9d6e-${String(number).padStart(12, '0')}`);

export const ANN = userHash('https://id.example.com', 'ann');
export const BOB = userHash('https://id.example.com', 'bob');

/** A record of a private picture of Ann in the tenant acme. */
export const makeFile = (more: Partial<FileRecord> = {}): FileRecord => ({
  fileId: parseFileId(FILE_ID_TEXT),
  tenant: parseTenantId('acme'),
  owner: ANN,
  visibility: 'private',
  name: 'Größe 東京 (1).png',
  contentType: 'image/png',
  size: 12_345,
  state: 'stored',
  createdAt: epochSeconds(1_767_290_000),
  updatedAt: epochSeconds(1_767_290_000),
  ...more,
});
