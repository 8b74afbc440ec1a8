// Runs the scans of `npm run scan`: all of them, or those that are named. `--write` writes the page
// of findings.
import { projectRoot } from '#local/emulator/tools';
import { failed, type Outcome } from './outcome';
import { scanBill, scanLicences, scanVulnerabilities } from './scan-packages';
import { scanPolicies } from './scan-policies';
import { scanRights } from './scan-rights';
import { scanTerraform, scanTerraformForAws } from './scan-terraform';

type Scan = (root: string, write: boolean) => Promise<Outcome> | Outcome;

const SCANS: Readonly<Record<string, Scan>> = {
  checkov: scanPolicies,
  rights: scanRights,
  tflint: scanTerraform,
  'tflint-aws': scanTerraformForAws,
  audit: scanVulnerabilities,
  licences: scanLicences,
  sbom: scanBill,
};

async function runScan(scan: Scan, write: boolean): Promise<Outcome> {
  try {
    return await scan(projectRoot(), write);
  } catch (error) {
    return failed([error instanceof Error ? error.message : String(error)]);
  }
}

async function main(arguments_: readonly string[]): Promise<void> {
  const write = arguments_.includes('--write');
  const named = arguments_.filter((name) => name !== '--write');
  const unknown = named.filter((name) => !(name in SCANS));
  if (unknown.length > 0) {
    process.stderr.write(
      `unknown scan ${unknown.join(', ')}; allowed: ${Object.keys(SCANS).join(', ')}, --write\n`,
    );
    process.exitCode = 2;
    return;
  }
  const counts = { passed: 0, failed: 0, 'not run': 0 };
  for (const [name, scan] of Object.entries(SCANS)) {
    if (named.length > 0 && !named.includes(name)) continue;
    const { result, lines } = await runScan(scan, write);
    counts[result] += 1;
    const label = result === 'passed' ? result : result.toUpperCase();
    for (const line of lines) process.stdout.write(`${name}: ${label}: ${line}\n`);
  }
  if (counts['not run'] > 0) process.stdout.write(`${counts['not run']} NOT RUN, see above\n`);
  process.stdout.write(`${counts.passed} passed, ${counts.failed} failed\n`);
  process.exitCode = counts.failed === 0 && counts.passed > 0 ? 0 : 1;
}

void main(process.argv.slice(2));
