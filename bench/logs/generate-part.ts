// Generates one part of the measured logs: the same requests in every format. Arguments: folder,
// seed, requests.
import path from 'node:path';
import { type GeneratedRequest, generateRequests } from '#analytics/generator/generate';
import { writeLogs, writeParquetLogs } from '#analytics/generator/write-logs';
import { MEASURED_DAY } from './measured-day';

/** Number of lines that are held in memory at once. */
const CHUNK_LINES = 25_000;
const TENANTS = 60;
/**
 * Typical use of a product: one person opens about fifty files in half an hour, and one of twenty
 * requests is refused.
 */
const REQUESTS_PER_PERSON = 50;
const FILES_PER_PERSON = 20;
const SERVED_FACTOR = 10;

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

/** Removes the cookies, because v1 logs contain them only if that is switched on. */
function withoutCookies(request: GeneratedRequest): GeneratedRequest {
  return { ...request, fields: { ...request.fields, 'cs(Cookie)': '-' } };
}

async function main(folder: string, seed: number, requests: number): Promise<void> {
  const peoplePerTenant = Math.max(4, Math.ceil(requests / REQUESTS_PER_PERSON / TENANTS));
  const startEpoch = Date.parse(MEASURED_DAY.from) / 1_000;
  let number = 0;
  for (const chunk of inChunks(
    generateRequests({
      ...{ seed, requests, startEpoch, tenants: TENANTS, servedFactor: SERVED_FACTOR },
      ...{ peoplePerTenant, filesPerTenant: FILES_PER_PERSON * peoplePerTenant },
    }),
  )) {
    const name = `${seed}-${number}`;
    writeLogs(path.join(folder, 'v1', name), 'v1', chunk.map(withoutCookies));
    writeLogs(path.join(folder, 'v1-cookies', name), 'v1', chunk);
    await writeParquetLogs(path.join(folder, 'parquet', name), chunk);
    number += 1;
  }
}

const [, , folder = '', seed, requests] = process.argv;
void main(folder, Number(seed), Number(requests));
