// One part of the logs that are measured: the same requests as v1 gz and as v2 Parquet. Arguments: folder, seed, requests.
import path from 'node:path';
import { generateRequests, type GeneratedRequest } from '../../analytics/generator/generate';
import { writeLogs, writeParquetLogs } from '../../analytics/generator/write-logs';
import { MEASURED_DAY } from './measured-day';

/** Held in memory at once. */
const CHUNK_LINES = 25_000;
/** Enough people that their visits and credentials differ as in a product's day. */
const TENANTS = 60;

function* inChunks(requests: Iterable<GeneratedRequest>): Generator<GeneratedRequest[]> {
  let chunk: GeneratedRequest[] = [];
  for (const request of requests) {
    chunk.push(request);
    if (chunk.length < CHUNK_LINES) continue;
    yield chunk;
    chunk = [];
  }
  yield chunk;
}

async function main(folder: string, seed: number, requests: number): Promise<void> {
  const startEpoch = Date.parse(MEASURED_DAY.from) / 1_000;
  let number = 0;
  for (const chunk of inChunks(
    generateRequests({ seed, requests, startEpoch, tenants: TENANTS }),
  )) {
    const name = `${seed}-${number}`;
    writeLogs(path.join(folder, 'v1', name), 'v1', chunk);
    await writeParquetLogs(path.join(folder, 'parquet', name), chunk);
    number += 1;
  }
}

const [, , folder = '', seed, requests] = process.argv;
void main(folder, Number(seed), Number(requests));
