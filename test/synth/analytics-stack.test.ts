import { COMMON_PARAMETERS, listQueries, type QueryDescription } from '#analytics/catalog';
import { ISSUED_GRANT_FIELDS, TRAFFIC_FIELDS, V1_FIELDS } from '#analytics/fields';
import { prepareStatement, renderConsoleText } from '#analytics/render-query';
import { evaluateResourcePolicy } from '#aws/resource-policy';
import { deploymentParameterName } from '#configuration/deployment-record';
import type { Environment } from '#configuration/environment';
import { plainText } from '#modules/analytics/query-workgroup';
import { bucketName } from '#modules/synthesis/resource-names';
import {
  type Block,
  changedEnvironment,
  environmentOf,
  statementsOf,
  synthesiseAnalytics,
  type Synthesised,
  synthesiseDelivery,
} from './synthesised';

const QUERY: QueryDescription = {
  name: 'two-words',
  requiredFields: [],
  question: 'What is asked?',
  purpose: 'To be a query.',
  parameters: COMMON_PARAMETERS,
  ownParameters: [],
  columns: ['x'],
  columnMeanings: {},
  cost: 'low',
  needs: 'traffic',
  sql: "select regexp_like(path, '[$]{2}|${x}|%{y}') as x from requests",
};
const EVIDENCE_DAYS = 5;
const EVIDENCE = { confirmNoParentDomainCookies: true, retentionDays: EVIDENCE_DAYS };

const withLogs = (logs: Record<string, unknown>): Environment =>
  changedEnvironment('example', (document) => {
    document['logs'] = logs;
  });

const example = synthesiseAnalytics(environmentOf('example'), [QUERY]);
const evident = synthesiseAnalytics(
  withLogs({
    queryScanLimitMegabytes: 11,
    evidence: EVIDENCE,
    v1: { includeCookies: true, confirmNoParentDomainCookies: true },
  }),
  [QUERY],
);

/** As Terraform would fill the stack's references in. */
function filled(text: unknown): string {
  return String(text)
    .replaceAll(/\$\{data\.aws_caller_identity[^}]*\}/g, '123456789012')
    .replaceAll(/\$\{jsondecode\([^}]*\.distribution\.id\}/g, 'E1EXAMPLE')
    .replaceAll(/\$\{aws_s3_bucket\.results_[^}]*\.arn\}/g, 'arn:aws:s3:::results')
    .replaceAll(/\$\{aws_s3_bucket\.results_[^}]*\.id\}/g, 'results');
}

/** Names of the buckets that the delivery stack makes for the same environment. */
function deliveredBuckets(environment: Environment): string[] {
  return synthesiseDelivery(environment)
    .all('aws_s3_bucket')
    .map(({ bucket }) => filled(bucket));
}

const table = (synthesised: Synthesised, name: string, database = 'analysts'): Block => {
  const found = synthesised
    .all('aws_glue_catalog_table')
    .filter((one) => one['name'] === name)
    .filter((one) => String(one['database_name']).includes(`.${database}_catalog`));
  if (found.length !== 1) throw new Error(`expected one ${name}, got ${found.length}`);
  return found[0] ?? {};
};
const columnsOf = (block: Block): string[] =>
  (block['storage_descriptor'] as { columns: { name: string; type: string }[] }).columns.map(
    ({ name, type }) => `${name} ${type}`,
  );
const serdeOf = (block: Block): { serialization_library: string; parameters: Block } =>
  (
    block['storage_descriptor'] as {
      ser_de_info: { serialization_library: string; parameters: Block };
    }
  ).ser_de_info;
const parametersOf = (block: Block): Readonly<Record<string, string>> =>
  block['parameters'] as Readonly<Record<string, string>>;
const texts = (names: readonly { column: string }[]): string[] =>
  names.map(({ column }) => `${column} string`);

describe('analytics stack', () => {
  test('snapshot of example, with one query', () => {
    const isText = (key: string): boolean => ['query', 'query_statement'].includes(key);
    // Texts of queries have tests of their own, and change more often than infrastructure.
    const withoutTexts: unknown = JSON.parse(example.text, (key, value: unknown) =>
      isText(key) ? '<text>' : value,
    );
    expect(withoutTexts).toMatchSnapshot();
  });

  test('it knows the delivery stack by names and by its record, never by its state', () => {
    const data = example.json.data ?? {};
    expect(Object.keys(data).sort()).toEqual(['aws_caller_identity', 'aws_ssm_parameter']);
    expect(Object.values(data['aws_ssm_parameter'] ?? {})).toEqual([
      expect.objectContaining({ name: deploymentParameterName('example') }),
    ]);
    // The value as a secret would hide every table from the plan.
    expect(example.text).not.toMatch(/delivered_deployment_\w+\.value/);
  });

  test('no resource names a region', () => {
    for (const blocks of Object.values(example.json.resource)) {
      for (const block of Object.values(blocks)) expect(block).not.toHaveProperty('region');
    }
  });
});

describe('tables', () => {
  const tables = ['log_lines', 'evidence_lines', 'issued_grants'].map((name) => [name] as const);

  test.each(tables)('%s: every hour of every day, by one key', (name) => {
    const block = table(example, name);
    expect(block['partition_keys']).toEqual([
      expect.objectContaining({ name: 'dt', type: 'string' }),
    ]);
    expect(parametersOf(block)).toMatchObject({
      EXTERNAL: 'TRUE',
      'projection.enabled': 'true',
      'projection.dt.type': 'date',
      'projection.dt.format': 'yyyy/MM/dd/HH',
      'projection.dt.interval': '1',
      'projection.dt.interval.unit': 'HOURS',
    });
    // Not the range of hours of a day, which AWS's own example gives as 01,12: whole hours, as long
    // as objects are kept. S3 deletes them up to a day later, and logs can be a day late.
    const { bucketRetentionDays } = environmentOf('example').logs;
    expect(parametersOf(block)['projection.dt.range']).toBe(
      `NOW-${bucketRetentionDays + 2}DAYS,NOW`,
    );
  });

  test.each(tables)('%s: Terraform leaves the hour to Athena', (name) => {
    const template = parametersOf(table(example, name))['storage.location.template'] ?? '';
    expect(template).toMatch(/\/\$\$\{dt\}\/$/);
    expect(template).not.toMatch(/(?<!\$)\$\{dt\}/);
  });

  test('they lie where the delivery stack has its logs delivered', () => {
    const locations = tables.map(([name]) =>
      filled((table(example, name)['storage_descriptor'] as Block)['location']),
    );
    const [logs] = deliveredBuckets(environmentOf('example')).filter((name) =>
      name.startsWith('edgepass-example-logs-'),
    );
    expect(locations).toEqual([
      `s3://${logs}/traffic/E1EXAMPLE/`,
      `s3://${logs}/no-evidence/`,
      `s3://${logs}/issued-grants/`,
    ]);
  });

  test('columns are those of the field table, all text, so that a `-` breaks no scan', () => {
    expect(columnsOf(table(example, 'log_lines'))).toEqual(texts(TRAFFIC_FIELDS));
    expect(columnsOf(table(example, 'issued_grants'))).toEqual(texts(ISSUED_GRANT_FIELDS));
    expect(columnsOf(table(example, 'evidence_lines')).sort()).toEqual([
      'cs_cookie string',
      'cs_uri_query string',
      'x_edge_request_id string',
    ]);
  });

  test('L-05: no cookie and no query string where analysts look', () => {
    const columns = columnsOf(table(example, 'log_lines')).join();
    expect(columns).not.toMatch(/cookie|query/);
  });

  test('JSON keys map to columns letter by letter', () => {
    expect(serdeOf(table(example, 'issued_grants'))).toMatchObject({
      serialization_library: 'org.openx.data.jsonserde.JsonSerDe',
      parameters: {
        'case.insensitive': 'false',
        'mapping.request_id': 'requestId',
        'mapping.key_pair_id': 'keyPairId',
      },
    });
    expect(serdeOf(table(example, 'evidence_lines')).parameters).toMatchObject({
      'mapping.cs_cookie': 'cs(Cookie)',
      'mapping.cs_uri_query': 'cs-uri-query',
      'mapping.x_edge_request_id': 'x-edge-request-id',
    });
  });

  test('v1: two header lines and tabs, in the order of a line, and not where analysts look', () => {
    const legacy = table(evident, 'v1_lines', 'evidence-readers');
    expect(columnsOf(legacy)).toEqual(texts(V1_FIELDS));
    expect(parametersOf(legacy)).toEqual({ EXTERNAL: 'TRUE', 'skip.header.line.count': '2' });
    expect(serdeOf(legacy).parameters).toEqual({
      'field.delim': '\t',
      'serialization.format': '\t',
    });
    expect(() => table(evident, 'v1_lines')).toThrow('got 0');
  });
});

describe('L-03: workgroups', () => {
  const configurationOf = (synthesised: Synthesised, name: string): Block =>
    synthesised.holding('aws_athena_workgroup', `"${name}"`)['configuration'] as Block;

  test('minimal: what it says holds, whatever a client asks for', () => {
    const workgroup = example.one('aws_athena_workgroup');
    expect(workgroup).toMatchObject({ name: 'edgepass-example-analysts' });
    expect(configurationOf(example, 'edgepass-example-analysts')).toMatchObject({
      enforce_workgroup_configuration: true,
      bytes_scanned_cutoff_per_query: 10_000_000_000,
      engine_version: { selected_engine_version: 'Athena engine version 3' },
      result_configuration: {
        output_location: expect.stringMatching(
          /^s3:\/\/\$\{.*\}\/edgepass-example-analysts\/$/,
        ) as string,
        encryption_configuration: { encryption_option: 'SSE_S3' },
      },
    });
  });

  test('L-03, maximum: the lowest limit that the provider takes; evidence readers keep their results to themselves', () => {
    const own = configurationOf(evident, 'edgepass-example-evidence-readers');
    expect(own['bytes_scanned_cutoff_per_query']).toBe(11_000_000);
    // Less is refused by the provider, but only once it knows the bucket of results: by the second
    // plan.
    expect(own['bytes_scanned_cutoff_per_query']).toBeGreaterThanOrEqual(10_485_760);
    expect(filled(JSON.stringify(own))).toContain(
      's3://results/edgepass-example-evidence-readers/',
    );
    expect(evident.all('aws_athena_workgroup')).toHaveLength(2);
  });

  test('results do not stay, and nothing of them stays behind', () => {
    expect(example.one('aws_s3_bucket_lifecycle_configuration')).toMatchObject({
      rule: [{ expiration: [{ days: 7 }] }],
    });
    expect(example.types()).not.toContain('aws_s3_bucket_versioning');
    expect(example.one('aws_s3_bucket')).toMatchObject({ force_destroy: true });
  });

  test('L-05: what evidence readers found is read by nobody else, whatever IAM lets them read', () => {
    const policy = filled(evident.one('aws_s3_bucket_policy')['policy']);
    const ask = (role: string, key: string) =>
      evaluateResourcePolicy(policy, {
        principal: { kind: 'aws', arn: `arn:aws:sts::123456789012:assumed-role/${role}/x` },
        action: 's3:GetObject',
        resource: `arn:aws:s3:::results/${key}`,
        context: {
          'aws:securetransport': 'true',
          'aws:principalarn': `arn:aws:iam::123456789012:role/${role}`,
        },
      });
    const found = 'edgepass-example-evidence-readers/x.csv';
    expect(ask('administrator', found)).toBe('explicit-deny');
    expect(ask('edgepass-example-analysts', found)).toBe('explicit-deny');
    // Their roles' own policies say the rest.
    expect(ask('edgepass-example-evidence-readers', found)).toBe('implicit-deny');
    expect(ask('edgepass-example-analysts', 'edgepass-example-analysts/x.csv')).toBe(
      'implicit-deny',
    );
  });

  test('names of buckets are short enough in the longest region', () => {
    const owner = {
      environmentName: 'x'.repeat(16),
      accountId: '1'.repeat(12),
      region: 'ap-southeast-1',
    };
    for (const part of ['logs', 'evidence', 'logs-v1', 'results']) {
      expect(bucketName(owner, part).length).toBeLessThanOrEqual(63);
    }
  });
});

describe('queries', () => {
  const queries = listQueries();
  const all = synthesiseAnalytics(environmentOf('example'), queries);

  test('each file is a named query and a prepared statement, and nothing else is', () => {
    const named = all.all('aws_athena_named_query').map(({ name }) => name);
    const prepared = all.all('aws_athena_prepared_statement').map(({ name }) => name);
    expect(named.sort()).toEqual(queries.map(({ name }) => name).sort());
    expect(prepared.sort()).toEqual(queries.map(({ name }) => name.replaceAll('-', '_')).sort());
    expect(queries.length).toBeGreaterThan(0);
  });

  test.each(queries.map((query) => [query.name, query] as const))(
    '%s reaches Athena as it is written',
    (name, query) => {
      const unescaped = (text: unknown): string => String(text).replaceAll(/([$%])\1\{/g, '$1{');
      const named = all.all('aws_athena_named_query').find((one) => one['name'] === name);
      expect(unescaped(named?.['query'])).toBe(renderConsoleText(query));
      const prepared = all.holding(
        'aws_athena_prepared_statement',
        `"name":"${name.replaceAll('-', '_')}"`,
      );
      expect(unescaped(prepared['query_statement'])).toBe(prepareStatement(query).sql);
      expect(String(prepared['query_statement']).length).toBeLessThan(262_144);
    },
  );

  test('L-02: what looks like a reference in SQL is not one of Terraform', () => {
    const statement = String(example.one('aws_athena_prepared_statement')['query_statement']);
    expect(statement).toContain('[$]{2}|$${x}|%%{y}');
    expect(plainText('$ { % $x {')).toBe('$ { % $x {');
  });

  test('a prepared statement says in which order its values go', () => {
    const { order } = prepareStatement(QUERY);
    const { description, name } = example.one('aws_athena_prepared_statement');
    expect(name).toBe('two_words');
    expect(description).toBe(`What is asked? Values in order: ${order.join(', ')}`);
  });
});

describe('L-03: who may read', () => {
  const ask = (
    role: string,
    question: { action: string; resource: string; context?: Readonly<Record<string, string>> },
  ): string => {
    const block = evident.holding('aws_iam_role_policy', `aws_iam_role.${role}_`);
    const statements = statementsOf(filled(block['policy']));
    // An identity policy names no principal: it is asked as if it named everybody.
    const Statement = statements.map((statement) => ({ ...statement, Principal: '*' }));
    return evaluateResourcePolicy(JSON.stringify({ Statement }), {
      principal: { kind: 'aws', arn: 'arn:aws:sts::123456789012:assumed-role/x/y' },
      context: {},
      ...question,
    });
  };
  const bucket = (part: string): string => {
    const found = deliveredBuckets(
      withLogs({
        evidence: EVIDENCE,
        v1: { includeCookies: true, confirmNoParentDomainCookies: true },
      }),
    ).find(
      (name) =>
        name.startsWith(`edgepass-example-${part}-`) &&
        (part === 'logs-v1' || !name.includes('-v1-')),
    );
    return `arn:aws:s3:::${found ?? 'none'}`;
  };
  const athena = 'arn:aws:athena:eu-central-1:123456789012';
  const glue = 'arn:aws:glue:eu-central-1:123456789012';
  const read = (part: string, key: string) => ({
    action: 's3:GetObject',
    resource: `${bucket(part)}/${key}`,
  });

  test.each([
    ['traffic', read('logs', 'traffic/E1/2026/11/23/00/x.parquet')],
    ['issued grants', read('logs', 'issued-grants/2026/11/23/00/x.gz')],
    [
      'its workgroup',
      {
        action: 'athena:StartQueryExecution',
        resource: `${athena}:workgroup/edgepass-example-analysts`,
      },
    ],
    [
      'its tables',
      { action: 'glue:GetTable', resource: `${glue}:table/edgepass_example_logs/log_lines` },
    ],
    [
      'its results',
      { action: 's3:GetObject', resource: 'arn:aws:s3:::results/edgepass-example-analysts/x' },
    ],
    [
      'the list of its folders',
      {
        action: 's3:ListBucket',
        resource: bucket('logs'),
        context: { 's3:prefix': 'traffic/E1/' },
      },
    ],
  ])('analysts: %s', (_what, question) => {
    expect(ask('analysts', question)).toBe('allow');
  });

  test.each([
    ['failed deliveries', read('logs', 'failed/issued-grants/x')],
    [
      'another workgroup',
      { action: 'athena:StartQueryExecution', resource: `${athena}:workgroup/primary` },
    ],
    [
      'the workgroup of evidence readers',
      {
        action: 'athena:GetQueryResults',
        resource: `${athena}:workgroup/edgepass-example-evidence-readers`,
      },
    ],
    [
      'a change of its workgroup',
      {
        action: 'athena:UpdateWorkGroup',
        resource: `${athena}:workgroup/edgepass-example-analysts`,
      },
    ],
    [
      'a statement of its own under a known name',
      {
        action: 'athena:CreatePreparedStatement',
        resource: `${athena}:workgroup/edgepass-example-analysts`,
      },
    ],
    [
      'tables of evidence',
      {
        action: 'glue:GetTable',
        resource: `${glue}:table/edgepass_example_evidence/evidence_lines`,
      },
    ],
    [
      'a change of a table',
      { action: 'glue:UpdateTable', resource: `${glue}:table/edgepass_example_logs/x` },
    ],
    [
      'results of evidence readers',
      {
        action: 's3:GetObject',
        resource: 'arn:aws:s3:::results/edgepass-example-evidence-readers/x',
      },
    ],
    ['logs to write', { action: 's3:PutObject', resource: `${bucket('logs')}/traffic/x` }],
    ['logs to delete', { action: 's3:DeleteObject', resource: `${bucket('logs')}/traffic/x` }],
    [
      'the list of everything',
      { action: 's3:ListBucket', resource: bucket('logs'), context: { 's3:prefix': '' } },
    ],
    ['a key', { action: 'kms:Decrypt', resource: 'arn:aws:kms:eu-central-1:123456789012:key/1' }],
  ])('analysts: not %s', (_what, question) => {
    expect(ask('analysts', question)).toBe('implicit-deny');
  });

  test.each([
    ['evidence', read('evidence', 'evidence/E1/2026/11/23/00/x.gz')],
    ['legacy logs', read('logs-v1', 'v1/E1.2026-11-23-00.x.gz')],
  ])(
    'L-05: %s is closed to analysts, whatever they are given later, and open to its readers',
    (_what, question) => {
      expect(ask('analysts', question)).toBe('explicit-deny');
      expect(ask('evidence-readers', question)).toBe('allow');
    },
  );

  test('L-05: evidence readers read the evidence that is delivered', () => {
    const location = (
      table(evident, 'evidence_lines', 'evidence-readers')['storage_descriptor'] as Block
    )['location'];
    expect(filled(location)).toBe(
      `${bucket('evidence').replace('arn:aws:s3:::', 's3://')}/evidence/E1EXAMPLE/`,
    );
    const empty = (table(evident, 'evidence_lines')['storage_descriptor'] as Block)['location'];
    expect(filled(empty)).toMatch(/\/no-evidence\/$/);
    const range = parametersOf(table(evident, 'evidence_lines', 'evidence-readers'));
    expect(range['projection.dt.range']).toBe(`NOW-${EVIDENCE_DAYS + 2}DAYS,NOW`);
  });

  test('without evidence there is one role', () => {
    expect(example.all('aws_iam_role').map(({ name }) => name)).toEqual([
      'edgepass-example-analysts',
    ]);
  });
});
