// One table of spellings for everything that reads or writes the path of an object.
import { encodeObjectPath, parseObjectKey } from '#core/tenancy/object-key';
import { decodeAsS3, isUnambiguousPath } from '#core/tenancy/path-hygiene';
import { pathAt } from '#local/cloudfront/origin';
import { cannedUrl, RSA_KEY } from '#test/property/local/credentials';
import { ask } from '#test/unit/analytics/queries/planted-lines';
import {
  bucketPolicy,
  distributionWith,
  memoryBackend,
  TestEdge,
} from '#test/unit/local/cloudfront/edge-fixture';
import vectors from './object-paths.json';

const READ = vectors.flatMap(({ path, key }) => (key === null ? [] : [{ path, key }]));
const REFUSED = vectors.filter(({ key }) => key === null).map(({ path }) => path);
const KEYS = [...new Set(READ.map(({ key }) => key))];
const spellingsOf = (key: string): string[] =>
  READ.filter((vector) => vector.key === key).map(({ path }) => path);

/** The answer of an edge without a key group whose bucket policy allows one object. */
async function askWithOnly(key: string, path: string): Promise<string> {
  const policy = JSON.stringify(bucketPolicy()).replace(/content\/t\/\*/, () =>
    JSON.stringify(`content/${key}`).slice(1, -1),
  );
  const backend = memoryBackend(undefined, {
    readBucketPolicy: () => Promise.resolve(JSON.parse(policy) as string),
  });
  const edge = new TestEdge({
    backend,
    distribution: distributionWith({ trustedKeys: undefined }),
  });
  return edge.ask(path);
}

describe('The key that S3 reads from a path', () => {
  it.each(READ)('core reads $path as $key', ({ path, key }) => {
    expect(decodeAsS3(path)).toBe(`/${key}`);
    expect(isUnambiguousPath(path)).toBe(true);
  });

  it.each(KEYS)('C-20, C-22: core writes %j in a spelling that is read as that key', (key) => {
    const path = encodeObjectPath(parseObjectKey(key));

    expect(path).not.toContain('+');
    expect(decodeAsS3(path)).toBe(`/${key}`);
  });

  it.each(REFUSED)('C-21: the guard refuses %s', (path) => {
    expect(isUnambiguousPath(path)).toBe(false);
  });

  it.each(READ)('the edge serves $path only from the key $key', async ({ path, key }) => {
    const served: string[] = [];
    for (const only of KEYS) if ((await askWithOnly(only, path)) === '200') served.push(only);

    expect(served).toEqual([key]);
  });

  it.each(READ)('the emulator, where a plus is a plus, gets $path as $key', ({ path, key }) => {
    const endpoint = new URL('http://127.0.0.1:4566');
    const destination = { endpoint, hostHeader: endpoint.host, pathPrefix: '/content' };

    expect(decodeURIComponent(pathAt({ ...destination, kind: 's3' }, path))).toBe(
      `/content/${key}`,
    );
    expect(pathAt({ ...destination, kind: 'custom', pathPrefix: '' }, path)).toBe(path);
  });

  it('L-06: who-opened finds every spelling of a key, and no other key', async () => {
    const lines = vectors.map(({ path }) => ({ 'cs-uri-stem': path }));
    for (const { path, key } of READ) {
      const rows = await ask('who-opened', { lines, values: { path } });
      expect(rows.map((row) => row['path']).sort()).toEqual(spellingsOf(key).sort());
    }
    for (const path of REFUSED) {
      expect(await ask('who-opened', { lines, values: { path } })).toEqual([]);
    }
  });
});

it('C-52: a signature opens the spelling that was signed and no other spelling of the key', async () => {
  const trustedKeys = new Map([[RSA_KEY.keyPairId, RSA_KEY.trusted]]);
  const edge = new TestEdge({ distribution: distributionWith({ trustedKeys }) });
  const spellings = spellingsOf('t/acme/f/7/a b');
  const answers = spellings.map((signed) =>
    Promise.all(spellings.map((asked) => edge.ask(asked + cannedUrl(signed).slice(signed.length)))),
  );

  expect(spellings).toHaveLength(2);
  expect(await Promise.all(answers)).toEqual([
    ['200', expect.stringMatching(/^403 signature: /)],
    [expect.stringMatching(/^403 signature: /), '200'],
  ]);
});
