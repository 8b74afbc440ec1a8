// Entry point of all npm scripts. It runs on the installed Node.js (>= 20.19) before any package is
// installed, so it may only use `node:` modules.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureDependencies } from './dependencies.mjs';
import { findPinnedNode } from './pinned-node.mjs';
import { SetupError } from './say.mjs';
import { lintSql } from './sql-linter.mjs';
import { ensureTools } from './tools.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const NODE_MIN = [20, 19];

const COMMANDS = {
  up: {
    does: 'starts the local cloud',
    tools: true,
    run: (a) => script('cli/main.ts', ['up', ...a]),
  },
  edgepass: {
    does: 'runs the edgepass command',
    tools: (a) => ['up', 'destroy', 'adopt', 'terraform-module'].includes(a[0]),
    run: (a) => script('cli/main.ts', a),
  },
  synth: { does: 'writes the stacks to cdktf.out', run: synthesise },
  build: {
    does: 'builds what the npm package holds',
    run: () => run([path.join(root, 'setup', 'build-package.mjs')]),
  },
  'build:functions': { does: 'bundles the functions', run: buildFunctions },
  test: { does: 'runs every test layer', tools: true, run: (a) => script('test/run.ts', a) },
  scan: { does: 'looks for insecure settings and packages', tools: true, run: scan },
  'record:calls': {
    does: 'records the AWS calls of Terraform for the policy of the deployer',
    tools: true,
    run: recordCalls,
  },
  bench: { does: 'measures against peers', tools: true, run: (a) => script('bench/run.ts', a) },
  'lint:sql': { does: 'lints the SQL of analytics/', run: (a) => lintSql(root, a) },
  mutate: {
    does: 'breaks core on purpose and expects its tests to notice',
    run: (a) => script('test/mutation/run.ts', a),
  },
  generate: { does: 'writes every generated file anew', run: (a) => script('test/generate.ts', a) },
};

function run(arguments_) {
  return new Promise((resolve) => {
    const child = spawn(findPinnedNode(root), arguments_, {
      stdio: 'inherit',
      env: { ...process.env, CHECKPOINT_DISABLE: '1' },
    });
    // On Ctrl-C the terminal sends the signal to the child process too, and the child decides what
    // to do. A signal that was sent only to this process is passed on.
    process.on('SIGINT', () => {});
    process.on('SIGTERM', () => child.kill('SIGTERM'));
    child.on('exit', (code, signal) => resolve(signal ? 1 : code));
  });
}

function script(file, arguments_) {
  const loader = path.join(root, 'node_modules', 'tsx', 'dist', 'loader.mjs');
  return run(['--import', `file://${loader}`, path.join(root, file), ...arguments_]);
}

function buildFunctions() {
  return run([path.join(root, 'lambdas', 'build-functions.mjs')]);
}

async function synthesise(arguments_) {
  return (await buildFunctions()) || (await script('main.ts', arguments_));
}

async function scan(arguments_) {
  return (await buildFunctions()) || (await script('test/scan/run.ts', arguments_));
}

async function recordCalls(arguments_) {
  return (await buildFunctions()) || (await script('test/rights/record-calls.ts', arguments_));
}

function checkOwnNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > NODE_MIN[0] || (major === NODE_MIN[0] && minor >= NODE_MIN[1])) return;
  throw new SetupError(`Node ${NODE_MIN.join('.')} or newer is needed, this is ${process.version}`);
}

async function main([name, ...arguments_]) {
  const command = COMMANDS[name];
  if (!command) {
    throw new SetupError(`unknown command ${name}; allowed: ${Object.keys(COMMANDS).join(', ')}`);
  }
  try {
    checkOwnNode();
    ensureDependencies(root);
    const needsTools =
      typeof command.tools === 'function' ? command.tools(arguments_) : command.tools;
    if (needsTools) await ensureTools(root);
    return await command.run(arguments_);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    throw new SetupError(`\`${name}\` ${command.does}, but cannot here: ${error.message}`);
  }
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    process.stderr.write(
      `edgepass setup: ${error instanceof SetupError ? error.message : error.stack}\n`,
    );
    process.exitCode = 2;
  },
);
