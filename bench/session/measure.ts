/** The cost of a number of requests. */
export interface Measured {
  readonly requests: number;
  readonly requestsPerSecond: number;
  readonly cpuMillisecondsPerRequest: number;
}

/** Addresses of the stand-ins for AWS and the identity provider, as their process printed them. */
export interface StandIns {
  readonly origin: string;
  readonly tokenIssuer: string;
  readonly kmsKeyId: string;
  readonly signingPem: string;
}

/** Reads the addresses of the stand-ins from the environment variables. */
export function readStandIns(): StandIns {
  return JSON.parse(process.env['BENCH_STAND_INS'] ?? '{}') as StandIns;
}

/** Fetches access tokens for this number of people. */
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

/** Sends one request after the other, after a warm-up, and prints the cost. */
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
