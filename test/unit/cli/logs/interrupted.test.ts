import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import http from 'node:http';
import type net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { DEPLOYMENT } from '../command-fixture';

const ROOT = path.join(__dirname, '..', '..', '..', '..');
const KEY = 'logs/2026/11/22/08/E1.2026-11-22-08.a.gz';
const LIST = `<?xml version="1.0" encoding="UTF-8"?><ListBucketResult><Name>logs-bucket</Name><KeyCount>1</KeyCount><IsTruncated>false</IsTruncated><Contents><Key>${KEY}</Key><Size>100000</Size></Contents></ListBucketResult>`;

let server: http.Server;
let temporary: string;
let objectAsked: Promise<unknown>;

/**
 * An S3 that begins to send an object and never ends, a Trino that never answers, and a deployment
 * record.
 */
beforeAll(async () => {
  temporary = mkdtempSync(path.join(os.tmpdir(), 'interrupted-'));
  server = http.createServer((request, response) => {
    if (request.url === '/v1/statement') {
      server.emit('statement');
      return;
    }
    if (request.headers['x-amz-target'] === 'AmazonSSM.GetParameter') {
      response.end(JSON.stringify({ Parameter: { Value: JSON.stringify(DEPLOYMENT) } }));
      return;
    }
    if (request.url?.includes('list-type=2') === true) {
      response.setHeader('content-type', 'application/xml');
      response.end(LIST);
      return;
    }
    response.writeHead(200, { 'content-length': '100000' });
    response.write('CloudFront-Signature=secret');
    server.emit('object');
  });
  objectAsked = once(server, 'object');
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(temporary, { recursive: true, force: true });
});

function leftBehind(): readonly string[] {
  return readdirSync(temporary).filter((name) => name.startsWith('edgepass-'));
}

function start(arguments_: readonly string[]): ReturnType<typeof spawn> {
  const { port } = server.address() as net.AddressInfo;
  const window = ['--from', '2026-11-22T00:00:00Z', '--to', '2026-11-23T00:00:00Z'];
  return spawn(
    process.execPath,
    ['--import', 'tsx', path.join(ROOT, 'cli', 'main.ts'), ...arguments_, ...window],
    {
      cwd: ROOT,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        PATH: process.env['PATH'],
        TMPDIR: temporary,
        AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
      },
    },
  );
}

it('L-05: Ctrl-C leaves nothing of the downloaded logs behind', async () => {
  const child = start(['logs', 'query', 'refusals', '--source', 's3://logs-bucket/logs/']);
  const ended = once(child, 'exit');
  await Promise.race([objectAsked, ended]);
  const whileRunning = leftBehind();
  child.kill('SIGINT');

  expect(await ended).toEqual([130, null]);
  expect(whileRunning).toHaveLength(1);
  expect(leftBehind()).toEqual([]);
});

it('Ctrl-C of a statement that runs elsewhere is said in one line, with the exit code of shells', async () => {
  const { port } = server.address() as net.AddressInfo;
  const trino = ['--engine', 'trino', '--trino-url', `http://127.0.0.1:${port}`];
  const statementAsked = once(server, 'statement');
  const child = start(['logs', 'query', 'refusals', ...trino]);
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const ended = once(child, 'close');
  await Promise.race([statementAsked, ended]);
  child.kill('SIGINT');

  expect(await ended).toEqual([130, null]);
  expect(errors).toMatch(/^edgepass: interrupted\n$/m);
  expect(errors).not.toMatch(/^ +at /m);
});
