import { Readable, Writable } from 'node:stream';
import { generateKeyPairSync } from 'node:crypto';
import { getSignedCookies } from '@aws-sdk/cloudfront-signer';
import { runVerify } from '../cli/verify/run-verify';
import type { Row } from './table';

const LINES = 100_000;
const NOW = 1_767_290_000;

function lines(): string[] {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const policy = JSON.stringify({
    Statement: [
      {
        Resource: 'https://media.example.com/t/acme/*',
        Condition: { DateLessThan: { 'AWS:EpochTime': NOW + 60 } },
      },
    ],
  });
  const cookies = getSignedCookies({
    policy,
    keyPairId: 'KBENCH',
    privateKey,
    algorithm: 'SHA256',
  } as never);
  const cookie = Object.entries(cookies)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join('; ');
  return Array.from({ length: LINES }, (_, at) =>
    JSON.stringify({
      url: `https://media.example.com/t/acme/${at}.png`,
      method: 'GET',
      headers: { cookie },
      clientIp: '203.0.113.7',
      now: NOW,
      publicKeys: { KBENCH: publicKey },
    }),
  );
}

/** `edgepass verify` over a hundred thousand lines; its peer is parsing the same lines and nothing else. */
export async function measureVerify(): Promise<Row[]> {
  const text = lines();
  let allowed = 0;
  const output = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      allowed += chunk.includes('"allowed":true') ? 1 : 0;
      done();
    },
  });
  const started = performance.now();
  const code = await runVerify({
    input: Readable.from([text.join('\n')]),
    output,
    errorOutput: process.stderr,
  });
  const ours = LINES / ((performance.now() - started) / 1_000);
  if (code !== 0 || allowed !== LINES) throw new Error(`${allowed} of ${LINES} allowed`);
  const parsing = performance.now();
  for (const line of text) JSON.parse(line);
  const peer = LINES / ((performance.now() - parsing) / 1_000);
  return [
    {
      what: 'edgepass verify',
      ours: `${ours.toFixed(0)} lines/s`,
      peer: `JSON.parse alone: ${peer.toFixed(0)} lines/s`,
      ratio: `${(ours / peer).toFixed(2)}x`,
    },
  ];
}
