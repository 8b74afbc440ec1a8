import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { FileTable } from '#modules/content/file-table';
import { OriginSecret } from '#modules/edge/origin-secret';
import { ViewerGuard } from '#modules/edge/viewer-guard';
import { FunctionArchive } from '#modules/functions/function-archive';
import { HttpApi } from '#modules/functions/http-api';
import {
  type Block,
  environmentOf,
  fixtureFunctions,
  statementsOf,
  synthesise,
  synthesiseDelivery,
} from './synthesised';

const example = synthesiseDelivery(environmentOf('example'));

describe('HTTP API', () => {
  const api = (props = {}) =>
    synthesise(
      (stack) =>
        new HttpApi(stack, 'api', {
          environmentName: 'test',
          logRetentionDays: 30,
          retention: 'keep',
          ...props,
        }),
    );

  test('minimal: one stage with a throttle and an access log', () => {
    expect(api().one('aws_apigatewayv2_stage')).toMatchObject({
      name: '$default',
      auto_deploy: true,
      default_route_settings: { throttling_rate_limit: 100, throttling_burst_limit: 200 },
    });
    expect(api().one('aws_cloudwatch_log_group')).toMatchObject({
      retention_in_days: 30,
      skip_destroy: true,
    });
  });

  test('maximum: another throttle; logs that go with the rest', () => {
    const synthesised = api({ requestsPerSecondMax: 7, retention: 'delete' });
    expect(synthesised.text).toContain('"throttling_rate_limit": 7');
    expect(synthesised.one('aws_cloudwatch_log_group')).not.toHaveProperty('skip_destroy');
  });

  test('C-36: the gateway has no CORS of its own, which would override the function', () => {
    expect(example.one('aws_apigatewayv2_api')).not.toHaveProperty('cors_configuration');
  });

  test('C-57: the access log holds no header, query, cookie or token', () => {
    const stage = example.one('aws_apigatewayv2_stage');
    const { format } = stage['access_log_settings'] as { format: string };
    expect(Object.keys(JSON.parse(format) as object).sort()).toEqual([
      'integrationError',
      'requestId',
      'responseLatency',
      'routeKey',
      'status',
      'time',
    ]);
  });

  test('two functions answer below /api/, called with payload 2.0 by this API alone', () => {
    const routes = example.all('aws_apigatewayv2_route').map((route) => route['route_key']);
    expect(routes.sort()).toEqual([
      'ANY /api/files',
      'ANY /api/files/{proxy+}',
      'ANY /api/{proxy+}',
    ]);
    const integrations = example.all('aws_apigatewayv2_integration');
    const wanted = { integration_type: 'AWS_PROXY', payload_format_version: '2.0' };
    expect(integrations).toMatchObject([wanted, wanted]);
    const callers = example.all('aws_lambda_permission').map((one) => String(one['source_arn']));
    const onlyThisApi = /^\$\{aws_apigatewayv2_api\.[^}]+\.execution_arn\}\/\*\/\*$/;
    expect(callers).toEqual([
      expect.stringMatching(onlyThisApi),
      expect.stringMatching(onlyThisApi),
    ]);
  });

  test('S-13: its host is taken from its endpoint, with or without a region in it', () => {
    const { origin } = example.one('aws_cloudfront_distribution') as { origin: Block[] };
    expect(origin[1]?.['domain_name']).toMatch(
      /^\$\{replace\(aws_apigatewayv2_api\.[^,]+, ".*", "\$1"\)\}$/,
    );
  });
});

describe('session function', () => {
  const handler = example.holding('aws_lambda_function', '-session"');
  const variables = (handler['environment'] as Block)['variables'] as Record<string, string>;

  test('runs on Node 22 with a log group of its own', () => {
    expect(handler).toMatchObject({
      function_name: 'edgepass-example-session',
      runtime: 'nodejs22.x',
      architectures: ['arm64'],
      handler: 'index.handler',
      timeout: 10,
      logging_config: { log_format: 'JSON' },
    });
  });

  test('its variables hold what Terraform alone knows, and no more', () => {
    expect(Object.keys(variables).sort()).toEqual([
      'EDGEPASS_CONTENT_BASE_URL',
      'EDGEPASS_GRANT_LOG_GROUP',
      'EDGEPASS_ORIGIN_SECRETS',
      'EDGEPASS_SIGNING_SLOTS',
    ]);
    expect(variables['EDGEPASS_CONTENT_BASE_URL']).toBe('https://media.example.com');
    expect(JSON.parse(variables['EDGEPASS_SIGNING_SLOTS'] ?? '')).toMatchObject([
      { slot: 'a', state: 'active', custody: 'kms', algorithm: 'RSASSA_PKCS1_V1_5_SHA_256' },
      { slot: 'b', state: 'pending', custody: 'kms', algorithm: 'ECDSA_SHA_256' },
    ]);
  });

  test('issued grants have a log group of their own, kept longer', () => {
    const groups = example.all('aws_cloudwatch_log_group');
    expect(groups.map(({ name, retention_in_days: days }) => [name, days])).toEqual(
      expect.arrayContaining([
        ['/aws/lambda/edgepass-example-session', 90],
        ['/edgepass/example/issued-grants', 365],
        ['/aws/vendedlogs/edgepass-example-api', 90],
      ]),
    );
  });
});

describe('files function', () => {
  const handler = example.holding('aws_lambda_function', '-files-api"');
  const statements = statementsOf(
    example.holding('aws_iam_role_policy', 'ReadAndChangeRecords')['policy'],
  );
  const table = example.one('aws_dynamodb_table');

  test('its variables hold what Terraform alone knows, and no more', () => {
    const { variables } = handler['environment'] as { variables: Record<string, string> };
    expect(Object.keys(variables).sort()).toEqual([
      'EDGEPASS_CONTENT_BASE_URL',
      'EDGEPASS_CONTENT_BUCKET',
      'EDGEPASS_DISTRIBUTION_ID',
      'EDGEPASS_FILE_TABLE',
      'EDGEPASS_GRANT_LOG_GROUP',
      'EDGEPASS_ORIGIN_SECRETS',
      'EDGEPASS_SIGNING_SLOTS',
    ]);
  });

  test('C-25: its role reaches one table, two prefixes, one distribution, and reads no content', () => {
    const own = statements.filter(({ Sid }) => !/^(?:SignWithSlot|WriteOwnLogs)/.test(Sid));
    const granted = own.map(({ Action, Resource }) => [Action, Resource]);
    const reference = /^\$\{aws_dynamodb_table\.[\w-]+\.arn\}$/;
    expect(granted).toEqual([
      [
        ['BatchGetItem', 'DeleteItem', 'GetItem', 'UpdateItem'].map((name) => `dynamodb:${name}`),
        expect.stringMatching(reference),
      ],
      ['dynamodb:Query', expect.stringMatching(/\.arn\}\/index\/by-owner$/)],
      [
        's3:DeleteObject',
        [expect.stringMatching(/\.arn\}\/t\/\*$/), expect.stringMatching(/\.arn\}\/u\/\*$/)],
      ],
      [
        ['cloudfront:CreateInvalidation', 'cloudfront:GetInvalidation'],
        expect.stringMatching(/^\$\{aws_cloudfront_distribution\.[\w-]+\.arn\}$/),
      ],
    ]);
    expect(JSON.stringify(statements)).not.toMatch(/s3:Get|s3:Put|dynamodb:\*|Scan/);
  });

  test('the table of files can be restored, is encrypted, and cannot be deleted by accident', () => {
    expect(table).toMatchObject({
      name: 'edgepass-example-files',
      billing_mode: 'PAY_PER_REQUEST',
      hash_key: 'fileId',
      deletion_protection_enabled: true,
      point_in_time_recovery: { enabled: true },
      server_side_encryption: { enabled: true },
      lifecycle: { prevent_destroy: true },
    });
  });

  test('with retention delete the table goes with the stack', () => {
    const built = synthesise(
      (stack) => new FileTable(stack, 'files', { environmentName: 'test', retention: 'delete' }),
    );
    expect(built.one('aws_dynamodb_table')).toMatchObject({ deletion_protection_enabled: false });
    expect(built.text).not.toContain('prevent_destroy');
  });
});

describe('function archive', () => {
  const build = (bundlePath: string, settings: unknown): { path: string; hash: string } => {
    let built = { path: '', hash: '' };
    synthesise((stack) => {
      const archive = new FunctionArchive(stack, 'archive', { bundlePath, settings });
      built = { path: archive.path, hash: archive.sourceCodeHash };
    });
    return built;
  };
  const bundle = path.join(fixtureFunctions(), 'session');

  test('minimal: the same function gives the same path and hash wherever it is built', () => {
    const elsewhere = path.join(fixtureFunctions(), 'session');
    expect(build(bundle, { a: 1 })).toEqual(build(elsewhere, { a: 1 }));
  });

  test('other settings are another function', () => {
    expect(build(bundle, { a: 1 }).hash).not.toBe(build(bundle, { a: 2 }).hash);
    expect(build(bundle, { a: 1 }).path).not.toBe(build(bundle, { a: 2 }).path);
  });

  test('maximum: files in folders, and settings.json of this environment instead of a left-over', () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'edgepass with space-'));
    mkdirSync(path.join(folder, 'deep'));
    writeFileSync(path.join(folder, 'index.js'), '');
    writeFileSync(path.join(folder, 'deep', 'more.js'), '');
    const before = build(folder, {}).hash;
    writeFileSync(path.join(folder, 'settings.json'), '{"stale":true}');
    expect(build(folder, {}).hash).toBe(before);
  });

  test('rejects settings that only Terraform could fill in', () => {
    expect(() =>
      synthesise((stack) => {
        const { sentValue } = new OriginSecret(stack, 'secret', {
          environmentName: 'test',
          sentSlot: 'a',
        });
        new FunctionArchive(stack, 'archive', {
          bundlePath: bundle,
          settings: { secret: sentValue },
        });
      }),
    ).toThrow('settings: expected values known at synthesis, got a Terraform reference');
  });

  test('rejects a folder without a built function', () => {
    expect(() => build(os.tmpdir(), {})).toThrow(
      `bundlePath: expected a folder with index.js, got ${os.tmpdir()}`,
    );
  });
});

describe('viewer guard', () => {
  const guard = (bundlePath: string) =>
    synthesise((stack) => new ViewerGuard(stack, 'guard', { environmentName: 'test', bundlePath }));
  const folder = fixtureFunctions();

  test('minimal: code is read by Terraform, so that ${} in it stays what it is', () => {
    const code = guard(path.join(folder, 'viewer-guard', 'viewer-guard.js')).one(
      'aws_cloudfront_function',
    );
    expect(code).toMatchObject({ runtime: 'cloudfront-js-2.0', publish: true });
    expect(String(code['code'])).toMatch(/^\$\{file\("assets\/.*viewer-guard\.js"\)\}$/);
  });

  test('rejects a missing bundle, and one over the limit of CloudFront', () => {
    const missing = path.join(folder, 'none.js');
    expect(() => guard(missing)).toThrow(`got ${missing}: no such file`);
    const large = path.join(folder, 'large.js');
    writeFileSync(large, 'x'.repeat(10_241));
    expect(() => guard(large)).toThrow('bundlePath: expected at most 10240 bytes, got 10241');
  });
});

describe('origin secret', () => {
  test('rejects a slot that there is not', () => {
    expect(() =>
      synthesise(
        (stack) =>
          new OriginSecret(stack, 'secret', { environmentName: 'test', sentSlot: 'c' as 'a' }),
      ),
    ).toThrow('sentSlot: expected one of a, b, got "c"');
  });
});
