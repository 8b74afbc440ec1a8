import { spawnSync } from 'node:child_process';

/** What another program needed over the same files. */
export interface MeasuredRival {
  readonly seconds: number;
  readonly output: string;
}

/** Requests and refusals by hour and tenant: the nearest that awk comes to `failure-rate-by-tenant`. */
const FAILURES_BY_TENANT = `
  !/^#/ && $9 != "000" {
    split($8, part, "/")
    if (part[2] != "t" && part[2] != "u") next
    key = $1 " " substr($2, 1, 2) " " part[3]
    requests[key]++
    if ($9 == "403") refused[key]++
  }
  END { for (key in requests) print key, requests[key], refused[key] + 0 }`;

function isInstalled(program: string): boolean {
  return spawnSync('which', [program]).status === 0;
}

/** What reads the files, inflates them and hands them on; the shell gets everything as arguments. */
function pipeFiles(
  folder: string,
  command: string,
  arguments_: readonly string[] = [],
): MeasuredRival {
  const script = `find "$1" -name '*.gz' -print0 | sort -z | xargs -0 zcat | ${command}`;
  const started = performance.now();
  const { stdout, stderr, status } = spawnSync('sh', ['-c', script, 'sh', folder, ...arguments_], {
    encoding: 'utf8',
    maxBuffer: 1024 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`${command} failed: ${stderr.trim().slice(-500)}`);
  return { seconds: (performance.now() - started) / 1_000, output: stdout };
}

/** `zcat | awk` over gzip files of v1. */
export function runAwk(folder: string): MeasuredRival {
  return pipeFiles(folder, `awk -F '\\t' "$2"`, [FAILURES_BY_TENANT]);
}

/** `zcat | goaccess` over the same files, its one report; undefined where it is not installed. */
export function runGoaccess(folder: string): MeasuredRival | undefined {
  if (!isInstalled('goaccess')) return undefined;
  return pipeFiles(folder, 'goaccess - --log-format=CLOUDFRONT --no-progress -o json');
}
