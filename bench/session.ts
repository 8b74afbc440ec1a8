import { runProgram, startProgram } from './program';
import type { Measured } from './session/measure';
import type { Row } from './table';

const REQUESTS = 1_500;

function row(what: string, ours: Measured, plain: Measured): Row {
  const show = (measured: Measured): string =>
    `${measured.requestsPerSecond.toFixed(0)} requests/s, ${measured.cpuMillisecondsPerRequest.toFixed(2)} ms CPU`;
  const faster = ours.requestsPerSecond / plain.requestsPerSecond;
  const cheaper = plain.cpuMillisecondsPerRequest / ours.cpuMillisecondsPerRequest;
  return {
    what,
    ours: show(ours),
    peer: `plain: ${show(plain)}`,
    ratio: `${faster.toFixed(2)}x rate, CPU / ${cheaper.toFixed(2)}`,
  };
}

/**
 * Measures issuing sessions: the deployed bundle, compared with jose without a cache and the AWS
 * SDK's signer with a PEM key.
 */
export async function measureSessions(): Promise<Row[]> {
  const { line, child } = await startProgram('bench/session/stand-ins.ts');
  const environment = { BENCH_STAND_INS: line };
  try {
    const run = (file: string, ...arguments_: string[]): Measured =>
      runProgram(file, arguments_, environment) as Measured;
    const plain = run('bench/session/plain.ts', String(REQUESTS));
    const reuse = run('bench/session/ours.ts', 'reuse', String(REQUESTS));
    const fresh = run('bench/session/ours.ts', 'fresh', String(REQUESTS));
    return [
      row('session, warm, the same person', reuse, plain),
      row('session, another person each time (KMS, log)', fresh, plain),
    ];
  } finally {
    child.kill();
  }
}
