// Finds a Java and downloads the Trino server with its Hive connector for `npm run test:trino`.
// When it is run as a program, it prints `{ java, home }`, or `{ missing }` with one line that says
// what is not available.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { findPython } from './python-environment.mjs';
import { say, SetupError } from './say.mjs';
import { subfolders } from './subfolders.mjs';

export const TRINO_VERSION = '476';
const JAVA_MAJOR_MIN = 22;
const MAVEN_CENTRAL = 'https://repo1.maven.org/maven2';
const DOWNLOAD_TIMEOUT_MILLISECONDS = 600_000;

/**
 * Size and SHA-256 of the files. They are stored here and not downloaded from the same server;
 * setup/terraform.mjs says why.
 */
const ARTEFACTS = {
  server: {
    path: `io/trino/trino-server-core/${TRINO_VERSION}/trino-server-core-${TRINO_VERSION}.tar.gz`,
    bytes: 194_358_953,
    sha256: '0f388f9967c177ae70a47c099082fc95387f0c3cb96d8000d1d41fc3a5223158',
  },
  hive: {
    path: `io/trino/trino-hive/${TRINO_VERSION}/trino-hive-${TRINO_VERSION}.zip`,
    bytes: 258_326_133,
    sha256: '611bacdb07d9f3cf7b9d47f97ecc76fa2e7ff8bfe8a9728c3d06adc1bfb8662e',
  },
};

const JVM_FOLDERS = [
  '/usr/lib/jvm',
  '/usr/java',
  '/opt',
  '/opt/java',
  '/Library/Java/JavaVirtualMachines',
  path.join(os.homedir(), '.sdkman', 'candidates', 'java'),
  path.join(os.homedir(), '.jdks'),
];

function javaMajor(java) {
  const { status, stderr, stdout } = spawnSync(java, ['-version'], { encoding: 'utf8' });
  if (status !== 0) return 0;
  return Number(/version "(\d+)/.exec(`${stderr}${stdout}`)?.[1] ?? 0);
}

/** Finds the first Java of version 22 or newer in JAVA_HOME, on PATH or in the usual folders. */
export function findJava() {
  const homes = [process.env.JAVA_HOME, ...JVM_FOLDERS.flatMap(subfolders)].filter(Boolean);
  const installed = homes
    .flatMap((home) => [home, path.join(home, 'Contents', 'Home')])
    .map((home) => path.join(home, 'bin', 'java'))
    .filter((file) => existsSync(file));
  const found = [...installed, 'java'].find((java) => javaMajor(java) >= JAVA_MAJOR_MIN);
  if (found !== undefined) return found;
  throw new SetupError(
    `Java ${JAVA_MAJOR_MIN} or newer is missing: install a JDK (Trino ${TRINO_VERSION} runs on it) or name it in JAVA_HOME`,
  );
}

/**
 * Returns the Maven repository to download from: EDGEPASS_MAVEN_REPOSITORY, else a mirror from
 * Maven's settings, else Maven Central.
 */
export function mavenRepository(environment, settings) {
  const mirrors = settings.replaceAll(/<!--[^]*?-->/g, '').match(/<mirror>[^]*?<\/mirror>/g) ?? [];
  const valueOf = (mirror, tag) =>
    new RegExp(`<${tag}>\\s*(.*?)\\s*</${tag}>`).exec(mirror)?.[1] ?? '';
  const mirror = mirrors.find((one) =>
    valueOf(one, 'mirrorOf')
      .split(',')
      .some((name) => ['*', 'central', 'external:*'].includes(name.trim())),
  );
  const url = environment.EDGEPASS_MAVEN_REPOSITORY || (mirror ? valueOf(mirror, 'url') : '');
  return (url || MAVEN_CENTRAL).replace(/\/+$/, '');
}

function readMavenSettings() {
  const file = path.join(os.homedir(), '.m2', 'settings.xml');
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

async function digestOf(file) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

async function fetchArtefact(artefact, file) {
  const url = `${mavenRepository(process.env, readMavenSettings())}/${artefact.path}`;
  const response = await fetch(url, { signal: AbortSignal.timeout(DOWNLOAD_TIMEOUT_MILLISECONDS) });
  if (!response.ok) throw new Error(`${path.basename(url)}: status ${response.status}`);
  await pipeline(Readable.fromWeb(response.body), createWriteStream(file));
  const digest = await digestOf(file);
  if (digest === artefact.sha256) return;
  throw new Error(`the SHA-256 of ${url} is ${digest}, pinned is ${artefact.sha256}`);
}

function unpack(command, arguments_) {
  const { status, stderr } = spawnSync(command, arguments_, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${arguments_.at(-1)} could not be unpacked: ${stderr}`);
}

async function install(folder) {
  const megabytes = Object.values(ARTEFACTS).reduce((sum, { bytes }) => sum + bytes, 0) / 1e6;
  say(`downloading Trino ${TRINO_VERSION} to ${folder} (${Math.round(megabytes)} MB, once)`);
  mkdirSync(path.dirname(folder), { recursive: true });
  const workFolder = mkdtempSync(`${folder}-`);
  try {
    const server = path.join(workFolder, 'server.tar.gz');
    const hive = path.join(workFolder, 'hive.zip');
    await fetchArtefact(ARTEFACTS.server, server);
    await fetchArtefact(ARTEFACTS.hive, hive);
    unpack('tar', ['-xzf', server, '-C', workFolder]);
    const home = path.join(workFolder, `trino-server-core-${TRINO_VERSION}`);
    unpack(findPython('the installation of Trino'), [
      '-m',
      'zipfile',
      '-e',
      hive,
      path.join(home, 'plugin'),
    ]);
    const plugin = path.join(home, 'plugin');
    renameSync(path.join(plugin, `trino-hive-${TRINO_VERSION}`), path.join(plugin, 'hive'));
    rmSync(folder, { recursive: true, force: true });
    // The folder gets its final name only after a complete download. So an interrupted download is
    // never taken for a complete one.
    renameSync(home, folder);
  } finally {
    rmSync(workFolder, { recursive: true, force: true });
  }
}

function cacheFolder() {
  const base = process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache');
  return path.join(base, 'edgepass', `trino-${TRINO_VERSION}`);
}

/**
 * Returns a Java and an unpacked Trino with the Hive connector. Throws SetupError that says what is
 * not available.
 */
export async function ensureTrino() {
  const java = findJava();
  const home = cacheFolder();
  if (!existsSync(home)) {
    try {
      await install(home);
    } catch (error) {
      const cause = error.cause ? ` (${error.cause.message})` : '';
      throw new SetupError(`Trino ${TRINO_VERSION} could not be fetched: ${error.message}${cause}`);
    }
  }
  return { java, home };
}

async function main() {
  try {
    return await ensureTrino();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    return { missing: error.message };
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main().then((answer) => process.stdout.write(`${JSON.stringify(answer)}\n`));
}
