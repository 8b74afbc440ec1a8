// `node sign-grant.ts` creates a key, signs a grant for one department with it and prints the
// cookies.
import { generateKeyPairSync } from 'node:crypto';
import {
  createInMemorySigner,
  epochSeconds,
  parseContentBaseUrl,
  parseKeyPairId,
  parseTenantId,
  Secret,
  signCookies,
  tenantScope,
  toRfc3339,
} from 'edgepass/core';

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

const set = await signCookies({
  contentBaseUrl: parseContentBaseUrl('https://media.acme.example'),
  scope: tenantScope(parseTenantId('design')),
  lifetimeSeconds: 300,
  now: epochSeconds(Math.floor(Date.now() / 1000)),
  signer: createInMemorySigner({
    keyPairId: parseKeyPairId('K2JCJMDEHXQW5F'),
    signingKey: new Secret(pem),
  }),
});
for (const { name, value } of set.cookies) console.log(`${name}=${value.reveal()}`);
console.log(`until ${toRfc3339(set.expiresAt)}`);
