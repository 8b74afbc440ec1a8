import { spawnSync } from 'node:child_process';

/** The cost of another program over the same files. */
export interface MeasuredRival {
  readonly seconds: number;
  readonly output: string;
}

/**
 * Counts requests and refusals by hour and tenant. This is the closest that awk can come to
 * `failure-rate-by-tenant`.
 */
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

/**
 * Builds a shell pipeline that reads and decompresses the files and passes them to a program. All
 * values are passed to the shell as arguments.
 */
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

/**
 * Measures `zcat
 *
 * awk` over the gzip files of v1 logs.
 */
export function runAwk(folder: string): MeasuredRival {
  return pipeFiles(folder, `awk -F '\\t' "$2"`, [FAILURES_BY_TENANT]);
}

/**
 * Measures `zcat
 *
 * goaccess` with its standard report over the same files. Returns undefined if goaccess is not
 * installed.
 */
export function runGoaccess(folder: string): MeasuredRival | undefined {
  if (!isInstalled('goaccess')) return undefined;
  return pipeFiles(folder, 'goaccess - --log-format=CLOUDFRONT --no-progress -o json');
}
