import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { runToSuccess } from '../support/install-packages';
import type { Finding } from './findings';

interface CheckovRecord {
  readonly check_id: string;
  readonly check_name: string;
  readonly resource: string;
}

interface CheckovReport {
  readonly summary?: { readonly parsing_errors: number; readonly resource_count: number };
  readonly results?: {
    readonly failed_checks: readonly CheckovRecord[];
    readonly passed_checks: readonly CheckovRecord[];
  };
}

/**
 * Reads what checkov printed.
 *
 * @throws Error when it looked at nothing: a scan of nothing finds nothing
 */
export function readCheckovReport(text: string): Finding[] {
  const { summary, results } = JSON.parse(text) as CheckovReport;
  if (
    summary === undefined ||
    results === undefined ||
    summary.parsing_errors > 0 ||
    summary.resource_count === 0 ||
    results.passed_checks.length === 0
  ) {
    throw new Error(`checkov could not read the plan: ${JSON.stringify(summary ?? text)}`);
  }
  return results.failed_checks.map(({ check_id: check, check_name: title, resource: address }) => ({
    check,
    title,
    address,
  }));
}

/** Runs checkov over a plan in the form of `terraform show -json`. It runs without a network. */
export function runCheckov(
  python: string,
  plan: { readonly folder: string; readonly name: string; readonly json: string },
): Finding[] {
  const file = path.join(plan.folder, `${plan.name}.json`);
  writeFileSync(file, plan.json);
  const options = ['--framework', 'terraform_plan', '--skip-download', '--compact'];
  const output = runToSuccess({
    command: [python, '-m', 'checkov.main', '-f', file, ...options, '--soft-fail', '-o', 'json'],
    folder: plan.folder,
  });
  return readCheckovReport(output);
}
