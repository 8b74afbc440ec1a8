// The same work without this project: jose, which fetches the key set for every request, and the
// AWS SDK's signer with a PEM key.
import { getSignedCookies } from '@aws-sdk/cloudfront-signer';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { fetchTokens, measure, readStandIns } from './measure';

const LIFETIME_SECONDS = 900;
const standIns = readStandIns();

function policyFor(path: string): string {
  const expires = Math.floor(Date.now() / 1_000) + LIFETIME_SECONDS;
  return JSON.stringify({
    Statement: [
      {
        Resource: `https://media.example.com${path}*`,
        Condition: { DateLessThan: { 'AWS:EpochTime': expires } },
      },
    ],
  });
}

async function handle(token: string): Promise<string[]> {
  const jwks = createRemoteJWKSet(new URL(`${standIns.origin}/jwks`));
  const { payload } = await jwtVerify(token, jwks, {
    issuer: standIns.tokenIssuer,
    audience: 'edgepass',
  });
  const [tenant] = payload['tenants'] as string[];
  const paths = [`/t/${tenant ?? ''}/`, `/u/${tenant ?? ''}/${payload.sub ?? ''}/`];
  return paths.flatMap((path) => {
    const cookies = getSignedCookies({
      policy: policyFor(path),
      keyPairId: 'KBENCH',
      privateKey: standIns.signingPem,
    });
    return Object.entries(cookies).map(
      ([name, value]) => `${name}=${String(value)}; Path=${path}; Secure; HttpOnly`,
    );
  });
}

async function main(requests: number): Promise<void> {
  const [token = ''] = await fetchTokens(standIns, ['one']);
  await measure(async () => {
    const cookies = await handle(token);
    if (cookies.length !== 6) throw new Error(`made ${cookies.length} cookies`);
  }, requests);
}

void main(Number(process.argv[2] ?? 1_000));
