import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { Readable, Writable } from 'node:stream';
import { getSignedCookies } from '@aws-sdk/cloudfront-signer';
import { runVerify } from '#cli/verify/run-verify';
import type { Row } from './table';

const LINES = 100_000;
const BARE_VERIFICATIONS = 20_000;
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

/** Measures the signature check alone, which every verifier needs. */
function bareVerificationsPerSecond(): number {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const message = Buffer.from('x'.repeat(150));
  const signature = sign('sha256', message, privateKey);
  const started = performance.now();
  for (let at = 0; at < BARE_VERIFICATIONS; at += 1)
    verify('sha256', message, publicKey, signature);
  return BARE_VERIFICATIONS / ((performance.now() - started) / 1_000);
}

/**
 * Measures `edgepass verify` over a hundred thousand lines, compared with the signature check
 * alone.
 */
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
  const peer = bareVerificationsPerSecond();
  return [
    {
      what: 'edgepass verify',
      ours: `${ours.toFixed(0)} lines/s`,
      peer: `node:crypto verify alone: ${peer.toFixed(0)} /s`,
      ratio: `${(ours / peer).toFixed(2)}x`,
    },
  ];
}
