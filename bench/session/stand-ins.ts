// Stand-ins for KMS, CloudWatch Logs and the identity provider. They run in their own process, so
// that their CPU time is not counted.
import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { SignJWT } from 'jose';

const TOKEN_ISSUER_PATH = '/issuer';
const KMS_KEY_ID = 'arn:aws:kms:eu-central-1:000000000000:key/bench';

const issuerKeys = generateKeyPairSync('rsa', { modulusLength: 2048 });
const signingKeys = generateKeyPairSync('rsa', { modulusLength: 2048 });
const signingPem = signingKeys.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
const signingKey = createPrivateKey(signingPem);

let origin = '';

function mint(subject: string): Promise<string> {
  return new SignJWT({ tenants: ['acme'] })
    .setProtectedHeader({ alg: 'RS256', kid: 'bench', typ: 'at+jwt' })
    .setIssuer(`${origin}${TOKEN_ISSUER_PATH}`)
    .setSubject(subject)
    .setAudience('edgepass')
    .setIssuedAt()
    .setExpirationTime('10m')
    .sign(issuerKeys.privateKey);
}

async function answer(
  target: string,
  body: { Message?: string; subjects?: string[] },
): Promise<unknown> {
  if (target.endsWith('.Sign')) {
    const message = Buffer.from(body.Message ?? '', 'base64');
    const Signature = sign('sha256', message, signingKey).toString('base64');
    return { KeyId: KMS_KEY_ID, Signature, SigningAlgorithm: 'RSASSA_PKCS1_V1_5_SHA_256' };
  }
  if (target === 'tokens') return Promise.all((body.subjects ?? []).map(mint));
  return {};
}

const server = createServer((request, response) => {
  const send = (value: unknown): void => {
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify(value));
  };
  if (request.method === 'GET') {
    const jwk = issuerKeys.publicKey.export({ format: 'jwk' });
    send({ keys: [{ ...jwk, kid: 'bench', alg: 'RS256', use: 'sig' }] });
    return;
  }
  const target = String(request.headers['x-amz-target'] ?? request.headers['x-bench-target']);
  void json(request)
    .then((body) => answer(target, body as never))
    .then(send);
});

server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  origin = `http://127.0.0.1:${address.port}`;
  process.stdout.write(
    `${JSON.stringify({ origin, tokenIssuer: `${origin}${TOKEN_ISSUER_PATH}`, kmsKeyId: KMS_KEY_ID, signingPem })}\n`,
  );
});
