import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runConfigCheck } from '#cli/config-check';
import { EXIT } from '#cli/exit-codes';
import { ConfigurationError } from '#configuration/configuration-error';
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
