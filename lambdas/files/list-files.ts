import type { components } from '#api/types';
import { toRfc3339 } from '#core/clock';
import { FILE_LIST_MAX } from '#core/contract/files-api';
import { encodeFileCursor, type FileCursor, parseFileCursor } from '#core/files/file-cursor';
import type { FileRecord } from '#core/files/file-record';
import type { FileRegistry } from '#core/files/file-registry';
import { Refused } from '../http/refused';
import type { Person } from './access';
import { ask } from './ask-registry';

type File = components['schemas']['File'];
type FileList = components['schemas']['FileList'];

/** Tenants that one request looks into. A person with more gets a cursor. */
const TENANTS_PER_REQUEST = 5;

/** Describes a file to a person who may read it. It has neither the owner nor the object key. */
export function describeFile(file: FileRecord): File {
  const { fileId, tenant, visibility, name, contentType, size, state } = file;
  const times = { createdAt: toRfc3339(file.createdAt), updatedAt: toRfc3339(file.updatedAt) };
  return { fileId, tenant, visibility, name, contentType, size, state, ...times };
}

function startOf(text: string | undefined, { identity }: Person): FileCursor | undefined {
  const [tenant] = identity.tenants;
  if (text === undefined) return tenant === undefined ? undefined : { tenant };
  const cursor = parseFileCursor(text);
  // A tenant that the person no longer has is refused like any other text.
  if (!cursor.ok || !identity.tenants.includes(cursor.value.tenant)) {
    throw new Refused('cursor-malformed');
  }
  return cursor.value;
}

/**
 * Lists the files of a person, tenant by tenant.
 *
 * @throws {Refused} `cursor-malformed`, `registry-failed`
 */
export async function listFiles(
  person: Person,
  cursorText: string | undefined,
  registry: FileRegistry,
): Promise<FileList> {
  const { tenants } = person.identity;
  const files: FileRecord[] = [];
  let cursor = startOf(cursorText, person);
  for (let looked = 0; looked < TENANTS_PER_REQUEST && files.length < FILE_LIST_MAX; looked += 1) {
    if (cursor === undefined) break;
    const { tenant, after } = cursor;
    const limit = FILE_LIST_MAX - files.length;
    const owner = { tenant, owner: person.user };
    const page = await ask(registry.list(owner, { limit, ...(after && { after }) }));
    files.push(...page.files);
    const following = tenants[tenants.indexOf(tenant) + 1];
    if (page.next !== undefined) cursor = { tenant, after: page.next };
    else cursor = following === undefined ? undefined : { tenant: following };
  }
  return {
    files: files.map(describeFile),
    ...(cursor !== undefined && { cursor: encodeFileCursor(cursor) }),
  };
}
