/** What a number of requests cost. */
export interface Measured {
  readonly requests: number;
  readonly requestsPerSecond: number;
  readonly cpuMillisecondsPerRequest: number;
}

/** Where the stand-ins are, as their process printed it. */
export interface StandIns {
  readonly origin: string;
  readonly tokenIssuer: string;
  readonly kmsKeyId: string;
  readonly signingPem: string;
}

/** Reads the stand-ins from the environment of a measured program. */
export function readStandIns(): StandIns {
  return JSON.parse(process.env['BENCH_STAND_INS'] ?? '{}') as StandIns;
}

/** Access tokens for so many people. */
export async function fetchTokens(
  { origin }: StandIns,
  subjects: readonly string[],
): Promise<string[]> {
  const response = await fetch(origin, {
    method: 'POST',
    headers: { 'x-bench-target': 'tokens' },
    body: JSON.stringify({ subjects }),
  });
  return (await response.json()) as string[];
}

/** Runs one request after the other, after a warm-up, and prints what they cost. */
export async function measure(
  request: (at: number) => Promise<void>,
  requests: number,
): Promise<void> {
  for (let at = 0; at < Math.min(50, requests); at += 1) await request(at);
  const cpuBefore = process.cpuUsage();
  const started = performance.now();
  for (let at = 0; at < requests; at += 1) await request(at);
  const seconds = (performance.now() - started) / 1_000;
  const cpu = process.cpuUsage(cpuBefore);
  const result: Measured = {
    requests,
    requestsPerSecond: requests / seconds,
    cpuMillisecondsPerRequest: (cpu.user + cpu.system) / 1_000 / requests,
  };
  process.stdout.write(`${JSON.stringify(result)}\n`);
}
