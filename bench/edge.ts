import http from 'node:http';
import { startLocalCloud } from '#local/cloud/local-cloud';
import { readTools } from '#local/emulator/tools';
import { ROOT } from './program';
import type { Row } from './table';

const REQUESTS = 4_000;
const CONNECTIONS = 8;

/** Returns requests per second over kept-alive connections. Every answer must be a 200. */
async function load(url: URL, headers: Record<string, string>): Promise<number> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const get = (): Promise<void> =>
    new Promise((resolve, reject) => {
      http
        .get(
          {
            host: '127.0.0.1',
            port: url.port,
            path: url.pathname,
            headers: { host: url.host, ...headers },
            agent,
          },
          (response) => {
            if (response.statusCode !== 200)
              reject(new Error(`${url.href} answered ${response.statusCode ?? 0}`));
            response.resume().once('end', resolve);
          },
        )
        .once('error', reject);
    });
  await get();
  const started = performance.now();
  let left = REQUESTS;
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await get();
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, worker));
  agent.destroy();
  return REQUESTS / ((performance.now() - started) / 1_000);
}

async function logIn(contentBaseUrl: string, tokenIssuer: string): Promise<string> {
  const token = await (
    await fetch(`${tokenIssuer}/people/ada/access-token`, { method: 'POST' })
  ).text();
  const session = await fetch(`${contentBaseUrl}/api/session`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
  });
  const cookies = session.headers
    .getSetCookie()
    .filter((cookie) => cookie.includes('Path=/t/acme/'));
  return cookies.map((cookie) => cookie.split(';')[0]).join('; ');
}

/**
 * Compares the edge, with a cached object behind the signature check and the guard, with direct
 * requests to the emulator's S3.
 */
export async function measureEdge(): Promise<Row[]> {
  const cloud = await startLocalCloud({
    root: ROOT,
    tools: readTools(ROOT),
    name: 'bench',
    tls: false,
    reset: true,
    processEnvironment: process.env,
    nowMilliseconds: () => Date.now(),
    onProgress: () => undefined,
    sink: () => undefined,
  });
  try {
    const { addresses, deployment, environment } = cloud;
    const cookie = await logIn(addresses.contentBaseUrl, addresses.tokenIssuer);
    const path = '/t/acme/gallery.json';
    const edge = await load(new URL(`${addresses.contentBaseUrl}${path}`), { cookie });
    const bucket = await load(
      new URL(`${environment['AWS_ENDPOINT_URL'] ?? ''}/${deployment.buckets.content.name}${path}`),
      {},
    );
    return [
      {
        what: 'local edge, signed and cached object',
        ours: `${edge.toFixed(0)} requests/s`,
        peer: `the emulator's S3, unprotected: ${bucket.toFixed(0)} requests/s`,
        ratio: `${(edge / bucket).toFixed(2)}x`,
      },
    ];
  } finally {
    await cloud.stop();
  }
}
