import { TooManyInvalidationsInProgress } from '@aws-sdk/client-cloudfront';
import { userHash } from '#core/user-hash';
import { ANN, fileIdOf, makeFile } from '#test/support/file-records';
import { ISSUER, NOW } from '../../access-token/token-factory';
import type { Answer } from '../session/session-bench';
import { FilesBench } from './files-bench';

const own = makeFile({ fileId: fileIdOf(1) });
const path = `/api/files/${own.fileId}`;

function bench(options: ConstructorParameters<typeof FilesBench>[0] = {}): FilesBench {
  const made = new FilesBench(options);
  made.registry.files.set(own.fileId, own);
  return made;
}

const remove = (files: FilesBench): Promise<Answer> => files.call({ method: 'DELETE', path });
const tooMany = new TooManyInvalidationsInProgress({ message: 'too many', $metadata: {} });
const inProgress = (): object => ({ Invalidation: { Id: 'I1', Status: 'InProgress' } });

describe('a deleted file', () => {
  it('is removed from the registry, the bucket and the edge', async () => {
    const files = bench();

    expect(await remove(files)).toMatchObject({
      status: 200,
      body: { fileId: own.fileId, state: 'removed' },
    });
    expect(files.s3.calls).toEqual([
      {
        name: 'DeleteObjectCommand',
        input: { Bucket: 'content', Key: `u/acme/${ANN}/${own.fileId}/${own.name}` },
      },
    ]);
    expect(files.cloudFront.calls).toEqual([
      {
        name: 'CreateInvalidationCommand',
        input: {
          DistributionId: 'E1',
          InvalidationBatch: {
            CallerReference: own.fileId,
            Paths: { Quantity: 1, Items: [`/u/acme/${ANN}/${own.fileId}/*`] },
          },
        },
      },
    ]);
    expect(files.registry.files.size).toBe(0);
    expect((await remove(files)).status).toBe(404);
  });

  it('is removing until the copies at the edge are gone, and gets no URL meanwhile', async () => {
    const files = bench();
    files.cloudFront.respond = inProgress;

    expect(await remove(files)).toMatchObject({ status: 202, body: { state: 'removing' } });
    expect((await files.call({ path: `/api/files/signed-url/${own.fileId}` })).status).toBe(404);
    expect(await files.call({ path })).toMatchObject({ status: 200, body: { state: 'removing' } });
    expect(files.registry.files.get(own.fileId)?.state).toBe('removing');

    files.cloudFront.respond = (name) =>
      name === 'GetInvalidationCommand'
        ? { Invalidation: { Id: 'I1', Status: 'Completed' } }
        : inProgress();

    expect((await files.call({ path })).status).toBe(404);
    expect(files.registry.files.size).toBe(0);
  });

  it('is invalidated again when too many invalidations are in progress', async () => {
    const files = bench();
    let calls = 0;
    files.cloudFront.respond = () => {
      calls += 1;
      if (calls < 3) throw tooMany;
      return { Invalidation: { Id: 'I1', Status: 'Completed' } };
    };

    expect((await remove(files)).body['state']).toBe('removed');
    expect(files.waits).toEqual([200, 400]);
  });

  it('stays removing when there are too many for long; the next call goes on', async () => {
    const files = bench();
    files.cloudFront.respond = () => {
      throw tooMany;
    };

    expect((await remove(files)).body['state']).toBe('removing');
    expect(files.waits).toEqual([200, 400, 800]);
    files.cloudFront.respond = () => ({ Invalidation: { Id: 'I1', Status: 'Completed' } });
    expect((await remove(files)).body['state']).toBe('removed');
  });

  it.each([
    ['S3', (files: FilesBench) => files.s3],
    ['CloudFront', (files: FilesBench) => files.cloudFront],
  ] as const)('is not readable and not forgotten when %s is down', async (_what, of) => {
    const files = bench();
    of(files).respond = () => {
      throw new Error('down');
    };

    expect((await remove(files)).status).toBe(503);
    expect(files.telemetry.refusals).toEqual(['removal-failed']);
    expect(files.registry.files.get(own.fileId)?.state).toBe('removing');
  });

  it('is marked before its object is deleted', async () => {
    const files = bench();
    files.registry.change = () => Promise.reject(new Error('down'));

    expect((await remove(files)).status).toBe(503);
    expect(files.s3.calls).toEqual([]);
  });

  it('J-08: is not deleted by somebody who acts for its owner', async () => {
    const files = bench({
      issuer: { preset: 'clerk', audience: null, tenants: { from: 'claim' } },
    });
    const claims = { iat: NOW - 1, nbf: NOW - 1, exp: NOW + 59, act: { sub: 'support' } };

    expect(await files.call({ method: 'DELETE', path, claims })).toMatchObject({ status: 403 });
    expect(files.telemetry.refusals).toEqual(['impersonator-reads-only']);
    expect(files.registry.files.get(own.fileId)?.state).toBe('stored');

    await files.call({ path: `/api/files/signed-url/${own.fileId}`, claims });

    expect(files.records[0]?.[0]).toMatchObject({ actorHash: userHash(ISSUER, 'support') });
  });
});
