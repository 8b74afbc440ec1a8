import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { LOG_FIELDS, V1_FIELDS, type LogField } from '../fields';
import type { GeneratedRequest } from './generate';

/** Forms in which CloudFront delivers standard logs, as far as they are text. */
export type LogForm = 'v1' | 'v2-text' | 'v2-json';

const DISTRIBUTION_ID = 'EDFDVBD6EXAMPLE';

function textLine(fields: readonly LogField[], { fields: values }: GeneratedRequest): string {
  return fields.map(({ name }) => values[name] ?? '-').join('\t');
}

function render(form: LogForm, requests: readonly GeneratedRequest[]): Buffer {
  const fields = form === 'v1' ? V1_FIELDS : LOG_FIELDS;
  const names = fields.map(({ name }) => name);
  switch (form) {
    case 'v1':
      return gzipSync(
        `#Version: 1.0\n#Fields: ${names.join(' ')}\n${requests.map((one) => textLine(fields, one)).join('\n')}\n`,
      );
    case 'v2-text':
      return gzipSync(
        `#Fields: ${names.join('\t')}\n${requests.map((one) => textLine(fields, one)).join('\n')}\n`,
      );
    case 'v2-json':
      return gzipSync(requests.map(({ fields: values }) => `${JSON.stringify(values)}\n`).join(''));
  }
}

function fileName(form: LogForm, hour: string): string {
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
  form: LogForm,
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
    writeFileSync(file, render(form, inHour));
  }
}
