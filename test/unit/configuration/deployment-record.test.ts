import { ConfigurationError } from '#configuration/configuration-error';
import {
  deploymentParameterName,
  type DeploymentRecord,
  parseDeploymentRecord,
} from '#configuration/deployment-record';

const RECORD: DeploymentRecord = {
  version: 1,
  environment: 'local',
  target: 'emulator',
  region: 'eu-central-1',
  accountId: '000000000000',
  contentBaseUrl: 'http://localhost:4680',
  distribution: {
    id: 'E1',
    arn: 'arn:aws:cloudfront::000000000000:distribution/E1',
    domainName: 'd',
  },
  keyGroupId: 'KG1',
  signingSlots: [
    { slot: 'a', state: 'active', custody: 'kms', keyPairId: 'K1', kmsKeyId: 'f9a893c1' },
  ],
  buckets: {
    content: { name: 'content', regionalDomainName: 'content.s3', arn: 'arn:aws:s3:::content' },
    logs: { name: 'logs', arn: 'arn:aws:s3:::logs' },
  },
  api: { id: 'a1', endpointHost: 'a1.execute-api.127.0.0.1:4566' },
  functions: { session: 'local-session', viewerGuard: 'local-viewer-guard' },
  logGroups: {
    session: '/aws/lambda/local-session',
    issuedGrants: '/edgepass/local/issued-grants',
  },
  logs: {
    traffic: { bucket: 'logs', prefix: 'traffic/' },
    issuedGrants: { bucket: 'logs', prefix: 'issued-grants/' },
    database: 'local_logs',
    workgroup: 'local-analysts',
  },
  appOrigins: ['http://localhost:4690'],
};

function keysRefused(value: string): string[] {
  try {
    parseDeploymentRecord(value);
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems.map(({ key }) => key);
    throw error;
  }
}

test('a record is read as it was written', () => {
  expect(parseDeploymentRecord(JSON.stringify(RECORD))).toEqual(RECORD);
  expect(deploymentParameterName('local')).toBe('/edgepass/local/deployment');
});

test('a record names the logs with credentials only where they are delivered', () => {
  const evidence = { bucket: 'evidence', prefix: 'evidence/' };
  const v1 = { bucket: 'v1', prefix: 'v1/' };
  const record = { ...RECORD, logs: { ...RECORD.logs, evidence, v1 } };
  expect(parseDeploymentRecord(JSON.stringify(record)).logs).toEqual(record.logs);
});

test.each(['', 'traffic', '/traffic/', 'a/../b/', 'Traffic/'])(
  'rejects logs under the prefix %p',
  (prefix) => {
    const logs = { ...RECORD.logs, traffic: { bucket: 'logs', prefix } };
    expect(keysRefused(JSON.stringify({ ...RECORD, logs }))).toEqual(['logs.traffic.prefix']);
  },
);

test('a later version may add members', () => {
  expect(keysRefused(JSON.stringify({ ...RECORD, bearerDoor: {} }))).toEqual([]);
});

test.each(Object.keys(RECORD))('rejects a record without %s', (key) => {
  const { [key]: _left, ...rest } = { ...RECORD } as Record<string, unknown>;
  expect(_left).toBeDefined();
  expect(keysRefused(JSON.stringify(rest))).toEqual([key]);
});

test.each([
  [{ version: 2 }, 'version'],
  [{ accountId: '12' }, 'accountId'],
  [{ target: 'gcp' }, 'target'],
  [{ signingSlots: [] }, 'signingSlots'],
  [{ logs: { ...RECORD.logs, database: '' } }, 'logs.database'],
  [{ logs: { ...RECORD.logs, evidence: { prefix: 'evidence/' } } }, 'logs.evidence.bucket'],
  [{ appOrigins: 'https://app.example.com' }, 'appOrigins'],
])('rejects %j', (change, key) => {
  expect(keysRefused(JSON.stringify({ ...RECORD, ...change }))).toEqual([key]);
});

test.each(['', '{', `"${'x'.repeat(4096)}"`])('rejects text that is no record: %#', (value) => {
  expect(keysRefused(value)).toEqual(['']);
});
