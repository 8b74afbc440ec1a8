// Bundles every function into dist/functions/<name>/. The bundles contain no configuration, so the
// same input gives the same bytes. They can therefore be part of the npm package, and a zip file
// changes only when a source changes.
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const KILOBYTE = 1024;

/** The Lambda functions, each with the maximum size of its bundle. */
const LAMBDAS = [
  { name: 'session', entry: 'lambdas/session/handler.ts', bytesMax: 320 * KILOBYTE },
  { name: 'files', entry: 'lambdas/files/handler.ts', bytesMax: 700 * KILOBYTE },
];
/** The CloudFront Functions. Their maximum of 10 KB is a quota of the service. */
const CLOUDFRONT_FUNCTIONS = [
  {
    name: 'viewer-guard',
    entry: 'lambdas/viewer-guard/viewer-guard.ts',
    bytesMax: 10 * KILOBYTE,
  },
];

/**
 * Modules of the AWS SDK that are replaced because the functions do not need them. Lambda passes
 * the credentials of its role in environment variables. The providers for SSO, shared files, web
 * identity and containers would make the bundle larger and would be more places from which
 * credentials could come. Event streams are not needed either, because no used call (Sign,
 * PutLogEvents, CreateLogStream) has them.
 */
const REPLACED_MODULES = {
  '@aws-sdk/credential-provider-node': `
    import { fromEnv } from '@aws-sdk/credential-provider-env';
    export const defaultProvider = () => fromEnv();`,
  '@smithy/core/event-streams': `
    const refuse = () => { throw new Error('event streams are not part of this bundle'); };
    export const eventStreamSerdeProvider = refuse;
    export const resolveEventStreamSerdeConfig = (config) => config;
    export class EventStreamSerde { constructor() { refuse(); } }`,
};

const replaceModules = {
  name: 'replace-modules',
  setup(bundler) {
    bundler.onResolve({ filter: /^@(?:aws-sdk|smithy)\// }, ({ path: name }) =>
      Object.hasOwn(REPLACED_MODULES, name) ? { path: name, namespace: 'replaced' } : null,
    );
    bundler.onLoad({ filter: /.*/, namespace: 'replaced' }, ({ path: name }) => ({
      contents: REPLACED_MODULES[name],
      resolveDir: ROOT,
    }));
  },
};

const shared = {
  absWorkingDir: ROOT,
  bundle: true,
  write: false,
  metafile: true,
  legalComments: 'none',
  charset: 'utf8',
  logLevel: 'warning',
  tsconfig: path.join(ROOT, 'tsconfig.json'),
};

async function bundleLambda({ entry }) {
  const result = await build({
    ...shared,
    entryPoints: [entry],
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    mainFields: ['module', 'main'],
    minify: true,
    plugins: [replaceModules],
  });
  return { text: result.outputFiles[0].text, metafile: result.metafile };
}

/**
 * CloudFront calls a global function `handler`. Its runtime does not support export statements, and
 * the only module that it offers is its own `cloudfront`.
 */
async function bundleCloudFrontFunction({ entry }) {
  const result = await build({
    ...shared,
    entryPoints: [entry],
    platform: 'neutral',
    target: 'es2018',
    format: 'esm',
    external: ['cloudfront'],
    minifyWhitespace: true,
    minifySyntax: false,
    minifyIdentifiers: false,
  });
  const text = result.outputFiles[0].text.replace(/export\s*\{\s*handler\s*\};?\s*$/, '');
  const ownText = text.replace(/^import cf from"cloudfront";/, '');
  if (/\b(?:export|import)\b/.test(ownText) || !text.includes('function handler(event)')) {
    throw new Error(`${entry}: the bundle is not a plain "function handler(event)"`);
  }
  return { text, metafile: result.metafile };
}

/** Lists the source files that have code in the bundle. */
function usedInputs({ outputs }) {
  return Object.values(outputs)
    .flatMap(({ inputs }) => Object.entries(inputs))
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([input]) => input);
}

async function emit(outputFolder, target, { file, bundle }) {
  const { text, metafile } = await bundle(target);
  const bytes = Buffer.byteLength(text);
  if (bytes > target.bytesMax) {
    throw new Error(`${target.name}: ${bytes} bytes, more than the ${target.bytesMax} allowed`);
  }
  const folder = path.join(outputFolder, target.name);
  await mkdir(folder, { recursive: true });
  // The files are written to a temporary folder that is renamed at the end. So another build or a
  // synthesis never reads an incomplete file.
  const unfinished = `${folder}.${process.pid}.unfinished`;
  await writeFile(unfinished, text);
  await rename(unfinished, path.join(folder, file));
  for (const other of await readdir(folder))
    if (other !== file) await rm(path.join(folder, other), { recursive: true, force: true });
  return {
    name: target.name,
    file: path.join(folder, file),
    bytes,
    inputs: usedInputs(metafile),
  };
}

/**
 * Builds all functions below `outputFolder` and returns the name, file, size and source files of
 * each.
 *
 * @param {string} [outputFolder] defaults to `dist/functions` of the repository
 */
export async function buildFunctions(outputFolder = path.join(ROOT, 'dist/functions')) {
  const lambdas = LAMBDAS.map((target) =>
    emit(outputFolder, target, { file: 'index.js', bundle: bundleLambda }),
  );
  const cloudFrontFunctions = CLOUDFRONT_FUNCTIONS.map((target) =>
    emit(outputFolder, target, { file: `${target.name}.js`, bundle: bundleCloudFrontFunction }),
  );
  return await Promise.all([...lambdas, ...cloudFrontFunctions]);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const { name, bytes } of await buildFunctions()) {
    console.log(`${name.padEnd(14)} ${(bytes / KILOBYTE).toFixed(1)} KB`);
  }
}
