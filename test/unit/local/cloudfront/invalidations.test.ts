import type { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import { InvalidationFollower } from '#local/cloudfront/invalidations';

interface Made {
  readonly Id: string;
  readonly paths: readonly string[];
}

/** A CloudFront with invalidations, the newest first, as it lists them. */
function cloudFrontOf(made: Made[]): Pick<CloudFrontClient, 'send'> {
  const send = async (command: { input: { Id?: string } }): Promise<object> => {
    await Promise.resolve();
    if (command.input.Id === undefined) {
      return { InvalidationList: { Items: [...made].reverse().map(({ Id }) => ({ Id })) } };
    }
    const found = made.find(({ Id }) => Id === command.input.Id);
    if (found === undefined) throw new Error('unreadable');
    return { Invalidation: { InvalidationBatch: { Paths: { Items: found.paths } } } };
  };
  return { send };
}

async function follow(made: Made[]): Promise<{ follower: InvalidationFollower; seen: unknown[] }> {
  const seen: unknown[] = [];
  const follower = await InvalidationFollower.start({
    client: cloudFrontOf(made),
    distributionId: () => 'E1',
    invalidate: (paths) => seen.push(paths),
    onFailure: (error) => seen.push(error),
  });
  follower.stop();
  return { follower, seen };
}

it('applies each invalidation once, the oldest first, and none from before the start', async () => {
  const made: Made[] = [{ Id: 'I0', paths: ['/before/*'] }];
  const { follower, seen } = await follow(made);
  made.push({ Id: 'I1', paths: ['/a/*'] }, { Id: 'I2', paths: ['/b', '/c/*'] });
  await follower.follow();
  await follower.follow();

  expect(seen).toEqual([['/a/*'], ['/b', '/c/*']]);
});

it('applies an invalidation later when it cannot be read now', async () => {
  const made: Made[] = [];
  const { follower, seen } = await follow(made);
  const unreadable = { Id: 'I1', paths: ['/a'] };
  made.push(unreadable);
  const find = jest.spyOn(made, 'find').mockReturnValueOnce(undefined);

  await expect(follower.follow()).rejects.toThrow('unreadable');
  find.mockRestore();
  await follower.follow();

  expect(seen).toEqual([['/a']]);
});
