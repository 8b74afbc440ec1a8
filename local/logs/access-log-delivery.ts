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
  /** Where the deployment has its logs delivered. */
  readonly places: LogPlaces;
  /** Whether the deployed distribution logs cookies now. */
  readonly logsCookies: () => boolean;
}

interface LoggedRequest {
  readonly finishedAtMilliseconds: number;
  readonly record: AccessLogRecord;
}

/**
 * Writes what CloudFront's log deliveries would: one Parquet object of traffic for each hour and flush, and
 * the evidence and v1 objects where the deployment asks for them.
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

  /** Takes a finished request; it is in the bucket after the next flush. */
  add(finished: FinishedRequest): void {
    if (!isLogged(finished)) return;
    const { distribution, logsCookies } = this.#settings;
    const record = toAccessLogRecord(finished, distribution);
    this.#waiting.push({
      finishedAtMilliseconds: finished.startedAtMilliseconds + finished.durationMilliseconds,
      record: logsCookies() ? record : { ...record, 'cs(Cookie)': '-' },
    });
  }

  /** Writes everything that waits. What could not be written waits for the next flush. */
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
      // Deliveries are best effort and may repeat a line: the queries count a request once.
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
    // v1 has no folders; v2 has one a distribution, and in it one an hour.
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
