import { ResourceAlreadyExistsException } from '@aws-sdk/client-cloudwatch-logs';
import { epochSeconds } from '#core/clock';
import type { IssuedGrantRecord } from '#core/contract/issued-grant';
import { parseKeyPairId } from '#core/signing/signer';
import { parseTenantId } from '#core/tenancy/tenant-id';
import { userHash } from '#core/user-hash';
import { createCloudWatchGrantLog, type GrantLog, OncePerGrantLog } from '#lambdas/http/grant-log';
import { ISSUER, NOW } from '#test/unit/access-token/token-factory';
import { FakeLogs } from '../session/session-bench';

const now = epochSeconds(NOW);
const record: IssuedGrantRecord = {
  time: '2026-01-01T17:53:20Z',
  requestId: 'request-1',
  userHash: userHash(ISSUER, 'ann'),
  tenant: parseTenantId('acme'),
  scope: '/t/acme/',
  keyPairId: parseKeyPairId('K1'),
  startsAt: '2026-01-01T17:52:20Z',
  expiresAt: '2026-01-01T18:08:20Z',
  fingerprint: 'x'.repeat(24),
};

const makeLog = (logs: FakeLogs): GrantLog =>
  createCloudWatchGrantLog({
    client: logs.client,
    logGroupName: '/edgepass/test/issued-grants',
    logStreamName: '2026-01-01/one-container',
  });

const namesOf = (logs: FakeLogs): string[] =>
  logs.calls.map(({ name }) => name.replace('Command', ''));

it('makes its stream once, then puts the records of each answer in one call', async () => {
  const logs = new FakeLogs();
  const log = makeLog(logs);
  await log.write([record, record], now);
  await log.write([record], now);

  expect(namesOf(logs)).toStrictEqual(['CreateLogStream', 'PutLogEvents', 'PutLogEvents']);
  expect(logs.records).toStrictEqual([[record, record], [record]]);
  expect(logs.calls[1]?.input['logEvents']).toMatchObject([{ timestamp: NOW * 1000 }, {}]);
});

it('makes its stream once for answers at the same time', async () => {
  const logs = new FakeLogs();
  const log = makeLog(logs);
  await Promise.all([log.write([record], now), log.write([record], now)]);

  expect(namesOf(logs)).toStrictEqual(['CreateLogStream', 'PutLogEvents', 'PutLogEvents']);
});

it('goes on with a stream that is already there', async () => {
  const logs = new FakeLogs();
  logs.respond = (name) => {
    if (name === 'PutLogEventsCommand') return {};
    throw new ResourceAlreadyExistsException({ message: 'there', $metadata: {} });
  };

  await expect(makeLog(logs).write([record], now)).resolves.toBeUndefined();
});

it.each(['CreateLogStreamCommand', 'PutLogEventsCommand'])(
  'a failing %s is an error, and the next write begins anew',
  async (failing) => {
    const logs = new FakeLogs();
    const log = makeLog(logs);
    logs.respond = (name) => {
      if (name === failing) throw new Error('gone');
      return {};
    };

    await expect(log.write([record], now)).rejects.toMatchObject({ code: 'ERR_GRANT_LOG' });

    logs.respond = () => ({});

    await expect(log.write([record], now)).resolves.toBeUndefined();
    expect(namesOf(logs).filter((name) => name === 'CreateLogStream')).toHaveLength(2);
  },
);

it.each(['tooOldLogEventEndIndex', 'tooNewLogEventStartIndex', 'expiredLogEventEndIndex'])(
  'records that are rejected by %s are an error',
  async (index) => {
    const logs = new FakeLogs();
    logs.respond = () => ({ rejectedLogEventsInfo: { [index]: 0 } });

    await expect(makeLog(logs).write([record], now)).rejects.toMatchObject({
      message: 'CloudWatch Logs rejected issuance records',
    });
  },
);

describe('a grant that is handed out again', () => {
  const other = { ...record, fingerprint: 'y'.repeat(24) };

  it('is written down once', async () => {
    const logs = new FakeLogs();
    const log = new OncePerGrantLog(makeLog(logs));
    await log.write([record], now);
    await log.write([record], now);
    await log.write([record, other], now);

    expect(logs.records).toStrictEqual([[record], [other]]);
  });

  it('is a grant of its own for another subject, or through an impersonator', async () => {
    const logs = new FakeLogs();
    const log = new OncePerGrantLog(makeLog(logs));
    const shared = { ...record, userHash: userHash(ISSUER, 'bob') };
    const impersonated = { ...record, actorHash: userHash(ISSUER, 'support') };
    await log.write([record], now);
    await log.write([shared], now);
    await log.write([impersonated], now);

    expect(logs.records).toStrictEqual([[record], [shared], [impersonated]]);
  });

  it('is remembered within bounds: a container of many days does not grow, and rather writes twice', async () => {
    const written: number[] = [];
    const log = new OncePerGrantLog({
      write: (records) => {
        written.push(records.length);
        return Promise.resolve();
      },
    });
    const grants = Array.from({ length: 10_001 }, (_, index) => ({
      ...record,
      fingerprint: String(index),
    }));
    await log.write(grants.slice(0, 10_000), now);
    await log.write(grants.slice(0, 10_000), now);
    await log.write(grants.slice(10_000), now);
    await log.write(grants.slice(0, 1), now);

    expect(written).toStrictEqual([10_000, 1, 1]);
  });

  it('is written the next time when the first write failed', async () => {
    const logs = new FakeLogs();
    const log = new OncePerGrantLog(makeLog(logs));
    logs.respond = () => {
      throw new Error('down');
    };
    await expect(log.write([record], now)).rejects.toThrow('could not be written');
    logs.respond = () => ({});
    await log.write([record], now);

    expect(logs.records.at(-1)).toStrictEqual([record]);
  });
});
