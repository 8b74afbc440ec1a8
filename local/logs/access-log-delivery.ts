import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { EVIDENCE_FIELDS, TRAFFIC_FIELDS, V1_FIELDS } from '#analytics/fields';
import { groupByPartition } from '#analytics/partition';
import { encodeTextLog, ParquetLogWriter } from '#analytics/records/encode-log-file';
import type { DeploymentRecord } from '#configuration/deployment-record';
import type { FinishedRequest } from '../cloudfront/exchange';
import {
  type AccessLogRecord,
  isLogged,
  type LoggedDistribution,
  toAccessLogRecord,
} from './access-log-record';

type LogPlaces = DeploymentRecord['logs'];

export interface AccessLogDeliverySettings {
  readonly s3: Pick<S3Client, 'send'>;
  readonly distribution: LoggedDistribution;
  /** The buckets and prefixes to which the deployment delivers its logs. */
  readonly places: LogPlaces;
  /** Returns whether the deployed distribution logs cookies now. */
  readonly logsCookies: () => boolean;
}

interface LoggedRequest {
  readonly finishedAtMilliseconds: number;
  readonly record: AccessLogRecord;
}

/**
 * Writes the objects that CloudFront's log deliveries would write: one Parquet object of traffic
 * for each hour and flush, and the evidence and v1 objects if the deployment has these deliveries.
 */
export class AccessLogDelivery {
  readonly #settings: AccessLogDeliverySettings;
  readonly #parquet: ParquetLogWriter;
  #waiting: LoggedRequest[] = [];

  private constructor(settings: AccessLogDeliverySettings, parquet: ParquetLogWriter) {
    this.#settings = settings;
    this.#parquet = parquet;
  }

  static async create(settings: AccessLogDeliverySettings): Promise<AccessLogDelivery> {
    return new AccessLogDelivery(settings, await ParquetLogWriter.create());
  }

  /** Adds a finished request. The next flush writes it to the bucket. */
  add(finished: FinishedRequest): void {
    if (!isLogged(finished)) return;
    const { distribution, logsCookies } = this.#settings;
    const record = toAccessLogRecord(finished, distribution);
    this.#waiting.push({
      finishedAtMilliseconds: finished.startedAtMilliseconds + finished.durationMilliseconds,
      record: logsCookies() ? record : { ...record, 'cs(Cookie)': '-' },
    });
  }

  /** Writes all waiting requests. Those that could not be written wait for the next flush. */
  async flush(): Promise<void> {
    const requests = this.#waiting.splice(0);
    try {
      const hours = groupByPartition(
        requests,
        ({ finishedAtMilliseconds }) => finishedAtMilliseconds,
      );
      for (const [hour, inHour] of hours)
        await this.#writeHour(
          hour,
          inHour.map(({ record }) => record),
        );
    } catch (error) {
      // As in AWS, a line can be delivered twice after an error. The queries count each request
      // once.
      this.#waiting = [...requests, ...this.#waiting];
      throw error;
    }
  }

  close(): void {
    this.#parquet.close();
  }

  async #writeHour(hour: string, records: readonly AccessLogRecord[]): Promise<void> {
    const { places } = this.#settings;
    await this.#put(places.traffic, `${hour}/`, {
      hour,
      ending: 'parquet',
      body: await this.#encodeParquet(records),
    });
    if (places.evidence !== undefined) {
      const body = encodeTextLog('v2-json', EVIDENCE_FIELDS, records);
      await this.#put(places.evidence, `${hour}/`, { hour, ending: 'gz', body });
    }
    if (places.v1 !== undefined) {
      const body = encodeTextLog('v1', V1_FIELDS, records);
      await this.#put(places.v1, '', { hour, ending: 'gz', body });
    }
  }

  async #put(
    place: { readonly bucket: string; readonly prefix: string },
    folder: string,
    file: { readonly hour: string; readonly ending: string; readonly body: Buffer },
  ): Promise<void> {
    const { id } = this.#settings.distribution;
    const unique = randomBytes(4).toString('hex');
    const name = `${id}.${file.hour.replaceAll('/', '-')}.${unique}.${file.ending}`;
    // v1 logs have no folders. v2 logs have one folder for each distribution and in it one for each
    // hour.
    const Key = `${place.prefix}${folder === '' ? '' : `${id}/${folder}`}${name}`;
    await this.#settings.s3.send(
      new PutObjectCommand({ Bucket: place.bucket, Key, Body: file.body }),
    );
  }

  async #encodeParquet(records: readonly AccessLogRecord[]): Promise<Buffer> {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'edgepass-access-log-'));
    try {
      const file = path.join(folder, 'traffic.parquet');
      await this.#parquet.write(file, TRAFFIC_FIELDS, records);
      return readFileSync(file);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}
