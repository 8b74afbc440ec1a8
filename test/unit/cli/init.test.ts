import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { EXIT } from '#cli/exit-codes';
import { type InitOptions, runInit } from '#cli/init/init';
import { QUESTIONS } from '#cli/init/questions';
import { loadEnvironment } from '#configuration/load-environment';
import { makeContext } from './command-fixture';

const ANSWERS: Readonly<Record<string, string>> = {
  region: 'eu-central-1',
  contentHost: 'media.example.com',
  hostedZone: 'Z0123456789ABC',
  certificate: 'none',
  appOrigins: 'https://app.example.com, https://www.example.com',
  provider: 'auth0',
  issuer: 'https://example.eu.auth0.com/',
  audience: 'https://api.example.com',
  tenants: 'claim',
  tenant: 'https://example.com/tenants',
  alarmEmails: 'operations@example.com',
  stateBucket: 'example-state',
};

const without = (...names: readonly string[]): InitOptions =>
  Object.fromEntries(Object.entries(ANSWERS).filter(([name]) => !names.includes(name)));

let root: string;

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'edgepass-init-'));
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

function run(options: InitOptions, lines: readonly string[] = []) {
  const { context, printed } = makeContext();
  const input = Readable.from(lines.map((line) => `${line}\n`));
  return { result: runInit({ ...context, root, input }, 'shop', options), printed };
}

const file = (): string => path.join(root, 'environments', 'shop.json');

describe('edgepass init', () => {
  it('writes a file that config check calls correct, from options alone', async () => {
    const { result, printed } = run(ANSWERS);
    expect(await result).toBe(EXIT.done);
    const { environment } = loadEnvironment({ selection: 'shop', projectFolder: root });
    expect(environment).toMatchObject({
      name: 'shop',
      target: 'aws',
      retention: 'keep',
      contentHost: { name: 'media.example.com', hostedZoneId: 'Z0123456789ABC' },
      appOrigins: ['https://app.example.com', 'https://www.example.com'],
      issuers: [{ preset: 'auth0', tenants: { from: 'claim' } }],
      alarms: { emails: ['operations@example.com'] },
      state: { type: 's3', bucket: 'example-state', region: 'eu-central-1' },
    });
    expect(printed()).toContain('shop.json: correct');
    expect(printed()).toContain('next: EDGEPASS_ENVIRONMENT=shop');
    expect(readFileSync(file(), 'utf8')).toContain('"$schema": "');
  });

  it('asks a person, and asks again with the reason when an answer does not fit', async () => {
    const { result, printed } = run(without('region', 'tenants', 'tenant'), [
      'moon-1',
      'eu-west-1',
      '',
      'personal',
    ]);
    expect(await result).toBe(EXIT.done);
    expect(printed()).toMatch(/region: got "moon-1"; allowed: a region/);
    expect(printed()).toContain('an answer is needed');
    const { environment } = loadEnvironment({ selection: 'shop', projectFolder: root });
    expect(environment.region).toBe('eu-west-1');
    expect(environment.issuers[0]?.tenants).toEqual({ from: 'personal' });
  });

  it.each([
    ['--region', { ...ANSWERS, region: 'moon-1' }],
    ['--app-origins', { ...ANSWERS, appOrigins: 'https://*.example.com' }],
    ['--provider', { ...ANSWERS, provider: 'nobody' }],
    ['--issuer', { ...ANSWERS, issuer: 'not a url' }],
    ['--certificate', { ...ANSWERS, hostedZone: 'none' }],
  ])(
    'refuses an option that does not fit by its name and writes nothing: %s',
    async (name, options) => {
      await expect(run(options).result).rejects.toThrow(name);
      expect(existsSync(file())).toBe(false);
    },
  );

  it('names the option that is missing where nobody answers', async () => {
    await expect(run(without('issuer')).result).rejects.toThrow('--issuer: expected');
    expect(existsSync(file())).toBe(false);
  });

  it('overwrites no environment', async () => {
    await run(ANSWERS).result;
    const before = readFileSync(file(), 'utf8');
    await expect(run({ ...ANSWERS, region: 'eu-west-1' }).result).rejects.toThrow('exists');
    expect(readFileSync(file(), 'utf8')).toBe(before);
  });

  it('asks about ten questions, each with an option of its own', () => {
    expect(QUESTIONS.length).toBeLessThanOrEqual(12);
    expect(new Set(QUESTIONS.map(({ option }) => option)).size).toBe(QUESTIONS.length);
  });
});
