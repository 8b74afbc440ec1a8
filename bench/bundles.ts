import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { median, ROOT } from './program';
import type { Row } from './table';

const RUNS = 11;

function startMilliseconds(file: string): number {
  const started = performance.now();
  spawnSync(process.execPath, ['-e', `require(${JSON.stringify(file)})`], { stdio: 'ignore' });
  return performance.now() - started;
}

/**
 * Measures the sizes of the bundles, and how much longer Node.js takes to load the session bundle
 * than an empty handler.
 */
export function measureBundles(): Row[] {
  const session = path.join(ROOT, 'dist', 'functions', 'session', 'index.js');
  const guard = path.join(ROOT, 'dist', 'functions', 'viewer-guard', 'viewer-guard.js');
  const folder = mkdtempSync(path.join(os.tmpdir(), 'edgepass-bench-'));
  const empty = path.join(folder, 'empty.js');
  writeFileSync(empty, 'exports.handler = async () => ({ statusCode: 200 });\n');
  const ours: number[] = [];
  const peers: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    ours.push(startMilliseconds(session));
    peers.push(startMilliseconds(empty));
  }
  rmSync(folder, { recursive: true, force: true });
  const kilobytes = (file: string): string => `${(statSync(file).size / 1_024).toFixed(1)} KB`;
  const packed = gzipSync(readFileSync(session)).length / 1_024;
  return [
    {
      what: 'session bundle',
      ours: `${kilobytes(session)} (gzip ${packed.toFixed(1)} KB)`,
      peer: 'budget 320 KB',
      ratio: '',
    },
    {
      what: 'viewer-guard bundle',
      ours: kilobytes(guard),
      peer: 'limit of CloudFront 10 KB',
      ratio: '',
    },
    {
      what: 'cold start of the bundle (median of processes)',
      ours: `${median(ours).toFixed(0)} ms`,
      peer: `empty handler ${median(peers).toFixed(0)} ms`,
      ratio: `+${(median(ours) - median(peers)).toFixed(0)} ms`,
    },
  ];
}
