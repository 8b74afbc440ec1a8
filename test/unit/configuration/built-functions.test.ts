import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ConfigurationError } from '#configuration/configuration-error';
import { findProviderVersion, requireDeployable } from '#configuration/deployable-environment';
import { loadEnvironment } from '#configuration/load-environment';

const PROJECT_FOLDER = path.resolve(__dirname, '../../..');
const loaded = loadEnvironment({ selection: 'example', projectFolder: PROJECT_FOLDER });
let functionsFolder: string;

beforeEach(() => {
  functionsFolder = mkdtempSync(path.join(tmpdir(), 'edgepass-functions-'));
  for (const name of ['session', 'files']) {
    mkdirSync(path.join(functionsFolder, name));
    writeFileSync(path.join(functionsFolder, name, 'index.js'), '');
  }
  mkdirSync(path.join(functionsFolder, 'viewer-guard'));
  writeFileSync(path.join(functionsFolder, 'viewer-guard/viewer-guard.js'), 'a'.repeat(10_240));
});

afterEach(() => {
  rmSync(functionsFolder, { recursive: true });
});

function keysRefused(): string[] {
  try {
    requireDeployable(loaded, { functionsFolder, providerVersion: '5.100.0' });
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems.map(({ key }) => key);
    throw error;
  }
}

test('functions that are there and small enough can be deployed', () => {
  expect(keysRefused()).toEqual([]);
});

test('a function that was not built is named, each of them', () => {
  rmSync(path.join(functionsFolder, 'session/index.js'));
  expect(keysRefused()).toEqual(['(function session)']);
  rmSync(path.join(functionsFolder, 'viewer-guard'), { recursive: true });
  rmSync(path.join(functionsFolder, 'files'), { recursive: true });
  expect(keysRefused()).toEqual([
    '(function session)',
    '(function files)',
    '(function viewer-guard)',
  ]);
});

test('a viewer function of more than 10,240 bytes is refused, as CloudFront does', () => {
  writeFileSync(path.join(functionsFolder, 'viewer-guard/viewer-guard.js'), 'a'.repeat(10_241));
  expect(keysRefused()).toEqual(['(function viewer-guard)']);
});

test('the version of the provider is that of the installed bindings, seen from any folder below', () => {
  expect(findProviderVersion(PROJECT_FOLDER)).toBe('5.100.0');
  expect(findProviderVersion(path.join(PROJECT_FOLDER, 'test', 'unit'))).toBe('5.100.0');
  expect(findProviderVersion(tmpdir())).toBeUndefined();
});
