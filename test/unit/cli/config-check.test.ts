import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runConfigCheck } from '#cli/config-check';
import { EXIT } from '#cli/exit-codes';
import { ConfigurationError } from '#configuration/configuration-error';
import { personalTenantId } from '#core/user-hash';
import { makeContext } from './command-fixture';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'edgepass-config-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const example = JSON.parse(readFileSync('environments/example.json', 'utf8')) as object;

function write(text: string): string {
  const file = path.join(folder, 'example.json');
  writeFileSync(file, text);
  return file;
}

const personal = {
  tenants: { from: 'fixed', tenant: personalTenantId('https://id.example.com', 'ann') },
};

async function refusalOf(file: string): Promise<ConfigurationError> {
  const failure: unknown = await runConfigCheck(makeContext().context, file).catch(
    (error: unknown) => error,
  );
  if (failure instanceof ConfigurationError) return failure;
  throw new Error(`expected a ConfigurationError, got ${String(failure)}`);
}

describe('edgepass config check', () => {
  it.each(['example', 'environments/example.json'])('says what %s will do', async (chosen) => {
    const { context, printed } = makeContext();
    expect(await runConfigCheck(context, chosen)).toBe(EXIT.done);
    expect(printed()).toMatch(
      /example\.json: correct\n {2}environment example, target aws, region/,
    );
    expect(printed()).toContain('signing keys: ');
    expect(printed()).toContain('CloudFront pricing plan: pay-as-you-go');
    expect(printed()).toContain('pages that may log in: https://');
  });

  it('takes the environment from EDGEPASS_ENVIRONMENT', async () => {
    const { context, printed } = makeContext({ EDGEPASS_ENVIRONMENT: 'example' });
    await runConfigCheck(context, undefined);
    expect(printed()).toContain('environment example');
  });

  it.each<[string, object, string, string]>([
    ['an unknown key', { signingKey: {} }, 'signingKey', 'signingKeys'],
    ['a bad value', { target: 'azure' }, 'target', '"azure"'],
    ['a lifetime that is too long', { grants: { cookieLifetimeSeconds: 901 } }, 'grants', '901'],
    ['a foreign page under lax', { appOrigins: ['https://evil.example'] }, 'appOrigins.0', 'evil'],
    ['no signing key', { signingKeys: {} }, 'signingKeys', 'active'],
  ])('names key and value of %s', async (...[, change, key, named]) => {
    const file = write(JSON.stringify({ ...example, ...change }));
    const check = runConfigCheck(makeContext().context, file);
    await expect(check).rejects.toThrow(ConfigurationError);
    await expect(runConfigCheck(makeContext().context, file)).rejects.toThrow(key);
    await expect(runConfigCheck(makeContext().context, file)).rejects.toThrow(named);
  });

  const issuer = {
    preset: 'generic',
    issuer: 'https://issuer.example.com',
    audience: null,
    tenants: { from: 'claim', claim: 'tenants' },
  };
  it.each<[string, object, string]>([
    ['no tenant claim', { tenants: { from: 'claim' } }, 'issuers.0.tenants.claim'],
    ['an empty name', { tenants: { from: 'claim', claim: 'a..b' } }, 'issuers.0.tenants.claim'],
    ['nine names', { roleClaim: 'a.b.c.d.e.f.g.h.i' }, 'issuers.0.roleClaim'],
    ['an empty required claim', { requiredClaims: { '.': 1 } }, 'issuers.0.requiredClaims'],
    ['a bare prefix', { preset: 'clerk', readerRoles: ['org:'] }, 'issuers.0.readerRoles'],
    ['a personal tenant for all', personal, 'issuers.0.tenants.tenant'],
    ['a bad port', { issuer: 'https://issuer.example.com:99999' }, 'issuers.0.issuer'],
    ['a bad http port', { issuer: 'http://issuer.example.com:99999' }, 'issuers.0.issuer'],
    ['a bad host', { jwksUrl: 'https://[::zz]/keys' }, 'issuers.0.jwksUrl'],
    ['a reference', { roleClaim: '${TfToken[TOKEN.0]}' }, 'issuers'],
  ])('refuses what the function would not start with: %s', async (_what, change, key) => {
    const file = write(JSON.stringify({ ...example, issuers: [{ ...issuer, ...change }] }));
    const failure = await refusalOf(file);
    expect(failure.problems.map((problem) => problem.key)).toEqual([key]);
  });

  it('refuses what synthesis would refuse: evidence without cookies', async () => {
    const logs = { evidence: { confirmNoParentDomainCookies: true } };
    const failure = await refusalOf(write(JSON.stringify({ ...example, logs })));
    expect(failure.problems).toMatchObject([{ key: 'logs.evidence' }]);
  });

  it('refuses an origin that no browser sends', async () => {
    for (const origin of ['https://app.example.com:443', 'https://app.example.com:99999']) {
      const failure = await refusalOf(write(JSON.stringify({ ...example, appOrigins: [origin] })));
      expect(failure.problems).toMatchObject([{ key: 'appOrigins.0' }]);
    }
  });

  it('refuses a member that is written twice', async () => {
    const text = JSON.stringify(example).replace('{', '{"retention":"delete",');
    expect((await refusalOf(write(text))).problems).toMatchObject([{ key: 'retention' }]);
  });

  it.each(['no-such', '../example', '/etc/passwd'])('knows no environment %s', async (chosen) => {
    const check = runConfigCheck(makeContext().context, chosen);
    await expect(check).rejects.toThrow(ConfigurationError);
  });

  it('does not repeat a document that is no JSON: it may hold a pasted secret', async () => {
    const file = write('{"name": hunter2-canary}');
    const failure = await runConfigCheck(makeContext().context, file).catch(
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(ConfigurationError);
    expect(String(failure)).not.toContain('canary');
  });
});
