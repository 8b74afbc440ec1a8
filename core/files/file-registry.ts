import type { EpochSeconds } from '../clock';
import type { FileState } from '../contract/file-states';
import type { Outcome } from '../outcome';
import type { TenantId } from '../tenancy/tenant-id';
import type { UserHash } from '../tenancy/user-hash';
import type { FileId } from './file-id';
import type { FileRecord } from './file-record';

/** A person in one tenant: whose files a list contains. */
export interface FileOwner {
  readonly tenant: TenantId;
  readonly owner: UserHash;
}

/** The place of a file in the list of its owner. */
export type FilePosition = Pick<FileRecord, 'createdAt' | 'fileId'>;

/** Which part of a list is asked for. */
export interface FilePageRequest {
  /** Maximum number of files, from 1 to 100. */
  readonly limit: number;
  /** The list continues after this file. Absent: it begins with the newest file. */
  readonly after?: FilePosition;
}

/** One part of a list. */
export interface FilePage {
  readonly files: readonly FileRecord[];
  /** Present if there may be more files. It is the `after` of the next request. */
  readonly next?: FilePosition;
}

/** A change of a file's state that happens only if the file has one of the expected states. */
export interface FileStateChange {
  readonly fileId: FileId;
  readonly state: FileState;
  readonly expected: readonly FileState[];
  readonly now: EpochSeconds;
}

/**
 * Where the records of files are stored. An application that has its own table implements this
 * port. A record that cannot be read is an error and never an absent file.
 */
export interface FileRegistry {
  /** Returns the current record, also directly after a change. */
  find(fileId: FileId): Promise<FileRecord | undefined>;
  /** Returns the current records of at most 100 files. Ids without a record are left out. */
  findAll(fileIds: readonly FileId[]): Promise<ReadonlyMap<FileId, FileRecord>>;
  /** Stores a new record. It never replaces one. */
  save(record: FileRecord): Promise<Outcome<undefined, 'file-exists'>>;
  /** Changes the state and `updatedAt`, and returns the new record. */
  change(change: FileStateChange): Promise<Outcome<FileRecord, 'file-not-in-state'>>;
  /** Returns the files of one person in one tenant, the newest first. */
  list(owner: FileOwner, page: FilePageRequest): Promise<FilePage>;
  /** Removes a record. Does nothing if there is none. */
  delete(fileId: FileId): Promise<void>;
}
