// Measures this project and its usual alternatives in one run and prints the ratios. No result
// makes it fail.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { measureBundles } from './bundles';
import { measureEdge } from './edge';
import { measureLogs } from './logs';
import { ROOT } from './program';
import { measureSessions } from './session';
import { measureSynthesis } from './synth';
import { renderTable, type Row } from './table';
import { measureVerify } from './verify';

const MEASUREMENTS: Readonly<Record<string, () => Row[] | Promise<Row[]>>> = {
  session: measureSessions,
  bundles: measureBundles,
  synth: measureSynthesis,
  verify: measureVerify,
  edge: measureEdge,
  logs: measureLogs,
};

async function main(chosen: readonly string[]): Promise<void> {
  const unknown = chosen.filter((name) => !(name in MEASUREMENTS));
  if (unknown.length > 0) {
    const allowed = Object.keys(MEASUREMENTS).join(', ');
    process.stderr.write(`unknown measurement ${unknown.join(', ')}; allowed: ${allowed}\n`);
    process.exitCode = 2;
    return;
  }
  spawnSync(process.execPath, [path.join(ROOT, 'lambdas', 'build-functions.mjs')], {
    cwd: ROOT,
    stdio: 'ignore',
  });
  const rows: Row[] = [];
  for (const [name, measureOne] of Object.entries(MEASUREMENTS)) {
    if (chosen.length > 0 && !chosen.includes(name)) continue;
    process.stderr.write(`measuring ${name}\n`);
    rows.push(...(await measureOne()));
  }
  process.stdout.write(`${renderTable(rows)}\n`);
}

void main(process.argv.slice(2));
