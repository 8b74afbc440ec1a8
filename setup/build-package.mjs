// Builds the files of the npm package that are not SQL or JSON: the functions, the entries with
// their types, and the command. The code exists only as CommonJS. An ESM entry only exports the
// same names again, so a program that uses both never has two versions of one class.
import { chmod, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'tsdown';
import { buildFunctions } from '../lambdas/build-functions.mjs';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const DIST = path.join(ROOT, 'dist');

/** The entries of the package, by the name of their file in `dist/`. */
const ENTRIES = {
  index: './modules/index.ts',
  core: './core/index.ts',
  custody: './custody/index.ts',
};

/**
 * Matches imports of other packages. These are dependencies or optional peers and are not bundled;
 * the installed package finds them in `node_modules`.
 */
const PACKAGES = /^[^.#/]/;

const shared = {
  config: false,
  cwd: ROOT,
  tsconfig: path.join(ROOT, 'tsconfig.json'),
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  hash: false,
  clean: false,
  logLevel: 'warn',
  deps: { neverBundle: PACKAGES, skipNodeModulesBundle: true },
  outExtensions: () => ({ js: '.js', dts: '.d.ts' }),
  // Without this, the bundler would put its own small functions into one entry, and every other
  // entry would then load that entry completely.
  outputOptions: { codeSplitting: { groups: [{ name: 'runtime', test: /rolldown\/runtime/ }] } },
  inputOptions: { checks: { pluginTimings: false } },
};

/** Commands that run Terraform on the stacks, which only a checkout has. */
const NEED_CHECKOUT = [
  '#cli/up',
  '#cli/deployment/destroy',
  '#cli/deployment/adopt',
  '#cli/deployment/terraform-module',
];
const commandWithoutCheckout = {
  name: 'command-without-checkout',
  resolveId: (id) =>
    NEED_CHECKOUT.includes(id) ? path.join(ROOT, 'cli', 'without-checkout.ts') : undefined,
};

async function writeEsmEntry(name) {
  const required = createRequire(import.meta.url)(path.join(DIST, `${name}.js`));
  const names = Object.keys(required).sort();
  await writeFile(
    path.join(DIST, `${name}.mjs`),
    `export {\n${names.map((one) => `  ${one},\n`).join('')}} from './${name}.js';\n`,
  );
  await writeFile(path.join(DIST, `${name}.d.mts`), `export * from './${name}.js';\n`);
}

/**
 * Checks that no entry loads another entry, because it would then need the packages of both. A user
 * of `edgepass/core` does not have cdktf.
 */
async function refuseEntryInEntry() {
  for (const name of await readdir(DIST)) {
    if (!name.endsWith('.js')) continue;
    const text = await readFile(path.join(DIST, name), 'utf8');
    const loaded = Object.keys(ENTRIES).find((entry) => text.includes(`require("./${entry}.js")`));
    if (loaded !== undefined) throw new Error(`dist/${name} loads the entry dist/${loaded}.js`);
  }
}

/** The entries for browsers, by the name of their file in `dist/`. */
const BROWSER_ENTRIES = {
  client: './client/index.ts',
  'client-files': './client/files/index.ts',
  react: './client/react/index.ts',
};

/**
 * Builds the entries for browsers. Each is an ES module in one file: a file that two share would be
 * one more request of a page. Next.js needs the directive of the React entry: hooks run in browsers
 * only.
 */
async function buildBrowserEntries() {
  for (const [name, file] of Object.entries(BROWSER_ENTRIES)) {
    await build({
      ...shared,
      entry: { [name]: file },
      outDir: DIST,
      dts: true,
      format: 'esm',
      platform: 'browser',
      target: 'es2022',
      outExtensions: () => ({ js: '.mjs', dts: '.d.mts' }),
      ...(name === 'react' && { banner: { js: "'use client';" } }),
    });
  }
}

async function buildCommand() {
  await build({
    ...shared,
    entry: { edgepass: './cli/main.ts' },
    outDir: path.join(DIST, 'command'),
    dts: false,
    plugins: [commandWithoutCheckout],
  });
  const file = path.join(DIST, 'command', 'edgepass.js');
  await writeFile(file, `#!/usr/bin/env node\n${await readFile(file, 'utf8')}`);
  await chmod(file, 0o755);
}

/**
 * Builds `dist/` again. The functions are replaced separately, because a synthesis could be reading
 * them.
 */
async function buildPackage() {
  await buildFunctions();
  for (const name of await readdir(DIST))
    if (name !== 'functions') await rm(path.join(DIST, name), { recursive: true });
  await build({ ...shared, entry: ENTRIES, outDir: DIST, dts: true });
  await refuseEntryInEntry();
  for (const name of Object.keys(ENTRIES)) await writeEsmEntry(name);
  await buildBrowserEntries();
  await buildCommand();
}

await buildPackage();
