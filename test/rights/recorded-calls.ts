import { readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '#local/emulator/tools';

/** What was done while calls were recorded. */
export type Phase = 'apply' | 'update' | 'destroy';

/**
 * Operations by service, each with the phases in which Terraform called it. Names are those of the
 * AWS SDKs.
 */
export type RecordedCalls = Readonly<Record<string, Readonly<Record<string, readonly Phase[]>>>>;

/** Path of the recorded calls in the repository. */
export const RECORDED_CALLS_FILE = 'test/rights/recorded-calls.json';

/** Reads the recorded calls. */
export function readRecordedCalls(): RecordedCalls {
  const file = path.join(projectRoot(), RECORDED_CALLS_FILE);
  return JSON.parse(readFileSync(file, 'utf8')) as RecordedCalls;
}

/**
 * Finds the calls in a log that Terraform wrote with `TF_LOG=JSON`. The provider logs service and
 * operation of each call. A line with a large body may be no JSON, so the text is searched.
 *
 * @returns pairs of service and operation
 */
export function findCalls(log: string): [service: string, operation: string][] {
  const found = new Map<string, [string, string]>();
  const pattern = /"rpc\.method":"([A-Za-z0-9]+)","rpc\.service":"([A-Za-z0-9 ]+)"/g;
  for (const [text, operation = '', service = ''] of log.matchAll(pattern)) {
    found.set(text, [service, operation]);
  }
  return [...found.values()];
}

/** Sorts by service and operation, so that the file depends only on what was called. */
export function groupCalls(
  calls: readonly (readonly [phase: Phase, service: string, operation: string])[],
): RecordedCalls {
  const sorted: Record<string, Record<string, Phase[]>> = {};
  const keys = calls.map(([phase, service, operation]) => ({ phase, service, operation }));
  const order = ['apply', 'update', 'destroy'];
  keys.sort(
    (a, b) =>
      a.service.localeCompare(b.service, 'en') ||
      a.operation.localeCompare(b.operation, 'en') ||
      order.indexOf(a.phase) - order.indexOf(b.phase),
  );
  for (const { phase, service, operation } of keys) {
    const phases = ((sorted[service] ??= {})[operation] ??= []);
    if (!phases.includes(phase)) phases.push(phase);
  }
  return sorted;
}
