import { SIGNED_URL_BATCH_BODY_BYTES_MAX, SIGNED_URL_BATCH_MAX } from '#core/contract/files-api';
import { readJsonObject } from '../http/json-body';
import { Refused } from '../http/refused';

const ID_CHARACTERS_MAX = 200;
const WHOLE_NUMBER = /^[1-9]\d{0,5}$/;

/** A request for signed URLs of many files. The ids are not checked: each gets its own answer. */
export interface BatchRequest {
  readonly fileIds: readonly string[];
  readonly lifetimeSeconds: number | undefined;
}

function isIdText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= ID_CHARACTERS_MAX;
}

/**
 * Reads the body of a request for signed URLs.
 *
 * @throws {Refused} `body-too-large`, `body-media-type`, `body-not-json`, `body-shape`,
 * `lifetime-refused`
 */
export async function readBatchRequest(request: Request): Promise<BatchRequest> {
  const body = await readJsonObject(request, {
    bytesMax: SIGNED_URL_BATCH_BODY_BYTES_MAX,
    members: ['fileIds', 'lifetimeSeconds'],
  });
  const fileIds: unknown = body?.['fileIds'];
  const isList =
    Array.isArray(fileIds) && fileIds.length > 0 && fileIds.length <= SIGNED_URL_BATCH_MAX;
  if (!isList || !fileIds.every(isIdText)) throw new Refused('body-shape');
  const lifetimeSeconds = body?.['lifetimeSeconds'];
  if (lifetimeSeconds !== undefined && typeof lifetimeSeconds !== 'number') {
    throw new Refused('body-shape');
  }
  return { fileIds, lifetimeSeconds };
}

/** What the query of a request for one signed URL asks for. */
export interface SingleRequest {
  readonly download: boolean;
  readonly lifetimeSeconds: number | undefined;
}

function readOnce(query: URLSearchParams, name: string): string | undefined {
  const values = query.getAll(name);
  if (values.length > 1) throw new Refused('query-malformed');
  return values[0];
}

/**
 * Reads the query of a request for one signed URL.
 *
 * @throws {Refused} `query-malformed`, `lifetime-refused`
 */
export function readSingleRequest(url: string): SingleRequest {
  const query = new URL(url).searchParams;
  const download = readOnce(query, 'download');
  const lifetime = readOnce(query, 'lifetimeSeconds');
  if (download !== undefined && !['', 'true'].includes(download)) {
    throw new Refused('query-malformed');
  }
  if (lifetime !== undefined && !WHOLE_NUMBER.test(lifetime)) throw new Refused('lifetime-refused');
  return {
    download: download !== undefined,
    lifetimeSeconds: lifetime === undefined ? undefined : Number(lifetime),
  };
}

/**
 * Reads the cursor of a list from the query.
 *
 * @throws {Refused} `query-malformed`
 */
export function readCursor(url: string): string | undefined {
  return readOnce(new URL(url).searchParams, 'cursor');
}
