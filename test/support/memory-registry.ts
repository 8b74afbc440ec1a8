import type { FileId } from '#core/files/file-id';
import type { FileRecord } from '#core/files/file-record';
import type {
  FileOwner,
  FilePage,
  FilePageRequest,
  FilePosition,
  FileRegistry,
  FileStateChange,
} from '#core/files/file-registry';
import { accept, type Outcome, refuse } from '#core/outcome';

function isBefore(a: FilePosition, b: FilePosition): boolean {
  return a.createdAt === b.createdAt ? a.fileId < b.fileId : a.createdAt < b.createdAt;
}

/** A registry in memory. It passes the same contract as the one in DynamoDB. */
export class MemoryRegistry implements FileRegistry {
  readonly files = new Map<FileId, FileRecord>();
  /** Names of the operations that were called, in order. */
  readonly calls: string[] = [];
  /** Thrown by every operation, if it is set. */
  failure: Error | undefined;

  constructor(files: readonly FileRecord[] = []) {
    for (const file of files) this.files.set(file.fileId, file);
  }

  #enter(call: string): void {
    this.calls.push(call);
    if (this.failure !== undefined) throw this.failure;
  }

  async find(fileId: FileId): Promise<FileRecord | undefined> {
    this.#enter('find');
    return await Promise.resolve(this.files.get(fileId));
  }

  async findAll(fileIds: readonly FileId[]): Promise<ReadonlyMap<FileId, FileRecord>> {
    this.#enter('findAll');
    const known = fileIds.flatMap((fileId): [FileId, FileRecord][] => {
      const file = this.files.get(fileId);
      return file === undefined ? [] : [[fileId, file]];
    });
    return await Promise.resolve(new Map(known));
  }

  async save(record: FileRecord): Promise<Outcome<undefined, 'file-exists'>> {
    this.#enter('save');
    if (this.files.has(record.fileId)) return refuse('file-exists');
    this.files.set(record.fileId, record);
    return await Promise.resolve(accept(undefined));
  }

  async change(change: FileStateChange): Promise<Outcome<FileRecord, 'file-not-in-state'>> {
    this.#enter('change');
    const known = this.files.get(change.fileId);
    if (known === undefined || !change.expected.includes(known.state)) {
      return refuse('file-not-in-state');
    }
    const changed = { ...known, state: change.state, updatedAt: change.now };
    this.files.set(change.fileId, changed);
    return await Promise.resolve(accept(changed));
  }

  async list(owner: FileOwner, { limit, after }: FilePageRequest): Promise<FilePage> {
    this.#enter('list');
    const own = [...this.files.values()]
      .filter((file) => file.tenant === owner.tenant && file.owner === owner.owner)
      .filter((file) => after === undefined || isBefore(file, after))
      .sort((a, b) => (isBefore(a, b) ? 1 : -1));
    const files = own.slice(0, limit);
    const last = files.at(-1);
    if (last === undefined || own.length <= limit) return await Promise.resolve({ files });
    return { files, next: { createdAt: last.createdAt, fileId: last.fileId } };
  }

  async delete(fileId: FileId): Promise<void> {
    this.#enter('delete');
    this.files.delete(fileId);
    await Promise.resolve();
  }
}
