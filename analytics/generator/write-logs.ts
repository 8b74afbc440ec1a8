import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { LOG_FIELDS, V1_FIELDS } from '../fields';
import { encodeTextLog, type TextLogForm } from '../records/encode-log-file';
import type { GeneratedRequest } from './generate';

const DISTRIBUTION_ID = 'EDFDVBD6EXAMPLE';

function fileName(form: TextLogForm, hour: string): string {
  const [year = '', month = '', day = '', of = ''] = hour.split('/');
  if (form === 'v1') return `${DISTRIBUTION_ID}.${year}-${month}-${day}-${of}.00000000.gz`;
  return path.join(
    DISTRIBUTION_ID,
    year,
    month,
    day,
    of,
    `${DISTRIBUTION_ID}.${year}-${month}-${day}-${of}.00000000.gz`,
  );
}

function hourOf({ fields }: GeneratedRequest): string {
  return `${(fields['date'] ?? '').replaceAll('-', '/')}/${(fields['time'] ?? '').slice(0, 2)}`;
}

/** Writes requests below a folder as CloudFront would: one file an hour, named after it. */
export function writeLogs(
  folder: string,
  form: TextLogForm,
  requests: Iterable<GeneratedRequest>,
): void {
  const hours = new Map<string, GeneratedRequest[]>();
  for (const request of requests) {
    const hour = hourOf(request);
    const known = hours.get(hour);
    if (known === undefined) hours.set(hour, [request]);
    else known.push(request);
  }
  for (const [hour, inHour] of hours) {
    const file = path.join(folder, fileName(form, hour));
    mkdirSync(path.dirname(file), { recursive: true });
    const fields = form === 'v1' ? V1_FIELDS : LOG_FIELDS;
    const records = inHour.map(({ fields: values }) => values);
    writeFileSync(file, encodeTextLog(form, fields, records));
  }
}
