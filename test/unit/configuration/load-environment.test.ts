import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ConfigurationError } from '#configuration/configuration-error';
import { loadEnvironment, loadPinnedJwks } from '#configuration/load-environment';
import { buildSessionSettings } from '#configuration/session-settings';
import { makeIssuerKey } from '../access-token/token-factory';

const PROJECT_FOLDER = path.resolve(__dirname, '../../..');
const load = (selection: string | undefined, projectFolder = PROJECT_FOLDER) =>
  loadEnvironment({ selection, projectFolder });

/** A project with one environment file, changed from the local one. */
function projectWith(change: (document: Record<string, unknown>) => void): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'edgepass-environment-'));
  mkdirSync(path.join(folder, 'environments'));
  const local = path.join(PROJECT_FOLDER, 'environments', 'local.json');
  const document = JSON.parse(readFileSync(local, 'utf8')) as Record<string, unknown>;
  change(document);
  writeFileSync(path.join(folder, 'environments', 'local.json'), JSON.stringify(document));
  return folder;
}

function catchConfigurationError(run: () => unknown): ConfigurationError {
  try {
    run();
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    throw error;
  }
  throw new Error('expected a ConfigurationError');
}

const firstIssuer = (document: Record<string, unknown>): Record<string, unknown> =>
  (document['issuers'] as Record<string, unknown>[])[0] ?? {};

describe('choosing an environment', () => {
  test('by name, by path, and the local one by default', () => {
    expect(load('example').environment.name).toBe('example');
    expect(load('environments/example.json').environment.name).toBe('example');
    expect(load(undefined).environment.name).toBe('local');
    expect(load('local').file).toBe(path.join(PROJECT_FOLDER, 'environments', 'local.json'));
  });

  test.each(['staging', '../environments/local', '', '.'])(
    'rejects %j and names what there is',
    (selection) => {
      expect(() => load(selection)).toThrow(
        `got ${JSON.stringify(selection)}; allowed: example, local, or a path that ends in .json`,
      );
    },
  );

  test('rejects a path without a file', () => {
    expect(() => load('nowhere.json')).toThrow('no such file');
  });

  test('a syntax error is placed, and nothing of the document is repeated', () => {
    const folder = projectWith(() => undefined);
    const file = path.join(folder, 'environments', 'local.json');
    writeFileSync(file, '{ "name": "local", "token": canary }');
    expect(() => load('local', folder)).toThrow(/a syntax error at .*; allowed: JSON/);
    expect(() => load('local', folder)).not.toThrow(/canary/);
  });
});

describe('a member that is written twice', () => {
  test.each([
    ['{ "name": "local", "name": "other" }', ['name']],
    ['{ "issuers": [{}, { "preset": "auth0", "preset": "clerk" }] }', ['issuers.1.preset']],
    [
      '{ "signingKeys": { "a": 1, "a": 2, "a": 3 }, "tags": { "x": "1", "\\u0078": "2" } }',
      ['signingKeys.a', 'tags.x'],
    ],
  ])('in %s is named by its path', (text, keys) => {
    const folder = projectWith(() => undefined);
    writeFileSync(path.join(folder, 'environments', 'local.json'), text);
    const failure = catchConfigurationError(() => load('local', folder));
    expect(failure.problems).toEqual(
      keys.map((key) => ({
        key,
        received: 'a member that is written twice',
        allowed: 'each member once',
      })),
    );
  });

  test('a document that nests too deep to be read so is refused', () => {
    const folder = projectWith(() => undefined);
    const text = `{"name":${'['.repeat(9)}${']'.repeat(9)}}`;
    writeFileSync(path.join(folder, 'environments', 'local.json'), text);
    expect(() => load('local', folder)).toThrow('allowed: eight levels');
  });
});

describe('settings of the session function', () => {
  test('issuers are filled up with their presets', () => {
    const settings = buildSessionSettings(load('example'));
    expect(settings.issuers.map(({ jwksUrl }) => jwksUrl)).toEqual([
      'https://clerk.example.com/.well-known/jwks.json',
      'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_EXAMPLE01/.well-known/jwks.json',
    ]);
    expect(settings.allowLoopbackHttp).toBe(false);
    expect(settings.grants).toEqual({
      cookieLifetimeSeconds: 900,
      signedUrlLifetimeSeconds: 900,
      signedUrlBatchLifetimeSeconds: 300,
      reuseWindowSeconds: 60,
      shareAcrossSubjects: false,
      capToToken: 'auto',
    });
  });

  test('J-12: plain http to loopback is for emulators alone', () => {
    expect(buildSessionSettings(load('local')).allowLoopbackHttp).toBe(true);
  });

  test('J-14: a pinned key set is read, relative to the environment file', () => {
    const folder = projectWith((document) => {
      firstIssuer(document)['pinnedJwks'] = 'jwks/local.json';
    });
    mkdirSync(path.join(folder, 'environments', 'jwks'));
    const jwks = { keys: [makeIssuerKey('1').jwk] };
    writeFileSync(path.join(folder, 'environments', 'jwks', 'local.json'), JSON.stringify(jwks));
    const settings = buildSessionSettings(load('local', folder));
    expect(settings.pinnedJwks).toEqual({ 'http://localhost:4685': jwks });
    expect(settings.issuers[0]).not.toHaveProperty('pinnedJwks');
  });

  test.each([null, {}, { keys: {} }, []])('rejects a pinned file without keys: %j', (document) => {
    const folder = projectWith((environment) => {
      firstIssuer(environment)['pinnedJwks'] = 'jwks.json';
    });
    writeFileSync(path.join(folder, 'environments', 'jwks.json'), JSON.stringify(document));
    expect(() => loadPinnedJwks(load('local', folder))).toThrow(
      'issuers.0.pinnedJwks: got "jwks.json"; allowed: a JWKS document',
    );
  });

  const { jwk } = makeIssuerKey('1');
  test.each<[string, readonly unknown[], string]>([
    ['21 keys', Array(21).fill(jwk), 'at most 20 keys'],
    ['no key', [], 'an RSA key for RS256'],
    ['keys of other kinds', [{ kty: 'EC', kid: '1' }, null], 'an RSA key for RS256'],
    ['one kid twice', [jwk, jwk], 'an RSA key for RS256'],
    [
      'a short key with leading zeros',
      [{ ...jwk, n: `${'A'.repeat(342)}${String(jwk['n']).slice(0, 100)}` }],
      'an RSA key for RS256',
    ],
  ])('J-13: %s cannot be pinned', (_what, keys, allowed) => {
    const folder = projectWith((environment) => {
      firstIssuer(environment)['pinnedJwks'] = 'jwks.json';
    });
    writeFileSync(path.join(folder, 'environments', 'jwks.json'), JSON.stringify({ keys }));
    const problem = new RegExp(
      `issuers\\.0\\.pinnedJwks: got "jwks\\.json"; allowed: .*${allowed}`,
    );
    expect(() => buildSessionSettings(load('local', folder))).toThrow(problem);
  });

  test('an issuer that its preset cannot complete is named', () => {
    const folder = projectWith((document) => {
      firstIssuer(document)['tenants'] = { from: 'claim' };
    });
    expect(() => buildSessionSettings(load('local', folder))).toThrow(
      /local: 1 problem\n {2}issuers\.0\.tenants\.claim: /,
    );
  });
});
