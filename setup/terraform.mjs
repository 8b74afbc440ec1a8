import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { say, SetupError } from './say.mjs';
import { subfolders } from './subfolders.mjs';

const RELEASES = 'https://releases.hashicorp.com/terraform';
const DOWNLOAD_TIMEOUT_MILLISECONDS = 120_000;
const GO_ARCHITECTURE = { x64: 'amd64', arm64: 'arm64' };

/**
 * SHA-256 of HashiCorp's archives. They are stored here and not downloaded from the same server,
 * because somebody who can change the archive there could also change its checksum.
 */
export const PINNED_ARCHIVES = {
  'terraform_1.11.4_linux_amd64.zip':
    '1ce994251c00281d6845f0f268637ba50c0005657eb3cf096b92f753b42ef4dc',
  'terraform_1.11.4_linux_arm64.zip':
    'a43d1d0da9b9bab214a8305a39db0e40869572594ccf50c416a7756499143633',
  'terraform_1.11.4_darwin_amd64.zip':
    'a56d5002b9f7647291faccc3dd1a70350e60fb61e4c45037629508b8fdc2575b',
  'terraform_1.11.4_darwin_arm64.zip':
    '867e0808fa971217043e25b7a792b10720c79b1546f8a68479b74f138be73e18',
};

/** Throws if the bytes are not those of the archive that is pinned under this name. */
export function assertPinned(archive, bytes) {
  const pinned = Object.hasOwn(PINNED_ARCHIVES, archive) ? PINNED_ARCHIVES[archive] : undefined;
  if (pinned === undefined)
    throw new Error(`no SHA-256 of ${archive} is pinned in setup/terraform.mjs`);
  const digest = createHash('sha256').update(bytes).digest('hex');
  if (digest !== pinned)
    throw new Error(`the SHA-256 of ${archive} is ${digest}, pinned is ${pinned}`);
}

function versionOf(binary) {
  const result = spawnSync(binary, ['version', '-json'], {
    encoding: 'utf8',
    env: { ...process.env, CHECKPOINT_DISABLE: '1' },
  });
  if (result.status !== 0) return undefined;
  return JSON.parse(result.stdout).terraform_version;
}

function candidatesOnPath() {
  return (process.env.PATH ?? '')
    .split(path.delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => path.join(folder, 'terraform'))
    .filter((file) => existsSync(file));
}

async function download(url) {
  const response = await fetch(url, { signal: AbortSignal.timeout(DOWNLOAD_TIMEOUT_MILLISECONDS) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return Buffer.from(await response.arrayBuffer());
}

async function install(version, folder, python) {
  const archive = `terraform_${version}_${process.platform}_${GO_ARCHITECTURE[process.arch] ?? process.arch}.zip`;
  say(`downloading Terraform ${version}`);
  const zip = await download(`${RELEASES}/${version}/${archive}`);
  assertPinned(archive, zip);
  mkdirSync(path.dirname(folder), { recursive: true });
  const workFolder = mkdtempSync(`${folder}-`);
  writeFileSync(path.join(workFolder, archive), zip);
  // Python unpacks the archive, because Node.js has no function for it and the emulator needs
  // Python anyway.
  const unzip = spawnSync(python, [
    '-m',
    'zipfile',
    '-e',
    path.join(workFolder, archive),
    workFolder,
  ]);
  if (unzip.status !== 0) throw new Error(`${archive} could not be unpacked`);
  chmodSync(path.join(workFolder, 'terraform'), 0o755);
  rmSync(folder, { recursive: true, force: true });
  renameSync(workFolder, folder);
}

/**
 * Returns the Terraform version that `.terraform-version` names: from PATH, from an earlier
 * download, or from a new download.
 */
export async function ensureTerraform(root, python) {
  const version = readFileSync(path.join(root, '.terraform-version'), 'utf8').trim();
  const folder = path.join(root, '.edgepass', `terraform-${version}`);
  const onPath = candidatesOnPath();
  const found = [path.join(folder, 'terraform'), ...onPath].find(
    (file) => existsSync(file) && versionOf(file) === version,
  );
  if (found) return found;
  try {
    await install(version, folder, python);
  } catch (error) {
    const other = onPath.map((file) => `${file} is ${versionOf(file) ?? 'not usable'}`).join(', ');
    throw new SetupError(
      `Terraform ${version} is missing${other ? ` (${other})` : ''} and could not be downloaded ` +
        `(${error.message}): put terraform ${version} on PATH`,
    );
  }
  return path.join(folder, 'terraform');
}

const MIRROR_ROOTS = [
  '/opt',
  '/usr/local/share',
  '/usr/share',
  path.join(os.homedir(), '.terraform.d'),
];

/**
 * Finds a filesystem mirror with the AWS provider. It looks only in the usual folders, two levels
 * deep.
 */
function findProviderMirror() {
  const roots = [process.env.EDGEPASS_PROVIDER_MIRROR, ...MIRROR_ROOTS].filter(Boolean);
  return roots
    .flatMap((root) => [root, ...subfolders(root)])
    .find((folder) => existsSync(path.join(folder, 'registry.terraform.io', 'hashicorp', 'aws')));
}

/**
 * Writes the Terraform CLI configuration for all Terraform runs of this project. It disables the
 * version check at HashiCorp. The AWS provider comes from a filesystem mirror if there is one,
 * otherwise from the registry into a cache.
 */
export function writeTerraformConfiguration(root) {
  const mirror = findProviderMirror();
  const cache = path.join(root, '.edgepass', 'provider-cache');
  mkdirSync(cache, { recursive: true });
  const installation = mirror
    ? `provider_installation {\n  filesystem_mirror {\n    path    = ${JSON.stringify(mirror)}\n` +
      `    include = ["registry.terraform.io/hashicorp/aws"]\n  }\n}\n`
    : `plugin_cache_dir = ${JSON.stringify(cache)}\n`;
  const file = path.join(root, '.edgepass', 'terraform.rc');
  writeFileSync(file, `disable_checkpoint = true\n${installation}`);
  return { file, mirror };
}
