// Writes test/vectors/*.json with tools that do not belong to this project: OpenSSL,
// @aws-sdk/cloudfront-signer and, if it is installed, the AWS CLI. Every run creates new keys and
// stores only their public halves. Run it with: node --import tsx test/vectors/generate.ts
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addMalformedPolicies } from './malformed-policies';
import { addOpensslRefusals } from './openssl-refused';
import { addOpensslValid, addOpensslVariants } from './openssl-valid';
import { addAwsCli, addSdk } from './sdk-and-cli';
import { KEYS, OPENSSL, tests, tools } from './vector-builder';
import type { UserHashVector, ViewerRequestVectors } from './vector-file';

function hashWithOpenssl(label: string, tokenIssuer: string, subject: string): string {
  const encoded = [label, tokenIssuer, subject].map(
    (text) => `${Buffer.byteLength(text)}:${text},`,
  );
  const digest = execFileSync('openssl', ['dgst', '-sha256', '-binary'], {
    input: encoded.join(''),
  });
  return digest.subarray(0, 16).toString('base64url');
}

function userHashVectors(): UserHashVector[] {
  const cases = [
    ['a common subject', 'https://issuer.example.com', 'user_2abc'],
    ['the same text split elsewhere', 'https://issuer.example.co', 'muser_2abc'],
    ['a comma and digits that look like a netstring', 'https://a,1:b', '1:c,'],
    ['a subject outside ASCII counts bytes', 'https://issuer.example.com/pool/', 'zoë 🦊'],
    [
      'a Cognito pool',
      'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Ab12Cd34E',
      '2f5c1b7e-8d1e-4a39-b0a0-0a1b2c3d4e5f',
    ],
  ] as const;
  return cases.map(([comment, tokenIssuer, subject], index) => ({
    tcId: index + 1,
    comment,
    source: OPENSSL,
    tokenIssuer,
    subject,
    userHash: hashWithOpenssl('edgepass-user', tokenIssuer, subject),
    personalTenantId: `personal-${hashWithOpenssl('edgepass-personal-tenant', tokenIssuer, subject)}`,
  }));
}

function write(name: string, value: unknown): void {
  writeFileSync(join(__dirname, name), `${JSON.stringify(value, null, 1)}\n`);
}

addOpensslValid();
addOpensslVariants();
addOpensslRefusals();
addMalformedPolicies();
addSdk();
addAwsCli();
const file: ViewerRequestVectors = {
  generator: 'test/vectors/generate.ts',
  numberOfTests: tests.length,
  notes: {
    keys: 'Throw-away keys, made for this file; their private halves were never kept.',
    result:
      'valid: CloudFront is documented or reported to serve it. invalid: it answers 403 with the code given.',
    reasons: 'Names of core/verification/viewer-refusals.ts; they are ours, not AWS’s.',
    AwsCli: 'Absent when the machine that generated the file had no AWS CLI.',
  },
  publicKeys: Object.fromEntries(Object.entries(KEYS).map(([id, key]) => [id, key.publicKey])),
  tests,
};
write('viewer-requests.json', file);
write('user-hash.json', userHashVectors());
tools.dispose();
