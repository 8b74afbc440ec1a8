import { readFileSync } from 'node:fs';

// Plain .mjs: nothing of it has types.
const setup = jest.requireActual<{
  PINNED_ARCHIVES: Readonly<Record<string, string>>;
  assertPinned(archive: string, bytes: Uint8Array): void;
}>('../../../setup/terraform.mjs');

const version = readFileSync('.terraform-version', 'utf8').trim();
const platforms = ['linux_amd64', 'linux_arm64', 'darwin_amd64', 'darwin_arm64'];

it('pins one SHA-256 for each platform of the version that is asked for', () => {
  expect(Object.keys(setup.PINNED_ARCHIVES).sort()).toStrictEqual(
    platforms.map((platform) => `terraform_${version}_${platform}.zip`).sort(),
  );
  const digests = Object.values(setup.PINNED_ARCHIVES);

  expect(digests.filter((digest) => !/^[0-9a-f]{64}$/.test(digest))).toStrictEqual([]);
  expect(new Set(digests).size).toBe(platforms.length);
});

it('refuses other bytes under the name of a pinned archive', () => {
  const archive = `terraform_${version}_linux_amd64.zip`;

  expect(() => {
    setup.assertPinned(archive, Buffer.from('another archive'));
  }).toThrow(`the SHA-256 of ${archive} is `);
});

it.each(['terraform_9.9.9_linux_amd64.zip', '__proto__', 'constructor'])(
  'refuses %s, for which nothing is pinned',
  (archive) => {
    expect(() => {
      setup.assertPinned(archive, Buffer.from(''));
    }).toThrow(`no SHA-256 of ${archive} is pinned`);
  },
);
