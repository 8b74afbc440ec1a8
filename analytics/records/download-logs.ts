import { createWriteStream, mkdirSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GetObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { partitionOfName } from '../partition';

/** Objects below a prefix of a bucket. */
export interface LogPlace {
  readonly bucket: string;
  readonly prefix: string;
  /**
   * How keys continue after the prefix: `yyyy/MM/dd/HH/…` or `yyyy-MM-dd-HH.…`. With it, only the
   * hours that are asked for are listed.
   *
   * @default - everything below the prefix is listed
   */
  readonly hours?: 'folders' | 'names';
}

/** Progress of a download. */
export interface DownloadProgress {
  readonly objects: number;
  readonly of: number;
  readonly bytes: number;
}

export interface DownloadSettings {
  readonly s3: Pick<S3Client, 'send'>;
  readonly places: readonly LogPlace[];
  /**
   * Hours to download, both included: `yyyy/MM/dd/HH`. Objects without an hour in their key are
   * downloaded too.
   */
  readonly partitions: { readonly from: string; readonly to: string };
  /** An empty folder. */
  readonly folder: string;
  readonly onProgress: (progress: DownloadProgress) => void;
  /** When aborted, the download ends with an error. @default - the download cannot be aborted */
  readonly signal?: AbortSignal;
}

interface LogObject {
  readonly bucket: string;
  readonly key: string;
}

const AT_ONCE = 8;

function spellHour(hour: string, hours: LogPlace['hours']): string {
  return hours === 'names' ? hour.replaceAll('/', '-') : hour;
}

async function listPlace(
  { s3, partitions, signal }: DownloadSettings,
  { bucket, prefix, hours }: LogPlace,
): Promise<readonly LogObject[]> {
  const found: LogObject[] = [];
  // Keys are sorted by hour: the list begins at the first hour and ends after the last.
  const first = hours === undefined ? '' : `${prefix}${spellHour(partitions.from, hours)}`;
  const beyond = hours === undefined ? undefined : `${prefix}${spellHour(partitions.to, hours)}~`;
  let token: string | undefined;
  do {
    const page = await s3.send(
      new ListObjectsV2Command({
        Bucket: bucket,
        Prefix: prefix,
        ...(first !== '' && { StartAfter: first }),
        ...(token !== undefined && { ContinuationToken: token }),
      }),
      signal && { abortSignal: signal },
    );
    const keys = (page.Contents ?? []).map(({ Key = '' }) => Key);
    found.push(...keys.filter((key) => isAsked(key, partitions)).map((key) => ({ bucket, key })));
    const isDone = beyond !== undefined && (keys.at(-1) ?? '') > beyond;
    token = isDone ? undefined : page.NextContinuationToken;
  } while (token !== undefined);
  return found;
}

function isAsked(key: string, { from, to }: DownloadSettings['partitions']): boolean {
  const partition = partitionOfName(key);
  return !key.endsWith('/') && (partition === undefined || (partition >= from && partition <= to));
}

/** The file for an object, in a folder of its hour. Only plain characters of the key are kept. */
function fileOf(folder: string, { key }: LogObject, at: number): string {
  const name = path.posix.basename(key).replace(/^\.+|[^\w.-]/g, '_');
  return path.join(folder, String(at), partitionOfName(key) ?? '', name);
}

async function download(
  { s3, signal }: DownloadSettings,
  from: LogObject,
  file: string,
): Promise<number> {
  const { Body, ContentLength = 0 } = await s3.send(
    new GetObjectCommand({ Bucket: from.bucket, Key: from.key }),
    signal && { abortSignal: signal },
  );
  mkdirSync(path.dirname(file), { recursive: true });
  if (!(Body instanceof Readable)) throw new TypeError(`${from.key}: S3 answered without a body`);
  await pipeline(Body, createWriteStream(file), { ...(signal && { signal }) });
  return ContentLength;
}

/**
 * Copies the log objects of some hours into a folder, because DuckDB reads only local files here.
 *
 * @returns the URL of the object by the path of its copy
 * @throws what S3 answers, for the first object that cannot be read
 */
export async function downloadLogs(
  settings: DownloadSettings,
): Promise<ReadonlyMap<string, string>> {
  const lists = await Promise.all(settings.places.map((place) => listPlace(settings, place)));
  const objects = lists.flat();
  const names = new Map<string, string>();
  let [next, done, bytes] = [0, 0, 0];
  const work = async (): Promise<void> => {
    for (let at = next++; at < objects.length; at = next++) {
      const object = objects[at];
      if (object === undefined) return;
      const file = fileOf(settings.folder, object, at);
      const read = await download(settings, object, file).catch((error: unknown) => {
        // The other downloads stop too, because the caller removes the folder now.
        next = objects.length;
        throw error;
      });
      names.set(file, `s3://${object.bucket}/${object.key}`);
      bytes += read;
      done += 1;
      settings.onProgress({ objects: done, of: objects.length, bytes });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return names;
}
