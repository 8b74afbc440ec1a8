import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { median, ROOT } from './program';
import type { Row } from './table';

const RUNS = 5;

function seconds(file: string, environment: Record<string, string>): number {
  const started = performance.now();
  const { status } = spawnSync(process.execPath, ['--import', 'tsx', path.join(ROOT, file)], {
    cwd: ROOT,
    stdio: 'ignore',
    env: { ...process.env, ...environment },
  });
  if (status !== 0) throw new Error(`${file} failed`);
  return (performance.now() - started) / 1_000;
}

/**
 * Measures the synthesis of the example environment, compared with importing all classes of the AWS
 * provider, which many programs do.
 */
export function measureSynthesis(): Row[] {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'edgepass-bench-'));
  const environment = { EDGEPASS_ENVIRONMENT: 'example', CDKTF_OUTDIR: folder };
  const ours = median(Array.from({ length: RUNS }, () => seconds('main.ts', environment)));
  const barrel = seconds('bench/provider-barrel.ts', {});
  rmSync(folder, { recursive: true, force: true });
  return [
    {
      what: 'synthesis of the example environment (median)',
      ours: `${ours.toFixed(2)} s`,
      peer: `the provider's barrel alone: ${barrel.toFixed(2)} s`,
      ratio: `${(barrel / ours).toFixed(1)}x`,
    },
  ];
}
