// Records which AWS calls Terraform makes when it applies, changes and destroys the largest
// environment, and writes them to recorded-calls.json. `npm run generate` makes the deployer's
// policy from that file.
import { appendFileSync, cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import { builtFunctionsFolder } from '#configuration/package-folder';
import { requireTerraform, type TerraformRun } from '#local/emulator/terraform';
import { projectRoot } from '#local/emulator/tools';
import { ExampleCloud, SLOW_TYPE, UNSUPPORTED_TYPE, withoutTypes } from '../scan/example-cloud';
import { largestEnvironment, synthesiseForAws } from '../scan/largest-environment';
import { findCalls, groupCalls, type Phase, RECORDED_CALLS_FILE } from './recorded-calls';

type Call = readonly [Phase, string, string];

type Command = 'apply' | 'destroy';

/** Errors of MiniStack when a CloudFront function is published or deleted after an update. */
const STALE_FUNCTION = /InvalidIfMatchVersion|CloudFront: DeleteFunction.*PreconditionFailed/;
const READERS = { principals: ['arn:aws:iam::000000000000:role/another-reader'] };
const CONFIRMED = { confirmNoParentDomainCookies: true };

/** Values that differ from the largest environment, so that as much as possible is updated. */
const OTHER_VALUES = {
  appOrigins: ['https://app.example.com', 'https://www.example.com'],
  signingKeys: {
    a: { state: 'active', custody: 'kms' },
    b: { state: 'retiring', custody: 'kms', keySpec: 'ECC_NIST_P256' },
  },
  edge: { priceClass: 'PriceClass_200', ipv6: false, originSecretSlot: 'b' },
  functions: { session: { reservedConcurrency: 20 } },
  publicPrefix: false,
  webAcl: { requestsPerFiveMinutes: 500, logs: { requests: 'blocked', retentionDays: 60 } },
  alarms: { emails: ['other@example.com'], refusalRatePercent: 50, rateRequestsMin: 1_000 },
  logs: {
    functionRetentionDays: 30,
    issuedGrantRetentionDays: 30,
    bucketRetentionDays: 30,
    queryScanLimitMegabytes: 100,
    evidence: { ...CONFIRMED, retentionDays: 3 },
    v1: { ...CONFIRMED, includeCookies: true, retentionDays: 3 },
    // A destroy switches versions off before the lock, which MiniStack refuses.
    objectLock: false,
    refusalMetric: true,
    analysts: READERS,
    evidenceReaders: READERS,
  },
  tags: { application: 'edgepass', environment: 'example', owner: 'somebody-else' },
};

/**
 * Runs a Terraform command and returns the calls that it made. If MiniStack answered the provider
 * with an outdated version of a function, the command is repeated, which reads the new version. The
 * log contains secrets and is deleted.
 */
async function record(phase: Phase, command: Command, run: TerraformRun): Promise<Call[]> {
  const log = path.join(run.folder, 'calls.log');
  const logged = { ...run, environment: { ...run.environment, TF_LOG: 'JSON', TF_LOG_PATH: log } };
  const arguments_ = [command, '-auto-approve', '-parallelism=20'];
  // MiniStack forgets the statistic of an alarm, so the provider cannot read alarms again.
  const first = phase === 'apply' ? arguments_ : [...arguments_, '-refresh=false'];
  try {
    await requireTerraform(first, logged).catch(async (error: unknown) => {
      if (!STALE_FUNCTION.test(String(error))) throw error;
      await requireTerraform(command === 'destroy' ? arguments_ : first, logged);
    });
    return findCalls(readFileSync(log, 'utf8')).map((call) => [phase, ...call]);
  } finally {
    rmSync(log, { force: true });
  }
}

/** A copy of the functions with other code. */
function changeFunctions(folder: string): string {
  const functionsFolder = path.join(folder, 'functions');
  cpSync(builtFunctionsFolder(), functionsFolder, { recursive: true });
  for (const file of ['session/index.js', 'viewer-guard/viewer-guard.js']) {
    appendFileSync(path.join(functionsFolder, file), '// another version\n');
  }
  return functionsFolder;
}

async function recordLife(root: string, folder: string, cloud: ExampleCloud): Promise<Call[]> {
  const hostedZoneId = await cloud.createHostedZone('example.com');
  const fixed = {
    retention: 'delete',
    contentHost: { name: 'media.example.com', hostedZoneId },
  };
  const outFolder = path.join(folder, 'cdktf.out');
  const calls: Call[] = [];
  const first = largestEnvironment(root, fixed);
  const runs = cloud.runs(synthesiseForAws(first, { root, outFolder }));
  for (const [index, run] of runs.entries()) {
    await cloud.initialise(run);
    const apply = (): Promise<Call[]> => record('apply', 'apply', run);
    // One stack is enough to record what its slow type calls.
    const types = index === 0 ? [UNSUPPORTED_TYPE] : [SLOW_TYPE, UNSUPPORTED_TYPE];
    calls.push(...(await withoutTypes(run, types, apply)));
  }
  const changed = largestEnvironment(root, { ...fixed, ...OTHER_VALUES });
  const functionsFolder = changeFunctions(folder);
  cloud.runs(synthesiseForAws(changed, { root, outFolder, functionsFolder }));
  for (const run of runs) {
    calls.push(
      ...(await withoutTypes(run, [SLOW_TYPE, UNSUPPORTED_TYPE], () =>
        record('update', 'apply', run),
      )),
    );
  }
  for (const run of runs.toReversed()) {
    calls.push(...(await record('destroy', 'destroy', run)));
  }
  return calls;
}

async function main(): Promise<void> {
  const root = projectRoot();
  const folder = path.join(root, '.edgepass', 'rights');
  const cloud = await ExampleCloud.start(root, folder);
  try {
    const calls = groupCalls(await recordLife(root, folder, cloud));
    const file = path.join(root, RECORDED_CALLS_FILE);
    const options = { ...(await resolveConfig(file)), filepath: file };
    writeFileSync(file, await format(JSON.stringify(calls), options));
    const operations = Object.values(calls).flatMap((one) => Object.keys(one)).length;
    process.stdout.write(`${operations} operations recorded: ${RECORDED_CALLS_FILE}\n`);
  } finally {
    await cloud.stop();
  }
}

void main();
