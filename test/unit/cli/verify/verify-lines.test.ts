import { verifyLines } from '#cli/verify/verify-lines';
import { signCookies } from '#core/signing/signed-cookies';
import {
  acme,
  BASE_URL,
  cookieHeader,
  generateTestKey,
  NOW,
} from '#test/unit/core/signing-fixture';

const KEY = generateTestKey('rsa', 'K1');

async function line(fields: object = {}): Promise<string> {
  const set = await signCookies({
    contentBaseUrl: BASE_URL,
    scope: acme(),
    lifetimeSeconds: 900,
    now: NOW,
    signer: KEY.signer,
  });
  return JSON.stringify({
    url: 'https://media.example.com/t/acme/x',
    method: 'GET',
    headers: { cookie: cookieHeader(set) },
    clientIp: '203.0.113.7',
    now: NOW,
    publicKeys: { K1: KEY.publicPem },
    ...fields,
  });
}

async function* from(lines: readonly string[]): AsyncGenerator<string> {
  for (const text of lines) yield await Promise.resolve(text);
}

async function verdicts(...lines: string[]): Promise<string[]> {
  const written: string[] = [];
  for await (const verdict of verifyLines(from(lines))) written.push(verdict);
  return written;
}

describe('verifyLines', () => {
  it('answers each line in order, in exactly these bytes', async () => {
    const foreign = await line({ url: 'https://media.example.com/t/globex/x' });
    const written = await verdicts(
      await line(),
      foreign,
      await line({ headers: {} }),
      await line(),
    );

    expect(written).toEqual([
      '{"allowed":true}',
      '{"allowed":false,"status":403,"code":"AccessDenied","body":"<?xml version=\\"1.0\\" encoding=\\"UTF-8\\"?><Error><Code>AccessDenied</Code><Message>Access denied</Message></Error>","reasons":["outside_resource"]}',
      '{"allowed":false,"status":403,"code":"MissingKey","body":"<?xml version=\\"1.0\\" encoding=\\"UTF-8\\"?><Error><Code>MissingKey</Code><Message>Missing Key-Pair-Id query parameter or cookie value</Message></Error>","reasons":["missing_key_id"]}',
      '{"allowed":true}',
    ]);
  });

  it('answers hostile URLs and addresses too', async () => {
    const [url, address] = await verdicts(
      await line({ url: '\u0000' }),
      await line({ clientIp: '\u0000' }),
    );

    expect(url).toContain('"malformed_url"');
    expect(address).toBe('{"allowed":true}');
  });

  it('has nothing to say about nothing', async () => {
    await expect(verdicts()).resolves.toEqual([]);
  });

  it('names line and field', async () => {
    await expect(verdicts(await line(), await line({ now: 'x' }))).rejects.toMatchObject({
      name: 'InputError',
      field: 'line 2, now',
    });
    await expect(verdicts(await line(), await line(), '{')).rejects.toMatchObject({
      field: 'line 3',
      message: 'line 3: expected one JSON object',
    });
  });

  it('does not call our own bugs bad input', async () => {
    const text = await line();
    const broken = Object.defineProperty({}, 'now', {
      get() {
        throw new RangeError('out of memory');
      },
    });
    jest.spyOn(JSON, 'parse').mockReturnValueOnce(broken);

    await expect(verdicts(text)).rejects.toThrow(RangeError);
  });
});
