import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import {
  AthenaClient,
  CreateWorkGroupCommand,
  GetNamedQueryCommand,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  ListWorkGroupsCommand,
  paginateListNamedQueries,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { listQueries, type QueryDescription } from '#analytics/catalog';
import { type AthenaStatistics, createAthenaEngine } from '#analytics/engines/athena';
import type { QueryEngine } from '#analytics/engines/engine';
import { renderQuery } from '#analytics/render-query';
import { clientSettings } from '#aws/clients';
import { emulatorEnvironment } from '#aws/endpoints';
import { type AthenaEndpoint, startAthenaEndpoint } from '#local/athena/server';
import type { Emulator } from '#local/emulator/emulator';
import { preparedStatementName } from '#modules/analytics/query-workgroup';
import { startOwnEmulator } from '../trino/compared-engines';
import {
  comparedRequests,
  comparedValues,
  openDuckDb,
  preparedValues,
} from '../trino/compared-logs';
import {
  DATABASE,
  fillAws,
  LOG_BUCKET,
  REGION,
  TRAFFIC_FOLDER,
  WORKGROUP,
} from '../trino/logs-in-aws';
import { differences } from '../trino/same-answer';

const NARROW_WORKGROUP = 'narrow-analysts';
const ONE_HOUR = "dt between '2026/11/22/05' and '2026/11/22/05'";

const requests = comparedRequests();
const folder = mkdtempSync(path.join(os.tmpdir(), 'edgepass-athena-test-'));
let emulator: Emulator | undefined;
let endpoint: AthenaEndpoint | undefined;
let duckdb: QueryEngine;
let client: AthenaClient;
let s3: S3Client;

function requireQuery(name: string): QueryDescription {
  const found = listQueries().find((query) => query.name === name);
  if (found === undefined) throw new Error(`no query ${name}`);
  return found;
}

function athena(
  changes: Partial<Parameters<typeof createAthenaEngine>[0]> = {},
): ReturnType<typeof createAthenaEngine> {
  return createAthenaEngine({ client, workgroup: WORKGROUP, database: DATABASE, ...changes });
}

beforeAll(async () => {
  emulator = await startOwnEmulator(path.join(folder, 'emulator'));
  const environment = emulatorEnvironment(process.env, { ...emulator, region: REGION });
  await fillAws(path.join(folder, 'stack'), environment, requests);
  s3 = new S3Client({ ...clientSettings(environment, 'S3'), forcePathStyle: true });
  endpoint = await startAthenaEndpoint({
    port: 0,
    environment,
    nowMilliseconds: () => Date.parse('2026-11-23T12:00:00Z'),
  });
  client = new AthenaClient(
    clientSettings({ ...environment, AWS_ENDPOINT_URL_ATHENA: endpoint.url }, 'ATHENA'),
  );
  await client.send(
    new CreateWorkGroupCommand({
      Name: NARROW_WORKGROUP,
      Configuration: {
        BytesScannedCutoffPerQuery: 10_000_000,
        EnforceWorkGroupConfiguration: true,
      },
    }),
  );
  duckdb = await openDuckDb(path.join(folder, 'logs'), requests);
});

afterAll(async () => {
  await (duckdb as QueryEngine | undefined)?.close();
  await endpoint?.stop();
  await emulator?.stop();
  rmSync(folder, { recursive: true, force: true });
});

it('every call but those that run statements is the emulator’s', async () => {
  const { WorkGroups = [] } = await client.send(new ListWorkGroupsCommand({}));
  expect(WorkGroups.map(({ Name }) => Name)).toContain(WORKGROUP);
});

it('the same rows through Athena as from DuckDB directly', async () => {
  const query = requireQuery('refusals');
  const sql = renderQuery(query, comparedValues(query));
  const answer = await athena().run(sql);
  expect(answer.rows.length).toBeGreaterThan(100);
  expect(differences(query.name, answer, await duckdb.run(sql))).toEqual([]);
});

it('reads every hour of a day, and only the hours that are asked for', async () => {
  const told: AthenaStatistics[] = [];
  const engine = athena({ onStatistics: (one) => told.push(one) });
  const count = 'select count(distinct dt), count(*) from log_lines where';
  await expect(
    engine.run(`${count} dt between '2026/11/22/00' and '2026/11/22/23'`),
  ).resolves.toMatchObject({ rows: [[24, requests.length]] });
  const { rows } = await engine.run(`${count} ${ONE_HOUR}`);
  expect(rows[0]?.[0]).toBe(1);
  const [day, hour] = told.map(({ bytesScanned }) => bytesScanned);
  expect(hour).toBeGreaterThan(0);
  expect(hour).toBeLessThan((day ?? 0) / 10);
});

it('pages an answer that is longer than a page', async () => {
  const { rows } = await athena().run(
    "select x_edge_request_id from log_lines where dt between '2026/11/22/00' and '2026/11/22/23' order by 1",
  );
  expect(rows).toHaveLength(requests.length);
  expect(rows.length).toBeGreaterThan(1_000);
});

describe('the statements that Terraform prepared answer as the queries do', () => {
  it.each(listQueries().map((query) => [query.name, query] as const))('%s', async (name, query) => {
    const using = `EXECUTE ${preparedStatementName(name)} USING ${preparedValues(query).join(', ')}`;
    const direct = await duckdb.run(renderQuery(query, comparedValues(query)));
    expect(differences(name, await athena().run(using), direct).slice(0, 10)).toEqual([]);
  });

  it('and those that it saved for the console run as they are', async () => {
    const pages = paginateListNamedQueries({ client }, { WorkGroup: WORKGROUP });
    const saved: string[] = [];
    for await (const { NamedQueryIds = [] } of pages) {
      for (const NamedQueryId of NamedQueryIds) {
        const { NamedQuery } = await client.send(new GetNamedQueryCommand({ NamedQueryId }));
        if (NamedQuery?.WorkGroup !== WORKGROUP) continue;
        const { columns } = await athena().run(NamedQuery.QueryString ?? '');
        expect(columns).toEqual(requireQuery(NamedQuery.Name ?? '').columns);
        saved.push(NamedQuery.Name ?? '');
      }
    }
    expect(new Set(saved)).toEqual(new Set(listQueries().map(({ name }) => name)));
  });
});

describe('a statement that does not succeed says what Athena would', () => {
  it.each([
    [
      'select * from nowhere',
      `failed: TABLE_NOT_FOUND: Table 'awsdatacatalog.${DATABASE}.nowhere'`,
    ],
    [
      "select nothing from log_lines where dt between '2026/11/22/05' and '2026/11/22/05'",
      "failed: COLUMN_NOT_FOUND: Column 'nothing' cannot be resolved",
    ],
    [`select no_function(1)`, "failed: FUNCTION_NOT_FOUND: Function 'no_function' not registered"],
    ['select 1 +', 'failed: SYNTAX_ERROR: '],
    ['drop table log_lines', "mismatched input 'drop'"],
    ['select 1; drop table log_lines', "mismatched input ';'"],
    [
      "execute missing using 'a'",
      `PreparedStatement missing was not found in workGroup ${WORKGROUP}`,
    ],
    [
      'execute refusals',
      'INVALID_PARAMETER_USAGE: Incorrect number of parameters: expected 4 but found 0',
    ],
    [
      "execute refusals using '2026/11/22/00'",
      'INVALID_PARAMETER_USAGE: Incorrect number of parameters: expected 4 but found 1',
    ],
    [
      "execute refusals using 'a', 'b', 3, 4, 5, 6",
      'INVALID_PARAMETER_USAGE: Incorrect number of parameters: expected 4 but found 6',
    ],
    ["execute refusals using 'a'); drop table log_lines; --", "mismatched input ';'"],
  ])('%s', async (sql, message) => {
    await expect(athena().run(sql)).rejects.toThrow(message);
  });

  it('in a workgroup that is missing', async () => {
    await expect(athena({ workgroup: 'nobody' }).run('select 1')).rejects.toThrow(
      'InvalidRequestException: WorkGroup nobody is not found.',
    );
  });

  it.each([
    "select * from read_csv('/etc/passwd')",
    "select * from read_text('/etc/hostname')",
    "select * from glob('/*')",
  ])('L-01: the text of a statement reaches no file of this machine: %s', async (sql) => {
    await expect(athena().run(sql)).rejects.toThrow('Permission Error');
  });

  it('L-05: that would read more than its workgroup allows is cancelled', async () => {
    const Key = `${TRAFFIC_FOLDER}/2026/11/21/05/large.parquet`;
    const Body = Buffer.alloc(10_000_001);
    await s3.send(new PutObjectCommand({ Bucket: LOG_BUCKET, Key, Body }));
    const narrow = athena({ workgroup: NARROW_WORKGROUP });
    const count = 'select count(*) from log_lines where dt between';
    const limited = narrow.run(`${count} '2026/11/21/05' and '2026/11/21/05'`);
    await expect(limited).rejects.toThrow('Athena: cancelled: Bytes scanned limit was exceeded');
    const wide = athena().run(`${count} '2026/11/21/05' and '2026/11/21/05'`);
    await expect(wide).rejects.toThrow('Athena: failed: HIVE_BAD_DATA: ');
    await s3.send(new DeleteObjectCommand({ Bucket: LOG_BUCKET, Key }));
    await expect(narrow.run(`${count} '2026/11/22/05' and '2026/11/22/05'`)).resolves.toBeDefined();
  });
});

it('a stopped statement stays stopped and has no answer', async () => {
  const started = await client.send(
    new StartQueryExecutionCommand({
      QueryString: 'select count(*) from log_lines',
      WorkGroup: WORKGROUP,
      QueryExecutionContext: { Database: DATABASE },
    }),
  );
  const id = { QueryExecutionId: started.QueryExecutionId };
  await client.send(new StopQueryExecutionCommand(id));
  const { QueryExecution } = await client.send(new GetQueryExecutionCommand(id));
  expect(QueryExecution?.Status).toMatchObject({
    State: 'CANCELLED',
    StateChangeReason: 'Query was cancelled by user',
  });
  await expect(client.send(new GetQueryResultsCommand(id))).rejects.toThrow(
    'Query did not finish successfully. Final query state: CANCELLED',
  );
});

describe('what the endpoint does not answer', () => {
  const status = (headers: Record<string, string>, body: string): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const request = http.request(endpoint?.url ?? '', { method: 'POST', headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      request.once('error', reject);
      request.end(body);
    });
  const target = { 'x-amz-target': 'AmazonAthena.GetQueryExecution' };

  it.each([
    ['a name that only resolves to this machine', 403, { ...target, host: 'attacker.example' }],
    ['a name that begins like loopback', 403, { ...target, host: '127.0.0.1.attacker.example' }],
    ['a form that a page may send anywhere', 400, {}],
    ['another service', 400, { 'x-amz-target': 'AWSGlue.GetTables' }],
  ])('%s', async (_title, expected, headers) => {
    await expect(status(headers, '{}')).resolves.toBe(expected);
  });

  it.each([
    ['no JSON', 400, '{'],
    ['a list', 400, '[]'],
    ['a statement that nobody started', 400, '{"QueryExecutionId":"x"}'],
    ['more than a statement can be', 413, ' '.repeat(1_100_000)],
  ])('%s', async (_title, expected, body) => {
    await expect(status(target, body)).resolves.toBe(expected);
  });
});
