import { epochSeconds } from '#core/clock';
import { COOKIE_NAMES } from '#core/contract/credential-names';
import { decodeCloudFrontBase64 } from '#core/policy/cloudfront-base64';
import { Secret } from '#core/secret';
import { parseContentBaseUrl } from '#core/signing/content-base-url';
import { createInMemorySigner } from '#core/signing/in-memory-signer';
import { signCookies } from '#core/signing/signed-cookies';
import { signUrl } from '#core/signing/signed-url';
import { parseKeyPairId } from '#core/signing/signer';
import { parseObjectKey } from '#core/tenancy/object-key';
import { tenantScope } from '#core/tenancy/path-scope';
import { parseTenantId } from '#core/tenancy/tenant-id';
import { ForeignTools } from './foreign-tools';

const tools = new ForeignTools();
afterAll(() => {
  tools.dispose();
});

describe.each(['rsa', 'p256'] as const)('what we sign with %s, judged by OpenSSL', (kind) => {
  const { pem, publicKey } = tools.generateKey(kind);
  const grant = {
    contentBaseUrl: parseContentBaseUrl('https://media.example.com'),
    lifetimeSeconds: 900,
    now: epochSeconds(1_767_290_000),
    signer: createInMemorySigner({
      keyPairId: parseKeyPairId('K2JCJMDEHXQW5F'),
      signingKey: new Secret(pem),
    }),
  };

  function opensslVerifies(encodedPolicy: string, encodedSignature: string): boolean {
    const message = decodeCloudFrontBase64(encodedPolicy) ?? new Uint8Array();
    const signature = decodeCloudFrontBase64(encodedSignature) ?? new Uint8Array();
    const altered = Uint8Array.from(message, (byte, index) => (index === 40 ? byte ^ 1 : byte));
    return (
      tools.opensslVerifies({ publicKey, message, signature }) &&
      !tools.opensslVerifies({ publicKey, message: altered, signature })
    );
  }

  it('C-09: cookies verify with SHA-256, and not once altered', async () => {
    const { cookies } = await signCookies({ ...grant, scope: tenantScope(parseTenantId('acme')) });
    const value = (name: string): string =>
      cookies.find((cookie) => cookie.name === name)?.value.reveal() ?? '';

    expect(opensslVerifies(value(COOKIE_NAMES.policy), value(COOKIE_NAMES.signature))).toBe(true);
  });

  it('C-09: a URL verifies with SHA-256, and not once altered', async () => {
    const { signedUrl } = await signUrl({
      ...grant,
      objectKey: parseObjectKey('t/acme/f/a b.jpg'),
    });
    const { searchParams } = new URL(signedUrl.reveal());

    expect(
      opensslVerifies(searchParams.get('Policy') ?? '', searchParams.get('Signature') ?? ''),
    ).toBe(true);
  });
});
