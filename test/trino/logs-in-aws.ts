import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { App } from 'cdktf';
import { listQueries } from '#analytics/catalog';
import { EVIDENCE_FIELDS, TRAFFIC_FIELDS } from '#analytics/fields';
import type { GeneratedRequest } from '#analytics/generator/generate';
import {
  encodeTextLog,
  type LogRecord,
  ParquetLogWriter,
} from '#analytics/records/encode-log-file';
import { clientSettings } from '#aws/clients';
import { deploymentParameterName } from '#configuration/deployment-record';
import type { Environment } from '#configuration/environment';
import { loadEnvironment } from '#configuration/load-environment';
import { requireTerraform } from '#local/emulator/terraform';
import { projectRoot, readTools } from '#local/emulator/tools';
import { LOG_BUCKETS, LOG_PREFIXES, workspaceNames } from '#modules/logs/log-places';
import { AnalyticsStack } from '#modules/stacks/analytics-stack';
import { copyProviderLock } from '#modules/synthesis/provider-lock';
import { bucketName } from '#modules/synthesis/resource-names';
import { byHour, grantLines } from './compared-logs';

const NAME = 'compared';
const DISTRIBUTION_ID = 'EDFDVBD6EXAMPLE';
const OWNER = { environmentName: NAME, accountId: '000000000000', region: 'eu-central-1' } as const;

const ANALYSTS = workspaceNames(NAME, 'analysts');
const EVIDENCE_READERS = workspaceNames(NAME, 'evidence-readers');

/** Glue database and Athena workgroup of those who see evidence too. */
export const { database: DATABASE, workgroup: WORKGROUP } = EVIDENCE_READERS;
/** Glue database of those who do not. */
export const TRAFFIC_DATABASE = ANALYSTS.database;
export const REGION = OWNER.region;
export const LOG_BUCKET = bucketName(OWNER, LOG_BUCKETS.logs);
const EVIDENCE_BUCKET = bucketName(OWNER, LOG_BUCKETS.evidence);
/** Where an hour of traffic lies in the log bucket. */
export const TRAFFIC_FOLDER = `${LOG_PREFIXES.traffic}${DISTRIBUTION_ID}`;

const DAY_MILLISECONDS = 86_400_000;

type Variables = Readonly<Record<string, string>>;

function recordsOf(requests: readonly GeneratedRequest[]): LogRecord[] {
  return requests.map(({ fields }) => fields);
}

/** Uploads what the deliveries and the session function would. */
async function uploadLogs(s3: S3Client, requests: readonly GeneratedRequest[]): Promise<void> {
  const put = async (Bucket: string, Key: string, Body: Buffer): Promise<void> => {
    await s3.send(new PutObjectCommand({ Bucket, Key, Body }));
  };
  for (const Bucket of [LOG_BUCKET, EVIDENCE_BUCKET])
    await s3.send(new CreateBucketCommand({ Bucket }));
  const folder = mkdtempSync(path.join(os.tmpdir(), 'edgepass-parquet-'));
  const file = path.join(folder, 'hour.parquet');
  const writer = await ParquetLogWriter.create();
  for (const [hour, inHour] of byHour(requests)) {
    await writer.write(file, TRAFFIC_FIELDS, recordsOf(inHour));
    await put(LOG_BUCKET, `${TRAFFIC_FOLDER}/${hour}/lines.parquet`, readFileSync(file));
    const evidence = encodeTextLog('v2-json', EVIDENCE_FIELDS, recordsOf(inHour));
    const evidenceKey = `${LOG_PREFIXES.evidence}${DISTRIBUTION_ID}/${hour}/lines.gz`;
    await put(EVIDENCE_BUCKET, evidenceKey, evidence);
    const grants = gzipSync(grantLines(inHour));
    await put(LOG_BUCKET, `${LOG_PREFIXES.issuedGrants}${hour}/records.gz`, grants);
  }
  writer.close();
  rmSync(folder, { recursive: true });
}

/** The logs of tests are of one day and become older: they are kept until today. */
function daysUntilToday(requests: readonly GeneratedRequest[]): number {
  const [{ fields } = { fields: {} as Record<string, string> }] = requests;
  return Math.ceil((Date.now() - Date.parse(fields['date'] ?? '')) / DAY_MILLISECONDS) + 1;
}

/**
 * An environment with evidence: not what the pinned provider may deliver, but what tables are made
 * for.
 */
function comparedEnvironment(retentionDays: number): Environment {
  const { environment } = loadEnvironment({ selection: 'local', projectFolder: projectRoot() });
  return {
    ...environment,
    name: NAME,
    logs: {
      ...environment.logs,
      bucketRetentionDays: retentionDays,
      evidence: { confirmNoParentDomainCookies: true, retentionDays, accessLog: true },
    },
  };
}

/**
 * Applies the analytics stack with real Terraform beside a deployment record that names the
 * distribution.
 */
async function applyAnalytics(
  folder: string,
  environment: Variables,
  retentionDays: number,
): Promise<void> {
  await new SSMClient(clientSettings(environment, 'SSM')).send(
    new PutParameterCommand({
      Name: deploymentParameterName(NAME),
      Type: 'String',
      Value: JSON.stringify({ distribution: { id: DISTRIBUTION_ID } }),
    }),
  );
  const root = projectRoot();
  const app = new App({ outdir: path.join(folder, 'cdktf.out') });
  const stack = new AnalyticsStack(app, `${NAME}-analytics`, {
    environment: comparedEnvironment(retentionDays),
    stateFolder: path.join(folder, 'state'),
    queries: listQueries(),
  });
  app.synth();
  copyProviderLock(app, path.join(root, 'environments', 'terraform.lock.hcl'));
  const run = {
    tools: readTools(root),
    folder: path.join(folder, 'cdktf.out', 'stacks', stack.node.id),
    environment,
  };
  await requireTerraform(['init'], run);
  await requireTerraform(['apply', '-auto-approve', '-parallelism=8'], run);
}

/**
 * Puts requests into the S3 of an emulator, and Glue tables, workgroups and statements over them.
 */
export async function fillAws(
  folder: string,
  environment: Variables,
  requests: readonly GeneratedRequest[],
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const s3 = new S3Client({ ...clientSettings(environment, 'S3'), forcePathStyle: true });
  await uploadLogs(s3, requests);
  await applyAnalytics(folder, environment, daysUntilToday(requests));
}
