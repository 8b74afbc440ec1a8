// Bundles the scripts of the gallery into one file, whose path is the argument. In this repository
// `edgepass/client` is the source in client/; an application has it from the package.
import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const FOLDER = path.dirname(fileURLToPath(import.meta.url));
const ROOT = path.resolve(FOLDER, '../..');

const output = path.resolve(process.argv[2] ?? 'gallery.js');

const { outputFiles } = await build({
  entryPoints: [path.join(FOLDER, 'gallery.js')],
  write: false,
  bundle: true,
  format: 'esm',
  target: 'es2022',
  sourcemap: 'inline',
  logLevel: 'warning',
  alias: { 'edgepass/client': path.join(ROOT, 'client', 'index.ts') },
});

// Another cloud may serve the file now, so it is replaced in one step.
const unfinished = `${output}.${process.pid}`;
await mkdir(path.dirname(output), { recursive: true });
await writeFile(unfinished, outputFiles[0].contents);
await rename(unfinished, output);
