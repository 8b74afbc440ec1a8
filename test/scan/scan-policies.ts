import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import { requireTerraform, type TerraformRun } from '#local/emulator/terraform';
import { acceptedFindings } from '#modules/synthesis/accepted-findings';
import { runCheckov } from './checkov';
import {
  ExampleCloud,
  planAsJson,
  SLOW_TYPE,
  UNSUPPORTED_TYPE,
  withoutTypes,
} from './example-cloud';
import { type Finding, joinFindings, type MatchedFindings, matchFindings } from './findings';
import { renderFindingsPage } from './findings-page';
import { largestEnvironment, synthesiseForAws } from './largest-environment';
import { failed, notRun, type Outcome, passed } from './outcome';
import { PLANTED_CHECK, plantOpenBucket } from './planted-bucket';
import { findScanner } from './scanners';

const PAGE = 'docs/security-findings.md';
const CONTENT_HOST = 'media.example.com';

interface ScanSettings {
  readonly root: string;
  readonly folder: string;
  readonly python: string;
}

/** Scans a stack as it is planned at first, applies it, and scans it with all values known. */
async function scanStack(
  cloud: ExampleCloud,
  run: TerraformRun,
  { folder, python }: ScanSettings,
): Promise<Finding[]> {
  const stack = path.basename(run.folder);
  await cloud.initialise(run);
  const first = await planAsJson(run);
  await withoutTypes(run, [SLOW_TYPE, UNSUPPORTED_TYPE], () =>
    requireTerraform(['apply', '-auto-approve', '-parallelism=20'], run),
  );
  const scans = [
    runCheckov(python, { folder, name: `${stack}-first`, json: first }),
    runCheckov(python, { folder, name: `${stack}-applied`, json: await planAsJson(run) }),
  ];
  if (stack.endsWith('-delivery')) requirePlantedFinding(first, { folder, python, stack });
  return joinFindings(scans);
}

/** Takes the access block from a bucket and expects the scanner to see it. */
function requirePlantedFinding(
  plan: string,
  { folder, python, stack }: { folder: string; python: string; stack: string },
): void {
  const { json, address } = plantOpenBucket(plan);
  const found = runCheckov(python, { folder, name: `${stack}-planted`, json });
  if (found.some((one) => one.check === PLANTED_CHECK && one.address === address)) return;
  throw new Error(`${address} was planned without an access block, and checkov did not see it`);
}

async function scanEnvironment(settings: ScanSettings): Promise<MatchedFindings> {
  const { root, folder } = settings;
  const cloud = await ExampleCloud.start(root, folder);
  try {
    const hostedZoneId = await cloud.createHostedZone('example.com');
    const environment = largestEnvironment(root, {
      contentHost: { name: CONTENT_HOST, hostedZoneId },
    });
    const synthesised = synthesiseForAws(environment, {
      root,
      outFolder: path.join(folder, 'cdktf.out'),
    });
    const findings: Finding[] = [];
    for (const run of cloud.runs(synthesised)) {
      findings.push(...(await scanStack(cloud, run, settings)));
    }
    return matchFindings(findings, synthesised.stacks.flatMap(acceptedFindings));
  } finally {
    await cloud.stop();
  }
}

function complaintsAbout({ unexplained, pointless }: MatchedFindings): string[] {
  return [
    ...unexplained.map(
      ({ check, title, address }) =>
        `${address}: ${check} (${title}): fix it, or explain it with acceptFindings where the resource is made`,
    ),
    ...pointless.map(
      ({ check, path: place }) => `${place}: ${check} is explained but not found: remove it`,
    ),
  ];
}

/**
 * Scans the largest environment with checkov. With `write`, the page is written; otherwise a page
 * that is not current is a failure.
 */
export async function scanPolicies(root: string, write: boolean): Promise<Outcome> {
  const scanner = findScanner('checkov');
  if ('missing' in scanner) return notRun(scanner.missing);
  const folder = path.join(root, '.edgepass', 'scan');
  const matched = await scanEnvironment({ root, folder, ...scanner });
  const complaints = complaintsAbout(matched);
  if (complaints.length > 0) return failed(complaints);
  const file = path.join(root, PAGE);
  const page = await format(renderFindingsPage(matched.explained), {
    ...(await resolveConfig(file)),
    filepath: file,
  });
  const isCurrent = existsSync(file) && readFileSync(file, 'utf8') === page;
  if (!isCurrent && !write) return failed([`${PAGE} is not current: run with --write`]);
  if (!isCurrent) writeFileSync(file, page);
  return passed(`${matched.explained.length} findings, each explained (${PAGE})`);
}
