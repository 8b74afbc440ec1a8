import { readFileSync } from 'node:fs';
import path from 'node:path';
import { SecretScan } from '../support/secret-scan';
import { listFiles, ROOT } from './source-files';

const TEST_KEY = 'analytics/generator/test-signing-key.ts';
/** This file contains the patterns that the scan searches for. */
const SCAN = 'test/support/secret-scan.ts';

const scan = new SecretScan([]);

function filesWithPrivateKey(files: readonly string[]): readonly string[] {
  return files.filter((file) =>
    scan
      .scanText(file, readFileSync(path.join(ROOT, file), 'latin1'))
      .some(({ what }) => what.startsWith('private key')),
  );
}

it('K-01: no file of the repository holds a private key but the one test key', () => {
  const files = listFiles().filter((file) => file !== SCAN);
  expect(filesWithPrivateKey(files)).toEqual([TEST_KEY]);
});

it('the test key says that it is one', () => {
  expect(readFileSync(path.join(ROOT, TEST_KEY), 'utf8')).toMatch(/TEST key .* is public/);
});
