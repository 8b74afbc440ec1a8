import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { GetObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import {
  downloadLogs,
  type DownloadProgress,
  type LogPlace,
} from '#analytics/records/download-logs';

const PAGE = 3;
const PARTITIONS = { from: '2026/11/22/08', to: '2026/11/22/09' };
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'edgepass-download-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A bucket that answers as S3 does, three keys a page, and remembers what it was asked. */
class FakeBucket {
  readonly #keys: readonly string[];
  readonly #failing: string | undefined;
  listed = 0;

  constructor(keys: readonly string[], failing?: string) {
    this.#keys = [...keys].sort();
    this.#failing = failing;
  }

  get client(): Pick<S3Client, 'send'> {
    const send = (command: unknown): Promise<unknown> => {
      if (command instanceof ListObjectsV2Command) return Promise.resolve(this.#list(command));
      if (command instanceof GetObjectCommand) return this.#get(command.input.Key ?? '');
      return Promise.reject(new Error('not asked for'));
    };
    return { send } as Pick<S3Client, 'send'>;
  }

  #list({ input }: ListObjectsV2Command): object {
    this.listed += 1;
    const after = input.ContinuationToken ?? input.StartAfter ?? '';
    const found = this.#keys.filter((key) => key.startsWith(input.Prefix ?? '') && key > after);
    const page = found.slice(0, PAGE);
    const isLast = found.length <= PAGE;
    return {
      Contents: page.map((Key) => ({ Key })),
      ...(!isLast && { NextContinuationToken: page.at(-1) }),
    };
  }

  #get(key: string): Promise<object> {
    if (key === this.#failing) return Promise.reject(new Error('access denied'));
    return Promise.resolve({ Body: Readable.from([key]), ContentLength: key.length });
  }
}

async function download(
  bucket: FakeBucket,
  place: Omit<LogPlace, 'bucket'>,
): Promise<{ contents: string[]; progress: DownloadProgress[] }> {
  const progress: DownloadProgress[] = [];
  await downloadLogs({
    s3: bucket.client,
    places: [{ bucket: 'logs', ...place }],
    partitions: PARTITIONS,
    folder,
    onProgress: (one) => progress.push(one),
  });
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const contents = files.map(({ parentPath, name }) =>
    readFileSync(path.join(parentPath, name), 'utf8'),
  );
  return { contents: contents.sort(), progress };
}

const v2 = (hour: string, name = 'a'): string => `traffic/E1/${hour}/E1.${name}.parquet`;
const HOURS = Array.from(
  { length: 24 },
  (_, hour) => `2026/11/22/${String(hour).padStart(2, '0')}`,
);

describe('downloadLogs', () => {
  it('takes the objects of the asked hours, both ends included, and lists no day to find them', async () => {
    const bucket = new FakeBucket(HOURS.map((hour) => v2(hour)));
    const { contents } = await download(bucket, { prefix: 'traffic/E1/', hours: 'folders' });

    expect(contents).toEqual([v2('2026/11/22/08'), v2('2026/11/22/09')]);
    expect(bucket.listed).toBe(1);
  });

  it('knows v1 by its names', async () => {
    const name = (hour: string): string => `v1/E1.${hour.replaceAll('/', '-')}.abc.gz`;
    const { contents } = await download(new FakeBucket(HOURS.map(name)), {
      prefix: 'v1/E1.',
      hours: 'names',
    });

    expect(contents).toEqual([name('2026/11/22/08'), name('2026/11/22/09')]);
  });

  it('below a prefix of which nothing is known takes what names no hour as well', async () => {
    const keys = [
      'x/some.log',
      'x/folder/',
      v2('2026/11/22/08').replace('traffic', 'x'),
      v2('2026/11/22/10').replace('traffic', 'x'),
    ];
    const { contents } = await download(new FakeBucket(keys), { prefix: 'x/' });

    expect(contents).toEqual([keys[2], keys[0]].sort());
  });

  it('takes every page, and tells how far it is in objects and bytes', async () => {
    const keys = Array.from({ length: 20 }, (_, at) => v2('2026/11/22/08', `part-${at}`));
    const { contents, progress } = await download(new FakeBucket(keys), {
      prefix: 'traffic/E1/',
      hours: 'folders',
    });

    expect(contents).toHaveLength(20);
    expect(progress.at(-1)).toEqual({ objects: 20, of: 20, bytes: keys.join('').length });
  });

  it.each(['x/../../../etc/cron.d/evil', 'x/..', 'x/a\nb\u001b[31m.gz', 'x/%2e%2e/%2fa'])(
    'a key such as %j stays inside the folder',
    async (key) => {
      const { contents } = await download(new FakeBucket([key, `${key}2`]), { prefix: 'x/' });
      const outside = readdirSync(folder).filter((name) => !/^\d+$/.test(name));

      expect(contents).toEqual([key, `${key}2`].sort());
      expect(outside).toEqual([]);
    },
  );

  it('fails with what S3 answered for an object that cannot be read', async () => {
    const keys = HOURS.map((hour) => v2(hour));
    const bucket = new FakeBucket(keys, v2('2026/11/22/09'));

    await expect(download(bucket, { prefix: 'traffic/E1/', hours: 'folders' })).rejects.toThrow(
      'access denied',
    );
  });

  it('ends with an error when nobody waits for it any more', async () => {
    const ended = downloadLogs({
      s3: new FakeBucket([v2('2026/11/22/08')]).client,
      places: [{ bucket: 'logs', prefix: 'traffic/E1/' }],
      partitions: PARTITIONS,
      folder,
      onProgress: () => undefined,
      signal: AbortSignal.abort(),
    });

    await expect(ended).rejects.toThrow('aborted');
  });
});
