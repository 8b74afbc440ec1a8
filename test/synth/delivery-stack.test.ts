import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { App, TerraformStack, Testing } from 'cdktf';
import { parseDeploymentRecord } from '#configuration/deployment-record';
import { selectEndpointVariables } from '#modules/synthesis/emulator-differences';
import { copyProviderLock } from '#modules/synthesis/provider-lock';
import { useStateBackend } from '#modules/synthesis/state-backend';
import {
  type Block,
  changedEnvironment,
  environmentOf,
  PROJECT_FOLDER,
  type Synthesised,
  synthesiseDelivery,
} from './synthesised';

const ENDPOINTS = {
  AWS_ENDPOINT_URL: 'http://127.0.0.1:4566',
  AWS_ENDPOINT_URL_KMS: 'http://127.0.0.1:4567',
};
const local = synthesiseDelivery(environmentOf('local'), ENDPOINTS);
const example = synthesiseDelivery(environmentOf('example'), ENDPOINTS);

/**
 * The hash of the fixture bundles is removed, because it does not belong to the checked result.
 */
const withoutHashes = (synthesised: Synthesised): unknown =>
  JSON.parse(
    synthesised.text
      .replaceAll(/\/[0-9A-Fa-f]{32}\//g, '/<hash>/')
      .replaceAll(/"source_code_hash": "[^"]+"/g, '"source_code_hash": "<hash>"'),
  );

describe('delivery stack', () => {
  test.each([
    ['local', local],
    ['example', example],
  ])('snapshot of %s', (_name, synthesised) => {
    expect(withoutHashes(synthesised)).toMatchSnapshot();
  });

  test('S-06: the distribution is made after, so destroyed before, the bucket it reads', () => {
    const origins = JSON.stringify(example.one('aws_cloudfront_distribution')['origin']);
    expect(origins).toMatch(/\$\{aws_s3_bucket\.content_bucket_/);
    for (const bucket of example.all('aws_s3_bucket')) {
      expect(JSON.stringify(bucket)).not.toContain('aws_cloudfront_distribution');
    }
  });

  test('the deployment record parses, fits one parameter and names what was deployed', () => {
    const { value } = example.holding('aws_ssm_parameter', 'contentBaseUrl');
    const record = parseDeploymentRecord(
      String(value)
        .replaceAll(/\$\{data\.aws_caller_identity[^}]+\}/g, '123456789012')
        .replaceAll(/\$\{[^}]+\}/g, 'reference'),
    );
    expect(record).toMatchObject({
      version: 1,
      environment: 'example',
      target: 'aws',
      contentBaseUrl: 'https://media.example.com',
      signingSlots: [
        { slot: 'a', state: 'active', custody: 'kms' },
        { slot: 'b', state: 'pending', custody: 'kms' },
      ],
    });
  });

  test('no credential, key or secret is in the JSON', () => {
    expect(example.text).not.toMatch(/PRIVATE KEY|secret_key|access_key/);
  });
});

describe('emulator differences', () => {
  test('none reaches an environment on AWS, whatever the process that synthesises has set', () => {
    expect(example.text).not.toContain('AWS_ENDPOINT_URL');
    expect(example.text).not.toContain('allow-all');
    expect(example.text).not.toContain('127.0.0.1');
    for (const provider of example.json.provider.aws) {
      expect(Object.keys(provider).sort()).toEqual(
        ['alias', 'default_tags', 'region'].filter((key) => key in provider),
      );
    }
    expect(example.types()).toEqual(
      expect.arrayContaining([
        'aws_s3_bucket_lifecycle_configuration',
        'aws_cloudwatch_metric_alarm',
      ]),
    );
    expect(example.one('aws_cloudfront_distribution')['wait_for_deployment']).toBe(true);
    expect(example.text).toContain('strict_transport_security');
  });

  test('the target decides, not the shape of the content host', () => {
    const { contentHost } = environmentOf('local');
    const mixed = { ...environmentOf('example'), ...(contentHost && { contentHost }) };
    const synthesised = synthesiseDelivery(mixed, ENDPOINTS);
    expect(synthesised.text).not.toMatch(/allow-all|AWS_ENDPOINT_URL|"access_key"/);
  });

  test('every provider uses a placeholder account and gives up early', () => {
    expect(local.json.provider.aws).toHaveLength(2);
    for (const provider of local.json.provider.aws) {
      expect(provider).toMatchObject({
        access_key: 'test',
        secret_key: 'test',
        s3_use_path_style: true,
        skip_credentials_validation: true,
        skip_metadata_api_check: 'true',
        max_retries: 5,
      });
      expect(provider).not.toHaveProperty('endpoints');
    }
  });

  test('nothing that emulators cannot keep: no lifecycle rules, no alarms', () => {
    const withAlarms = synthesiseDelivery(
      changedEnvironment('local', (document) => {
        document['alarms'] = { emails: ['operations@example.com'] };
      }),
    );
    expect(withAlarms.types()).not.toContain('aws_s3_bucket_lifecycle_configuration');
    expect(withAlarms.types()).not.toContain('aws_cloudwatch_metric_alarm');
    expect(withAlarms.types()).toContain('aws_sns_topic');
  });

  test('a service with an endpoint of its own is another emulator, which is given everything', () => {
    const environment = changedEnvironment('local', (document) => {
      document['alarms'] = { emails: ['operations@example.com'] };
    });
    const typesWith = (service: string): string[] =>
      synthesiseDelivery(environment, {
        ...ENDPOINTS,
        [`AWS_ENDPOINT_URL_${service}`]: 'http://127.0.0.1:9000',
      }).types();
    expect(typesWith('S3')).toContain('aws_s3_bucket_lifecycle_configuration');
    expect(typesWith('S3')).not.toContain('aws_cloudwatch_metric_alarm');
    expect(typesWith('CLOUDWATCH')).toContain('aws_cloudwatch_metric_alarm');
  });

  test('whatever waits for something names it by its address: Terraform takes no template there', () => {
    const waits = Object.values(example.json.resource)
      .flatMap((resources) => Object.values(resources))
      .flatMap(({ depends_on: names }) => (names ?? []) as string[]);
    expect(waits.some((name) => name.startsWith('aws_ssm_parameter.claim_'))).toBe(true);
    expect(waits.filter((name) => !/^(?:data\.)?[a-z0-9_]+\.[\w-]+$/.test(name))).toEqual([]);
  });

  test('the distribution does not wait, and speaks http where the base URL does', () => {
    const distribution = local.one('aws_cloudfront_distribution');
    expect(distribution['wait_for_deployment']).toBe(false);
    const behaviors = [
      distribution['default_cache_behavior'] as Block,
      ...(distribution['ordered_cache_behavior'] as Block[]),
    ];
    for (const behavior of behaviors) expect(behavior['viewer_protocol_policy']).toBe('allow-all');
    const { trusted_key_groups: groups, function_association: guard } = behaviors[0] ?? {};
    expect({ groups, guard }).toEqual({
      groups: [expect.any(String)],
      guard: [expect.any(Object)],
    });
  });

  test('what emulators forget of a stream is not asked for again', () => {
    const lifecycle = { ignore_changes: ['extended_s3_configuration[0].custom_time_zone'] };
    expect(local.one('aws_kinesis_firehose_delivery_stream')['lifecycle']).toEqual(lifecycle);
    expect(example.one('aws_kinesis_firehose_delivery_stream')).not.toHaveProperty('lifecycle');
  });

  test('a TLS base URL keeps https-only', () => {
    const overTls = synthesiseDelivery(
      changedEnvironment('local', (document) => {
        document['contentHost'] = { localBaseUrl: 'https://localhost:4680' };
        document['appOrigins'] = ['https://localhost:4690'];
        document['cookies'] = { sameSite: 'none' };
      }),
    );
    expect(overTls.text).not.toContain('allow-all');
  });

  test('localhost never hears of Strict-Transport-Security', () => {
    expect(local.text).not.toContain('strict_transport_security');
  });

  test('functions get the endpoints, general and per service', () => {
    const environment = local.holding('aws_lambda_function', '-session"')['environment'] as Block;
    expect(environment['variables']).toMatchObject(ENDPOINTS);
    expect(environment['variables']).toHaveProperty('EDGEPASS_CONTENT_BASE_URL');
  });

  test('only endpoint variables are taken from the process', () => {
    const found = selectEndpointVariables({
      ...ENDPOINTS,
      AWS_ENDPOINT_URL_S3: '',
      AWS_SECRET_ACCESS_KEY: 'x',
      MY_AWS_ENDPOINT_URL: 'x',
    });
    expect(found).toEqual(ENDPOINTS);
  });
});

describe('state', () => {
  test('local: a path that does not depend on where the checkout is', () => {
    expect(local.json.terraform['backend']).toEqual({
      local: { path: '../../../.edgepass/state/local-delivery.tfstate' },
    });
  });

  test('S3: encrypted, with its own lock', () => {
    expect(example.json.terraform['backend']).toEqual({
      s3: {
        bucket: 'example-terraform-state',
        region: 'eu-central-1',
        key: 'edgepass/example-delivery.tfstate',
        encrypt: true,
        use_lockfile: true,
      },
    });
  });

  test('S3, maximum: a prefix and key of your own', () => {
    const stack = new TerraformStack(Testing.app(), 'x');
    useStateBackend(stack, {
      type: 's3',
      folder: '/unused',
      bucket: 'states',
      region: 'eu-west-1',
      keyPrefix: 'a/b',
      kmsKeyArn: 'arn:aws:kms:eu-west-1:123456789012:key/1',
    });
    expect(Testing.synth(stack)).toContain('"key": "a/b/x.tfstate"');
    expect(Testing.synth(stack)).toContain('"kms_key_id"');
  });
});

describe('provider lock', () => {
  const synthesised = (): App => {
    const app = new App({ outdir: mkdtempSync(path.join(os.tmpdir(), 'edgepass-lock-')) });
    new TerraformStack(app, 'one');
    new TerraformStack(app, 'two');
    app.synth();
    return app;
  };

  test('is copied beside every stack', () => {
    const app = synthesised();
    const lock = path.join(PROJECT_FOLDER, 'environments', 'terraform.lock.hcl');
    copyProviderLock(app, lock);
    for (const name of ['one', 'two']) {
      const copy = path.join(app.outdir, 'stacks', name, '.terraform.lock.hcl');
      expect(readFileSync(copy, 'utf8')).toBe(readFileSync(lock, 'utf8'));
    }
  });

  test('names the version that the bindings ask for', () => {
    const lock = readFileSync(path.join(PROJECT_FOLDER, 'environments/terraform.lock.hcl'), 'utf8');
    const { aws } = example.json.terraform['required_providers'] as { aws: { version: string } };
    expect(lock).toContain(`constraints = "${aws.version}"`);
  });

  test('rejects a missing lock file', () => {
    const missing = path.join(os.tmpdir(), 'no-such-lock.hcl');
    expect(existsSync(missing)).toBe(false);
    expect(() => {
      copyProviderLock(synthesised(), missing);
    }).toThrow(`got ${missing}: no such file`);
  });
});
