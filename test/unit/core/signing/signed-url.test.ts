import { inspect } from 'node:util';
import { decodeCloudFrontBase64 } from '#core/policy/cloudfront-base64';
import type { ContentBaseUrl } from '#core/signing/content-base-url';
import { signUrl, type SignUrlInput } from '#core/signing/signed-url';
import { type ObjectKey, parseObjectKey } from '#core/tenancy/object-key';
import { BASE_URL, generateTestKey, NOW } from '../signing-fixture';

const { signer } = generateTestKey('p256', 'K2JCJMDEHXQW5F');
const objectKey = parseObjectKey('t/acme/f/01/photo.jpg');

async function sign(input: Partial<SignUrlInput> = {}) {
  const signed = await signUrl({
    contentBaseUrl: BASE_URL,
    objectKey,
    lifetimeSeconds: 900,
    now: NOW,
    signer,
    ...input,
  });
  return { ...signed, text: signed.signedUrl.reveal() };
}

function resourceOf(url: string): string {
  const policy = new URL(url).searchParams.get('Policy') ?? '';
  const text = new TextDecoder().decode(decodeCloudFrontBase64(policy));
  return /"Resource":"([^"]*)"/.exec(text)?.[1] ?? '';
}

describe('signUrl', () => {
  it('C-07, C-20: signs exactly the URL that it returns', async () => {
    const { text, expiresAt, fingerprint } = await sign();
    const [url, query] = text.split('?');

    expect(url).toBe('https://media.example.com/t/acme/f/01/photo.jpg');
    expect(resourceOf(text)).toBe(url);
    expect(query).toMatch(
      /^Policy=[A-Za-z0-9~_-]+&Signature=[A-Za-z0-9~_-]+&Key-Pair-Id=K2JCJMDEHXQW5F&Hash-Algorithm=SHA256$/,
    );
    expect(expiresAt).toBe(NOW + 900);
    expect(query).toContain(`&Signature=${fingerprint}`);
    expect(fingerprint).toHaveLength(24);
  });

  it('C-22: encodes key and query once, before it signs', async () => {
    const { text } = await sign({
      objectKey: parseObjectKey("t/acme/a b+(1)'*?#ä.jpg"),
      query: { v: '', 'a b&c*': '1' },
      download: 'ä.jpg',
    });
    const url =
      'https://media.example.com/t/acme/a%20b%2B%281%29%27%2A%3F%23%C3%A4.jpg?v=&a%20b%26c%2A=1&response-content-disposition=attachment%3B%20filename%3D%22_.jpg%22%3B%20filename%2A%3DUTF-8%27%27%25C3%25A4.jpg';

    expect(resourceOf(text)).toBe(url);
    expect(text.startsWith(`${url}&Policy=`)).toBe(true);
  });

  it('S-11: a download takes the name of the key when no other is given', async () => {
    const { text } = await sign({ download: true });

    expect(resourceOf(text)).toMatch(/photo\.jpg\?response-content-disposition=attachment$/);
  });

  it.each(['response-content-type', 'Response-Content-Disposition', 'response-x'])(
    'S-11: refuses a query named %s',
    async (name) => {
      await expect(sign({ query: { [name]: 'inline' } })).rejects.toMatchObject({
        code: 'ERR_QUERY',
      });
    },
  );

  it.each(['Expires', 'Policy', 'Signature', 'Key-Pair-Id', 'Hash-Algorithm', 'expires', 'POLICY'])(
    'C-23: refuses a query named %s',
    async (name) => {
      await expect(sign({ query: { a: '1', [name]: '1' } })).rejects.toMatchObject({
        code: 'ERR_QUERY',
        field: 'query',
        message: `query: expected well-formed names and values, no name of Policy, Signature, Key-Pair-Id, Hash-Algorithm, Expires, none that begins with response- (see download), received "${name}"`,
      });
    },
  );

  it.each([
    ['', 'x'],
    ['\ud800', 'x'],
    ['x', '\ud800'],
    ['x\ud83e', '\udd8a'],
  ])('C-23: refuses the query %j=%j', async (name, value) => {
    await expect(sign({ query: { [name]: value } })).rejects.toMatchObject({ code: 'ERR_QUERY' });
  });

  it.each(['Policy2', 'x-Expires', 'Signatures'])('takes a query named %s', async (name) => {
    expect(resourceOf((await sign({ query: { [name]: '1' } })).text)).toContain(`?${name}=1`);
  });

  it.each(['t/acme', 'incoming/t/acme/x', 'public/x', 'u/acme/x'])(
    'C-25: refuses the key %s, which no scope opens',
    async (key) => {
      await expect(sign({ objectKey: parseObjectKey(key) })).rejects.toMatchObject({
        code: 'ERR_PATH_SCOPE',
      });
    },
  );

  it.each(['t/acme/../globex/x', 't/acme//x', 't/acme/%2e%2e/x', 't/acme/a\\b', 't/acme/x\n'])(
    'C-21: refuses the forged key %j',
    async (key) => {
      await expect(sign({ objectKey: key as ObjectKey })).rejects.toMatchObject({
        code: 'ERR_OBJECT_KEY',
      });
    },
  );

  it.each([
    'https://u@media.example.com',
    'https://media.example.com/#',
    'https://media.example.com:8443',
  ])('C-24: refuses the forged base URL %s', async (url) => {
    await expect(sign({ contentBaseUrl: url as ContentBaseUrl })).rejects.toMatchObject({
      code: 'ERR_CONTENT_BASE_URL',
    });
  });

  it('C-08: refuses 901 s', async () => {
    await expect(sign({ lifetimeSeconds: 901 })).rejects.toMatchObject({ code: 'ERR_LIFETIME' });
  });

  it('C-57: shows no URL', async () => {
    expect(inspect((await sign()).signedUrl)).toBe('[redacted]');
  });
});
