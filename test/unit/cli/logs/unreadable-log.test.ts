import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { runProgram } from '#cli/program';
import { makeContext } from '../command-fixture';

const folder = mkdtempSync(path.join(os.tmpdir(), 'edgepass-unreadable-'));

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const WINDOW = ['--from', '2026-11-22T00:00:00Z', '--to', '2026-11-23T00:00:00Z'];
const HEADER =
  '#Version: 1.0\n#Fields: date time x-edge-request-id sc-status cs(Cookie) c-ip cs-method cs-uri-stem\n';
const TEXT = '2026-11-22\t10:30:00\tREQUEST001\t403\tsecret\t192.0.2.1\tGET\t/t/acme/a\n';
const JSON_LINE = `${JSON.stringify({ date: '2026-11-22', time: '10:30:00', 'x-edge-request-id': 'REQUEST001', 'sc-status': '403', 'cs(Cookie)': 'secret', 'c-ip': '192.0.2.1', 'cs-method': 'GET', 'cs-uri-stem': '/t/acme/a' })}\n`;

/** A stream whose middle is not what was compressed. */
function damaged(text: string): Buffer {
  const lines = Array.from({ length: 50_000 }, (_, at) =>
    text.replace('REQUEST001', `R${at * 7919}`),
  );
  const bytes = gzipSync(lines.join(''));
  return Buffer.concat([
    bytes.subarray(0, 150_000),
    Buffer.alloc(500, 0xff),
    bytes.subarray(150_500),
  ]);
}

/** What a copy holds that ended early: whole lines, and a part of the next. */
function cut(text: string): Buffer {
  const lines = Array.from({ length: 500 }, (_, at) => text.replace('REQUEST001', `R${at * 7919}`));
  const bytes = gzipSync(HEADER + lines.join(''));
  return bytes.subarray(0, bytes.length - 300);
}

async function ask(
  name: string,
  content: string | Buffer,
): Promise<{ code: number; output: string; complaints: string }> {
  const source = path.join(folder, `${name} in line 9`);
  mkdirSync(source);
  writeFileSync(path.join(source, 'E1.log'), content);
  const made = makeContext();
  const command = ['logs', 'query', 'refusals', '--source', source, ...WINDOW];
  const code = await runProgram(made.context, command);
  const complaints = made
    .complaints()
    .split('\n')
    .filter((line) => line.startsWith('edgepass'));
  return { code, output: made.printed(), complaints: complaints.join('\n') };
}

describe('a log that cannot be read is bad input, and its file and line are named', () => {
  it.each<[string, string | Buffer, string]>([
    [
      'too many fields',
      `${HEADER}${TEXT}${TEXT.replace('\n', '\tsecret\n')}`,
      ', line 4: 9 values for the 8 names of the #Fields line',
    ],
    ['a line that is cut', HEADER + TEXT + TEXT.slice(0, 30), ', line 4: 3 values for the 8 names'],
    ['a stream that is cut', cut(TEXT), ', line '],
    ['JSON that is cut', JSON_LINE + JSON_LINE.slice(0, -5), ', line 2: the line is no JSON'],
    [
      'JSON that is none',
      `${JSON_LINE}{"date": secret}\n${JSON_LINE}`,
      ', line 2: the line is no JSON',
    ],
    ['JSON that is no object', `${JSON_LINE}["secret"]\n`, ', line 2: the line is no JSON object'],
    [
      'JSON that says something twice',
      JSON_LINE.replace('{"date"', '{"date":"secret","date"'),
      ', line 1: a member is written twice',
    ],
    ['Parquet that is none', `PAR1${'secret'.repeat(500)}`, ''],
    ['Parquet whose end is none', `PAR1${'secret'.repeat(500)}\u0010\0\0\0PAR1`, ''],
    ['a damaged stream', damaged(JSON_LINE), ', line '],
  ])('%s', async (name, content, shown) => {
    const { code, output, complaints } = await ask(name, content);
    const file = JSON.stringify(path.join(folder, `${name} in line 9`, 'E1.log'));

    expect({ code, output }).toEqual({ code: 2, output: '' });
    expect(complaints.startsWith(`edgepass: a log that cannot be read: ${file}${shown}`)).toBe(
      true,
    );
    expect(complaints).not.toMatch(/secret|ignore_errors|auto_detect|Possible/);
  });
});
