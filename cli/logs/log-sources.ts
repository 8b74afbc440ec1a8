import { existsSync, statSync } from 'node:fs';
import type { S3Client } from '@aws-sdk/client-s3';
import type { LogPlace } from '#analytics/records/download-logs';
import {
  findLogFiles,
  type FindLogFilesOptions,
  type LogFile,
  type PassedOver,
} from '#analytics/records/log-file';
import { makeTemporaryFolder } from '#analytics/records/temporary-folder';
import type { DeploymentRecord } from '#configuration/deployment-record';
import { InputError } from '#core/errors';
import { type CommandContext, writeLine } from '../context';
import { openEnvironment, variablesForBuckets } from '../deployed-environment';
import { UnreachableError } from '../unreachable-error';

const PROGRESS_MILLISECONDS = 1_000;
const MEGABYTE = 1_000_000;
const ALLOWED = 'a folder with log files, s3://<bucket>/<prefix>, or nothing for the deployed logs';

/** Where logs are read from: a folder, an S3 URL or, by default, the buckets of an environment. */
export interface LogSourceOptions {
  readonly source?: string;
  /**
   * The environment whose logs are read if no source is given. Its endpoints are also used for an
   * S3 URL.
   */
  readonly environment?: string;
  /** Whether lines and files that cannot be read are passed over. @default false */
  readonly skipUnreadable?: boolean;
}

/** The first and the last hour to read: `yyyy/MM/dd/HH`. */
export interface Partitions {
  readonly from: string;
  readonly to: string;
}

/** Opened log files. `close` deletes the downloaded files. */
export interface OpenedSource {
  readonly files: readonly LogFile[];
  close(): void;
}

function refuseSource(received: string): never {
  throw new InputError({ code: 'ERR_SOURCE', field: '--source', received, allowed: ALLOWED });
}

function openFolder(folder: string, options: FindLogFilesOptions): OpenedSource {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return refuseSource(folder);
  const files = findLogFiles(folder, options);
  if (files.length === 0) return refuseSource(`${folder}, which is empty`);
  return { files, close: () => undefined };
}

function parseS3Url(text: string): LogPlace {
  const [, bucket, prefix = ''] = /^s3:\/\/([a-z0-9.-]{3,63})(?:\/(.*))?$/.exec(text) ?? [];
  return bucket === undefined ? refuseSource(text) : { bucket, prefix };
}

/**
 * Returns the places to which a deployment delivers logs. The form of the keys is known for each
 * place, so only the keys of the needed hours are listed.
 */
export function deliveredPlaces({ logs, distribution }: DeploymentRecord): readonly LogPlace[] {
  const { traffic, issuedGrants, evidence, v1 } = logs;
  const inFolders = (place: { bucket: string; prefix: string }): LogPlace => ({
    bucket: place.bucket,
    prefix: `${place.prefix}${distribution.id}/`,
    hours: 'folders',
  });
  return [
    inFolders(traffic),
    { ...issuedGrants, hours: 'folders' },
    ...(evidence === undefined ? [] : [inFolders(evidence)]),
    ...(v1 === undefined
      ? []
      : [
          {
            bucket: v1.bucket,
            prefix: `${v1.prefix}${distribution.id}.`,
            hours: 'names' as const,
          },
        ]),
  ];
}

function refuseS3(error: unknown, places: readonly LogPlace[]): never {
  const detail = error instanceof Error ? error.message || error.name : 'no answer';
  const buckets = [...new Set(places.map(({ bucket }) => bucket))].join(', ');
  throw new UnreachableError(`the logs in S3 (${buckets}) cannot be read: ${detail}`);
}

/**
 * Throws if a place has no log file at all, because the user has probably named the wrong place.
 */
async function refuseEmpty(s3: S3Client, place: LogPlace): Promise<void> {
  const { bucket, prefix } = place;
  const { ListObjectsV2Command } = await import('@aws-sdk/client-s3');
  const list = new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix });
  const { Contents = [] } = await s3.send(list).catch((error: unknown) => refuseS3(error, [place]));
  if (Contents.every(({ Key = '' }) => Key.endsWith('/')))
    refuseSource(`s3://${bucket}/${prefix}, which is empty`);
}

interface WantedPlaces {
  readonly places: readonly LogPlace[];
  readonly partitions: Partitions;
  readonly finding: FindLogFilesOptions;
}

async function openPlaces(
  context: CommandContext,
  s3: S3Client,
  { finding, ...wanted }: WantedPlaces,
): Promise<OpenedSource> {
  const { downloadLogs } = await import('#analytics/records/download-logs');
  const { path: folder, remove: close } = makeTemporaryFolder('edgepass-logs-');
  let told = context.nowMilliseconds();
  try {
    const names = await downloadLogs({
      ...wanted,
      s3,
      folder,
      onProgress: ({ objects, of, bytes }) => {
        if (context.nowMilliseconds() - told < PROGRESS_MILLISECONDS) return;
        told = context.nowMilliseconds();
        const size = (bytes / MEGABYTE).toFixed(1);
        writeLine(context.errorOutput, `reading logs: ${objects} of ${of} objects, ${size} MB`);
      },
    }).catch((error: unknown) => refuseS3(error, wanted.places));
    const nameOf = (file: string): string => names.get(file) ?? file;
    return { files: findLogFiles(folder, { ...finding, nameOf }), close };
  } catch (error) {
    close();
    throw error;
  }
}

/** Which hours are read, and who is told about files that are not. */
export interface LogSourceUse {
  readonly partitions: Partitions;
  readonly onPassedOver: (passedOver: PassedOver) => void;
}

/** Whether a source is a folder of this machine. */
export function isFolder({ source = 's3:' }: LogSourceOptions): boolean {
  return !source.startsWith('s3:');
}

/**
 * Opens the logs of some hours.
 *
 * @throws {InputError} when the source cannot be used; {UnreachableError} when the environment does
 * not answer
 */
export async function openLogSource(
  context: CommandContext,
  options: LogSourceOptions,
  { partitions, onPassedOver }: LogSourceUse,
): Promise<OpenedSource> {
  const { source, environment, skipUnreadable: skipsUnreadable = false } = options;
  const finding = { onPassedOver, skipsUnreadable };
  if (source === undefined) {
    const { deployment, clients } = await openEnvironment(context, environment);
    return openPlaces(context, clients.s3, {
      places: deliveredPlaces(deployment),
      partitions,
      finding,
    });
  }
  if (isFolder(options)) return openFolder(source, finding);
  const place = parseS3Url(source);
  const { createAwsClients } = await import('#aws/clients');
  const { s3 } = createAwsClients(variablesForBuckets(context, environment));
  const opened = await openPlaces(context, s3, { places: [place], partitions, finding });
  if (opened.files.length > 0) return opened;
  opened.close();
  // Only these hours have no logs; other hours may have some.
  await refuseEmpty(s3, place);
  return opened;
}
