import { mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { KmsKey } from '@cdktf/provider-aws/lib/kms-key';
import { App } from 'cdktf';
import { isFoundByName } from '#cli/deployment/find-kept';
import type { Environment } from '#configuration/environment';
import { LogGroup } from '#modules/logs/log-group';
import { adoptResources } from '#modules/synthesis/adoption';
import { keptResources } from '#modules/synthesis/kept-family';
import {
  type Block,
  changedEnvironment,
  environmentOf,
  synthesise,
  synthesiseDelivery,
} from './synthesised';

const EVIDENCE = { confirmNoParentDomainCookies: true };
const V1 = { includeCookies: true, confirmNoParentDomainCookies: true };

/** Everything that an environment can keep. */
const largest = (change: (document: Record<string, unknown>) => void = () => undefined) =>
  changedEnvironment('example', (document) => {
    document['logs'] = { evidence: EVIDENCE, v1: V1, objectLock: true };
    change(document);
  });

interface Removed {
  readonly from: string;
  readonly lifecycle: { readonly destroy: boolean };
}

function addressesOf(environment: Environment): { kept: string[]; removed: string[] } {
  const { json } = synthesiseDelivery(environment);
  const removed = (json as unknown as { removed?: readonly Removed[] }).removed ?? [];
  expect(removed.every(({ lifecycle }) => !lifecycle.destroy)).toBe(true);
  return {
    kept: json.output?.['kept_on_destroy']?.value as string[],
    removed: removed.map(({ from }) => from),
  };
}

const before = addressesOf(largest());

describe('what leaves the file under keep is forgotten, not deleted', () => {
  test.each<[string, (document: Record<string, unknown>) => void, RegExp]>([
    [
      'content.encryption',
      (d) => (d['content'] = { encryption: 's3' }),
      /^aws_kms_key\.content_key/,
    ],
    [
      'content.existingBucket',
      (d) => (d['content'] = { existingBucket: { name: 'of-somebody-else' } }),
      /^aws_s3_bucket\.content_bucket/,
    ],
    [
      'logs.evidence',
      (d) => delete (d['logs'] as Block & { evidence?: unknown }).evidence,
      /^aws_s3_bucket\.logs_evidence/,
    ],
    [
      'logs.v1 and logs.evidence',
      (d) => (d['logs'] = { objectLock: true }),
      /^aws_s3_bucket\.logs_v1/,
    ],
  ])('%s: every resource that was kept is kept or forgotten', (_key, change, example) => {
    const after = addressesOf(largest(change));
    const lost = before.kept.filter((address) => !after.kept.includes(address));
    expect(lost.some((address) => example.test(address))).toBe(true);
    expect(lost.filter((address) => !after.removed.includes(address))).toEqual([]);
  });

  test('retired.signingKeys: the key of a slot stays where it was, and nobody may sign with it', () => {
    const retired = largest((d) => {
      delete (d['signingKeys'] as { b?: unknown }).b;
      d['retired'] = { signingKeys: { b: 'keep' } };
    });
    expect(addressesOf(retired).kept).toEqual(before.kept);
    const { json } = synthesiseDelivery(retired);
    const policy = Object.entries(json.resource['aws_kms_key_policy'] ?? {}).find(([name]) =>
      name.startsWith('signing_b'),
    );
    expect(JSON.stringify(policy)).not.toContain('kms:Sign');
    expect(Object.keys(json.resource['aws_cloudfront_public_key'] ?? {})).toHaveLength(1);
  });

  test('nothing is both there and forgotten: Terraform refuses that', () => {
    for (const environment of [largest(), environmentOf('example')]) {
      const { kept, removed } = addressesOf(environment);
      expect(removed.filter((address) => kept.includes(address))).toEqual([]);
    }
  });

  test('with retention delete nothing is kept or forgotten', () => {
    const { kept, removed } = addressesOf(largest((d) => (d['retention'] = 'delete')));
    expect({ kept, removed }).toEqual({ kept: [], removed: [] });
  });
});

test('`edgepass adopt` knows how to find every kind of resource that is kept', () => {
  const types = new Set(before.kept.map((address) => address.split('.')[0] ?? ''));
  // A KMS key and its policy are found by the alias of the key.
  const byAlias = ['aws_kms_key', 'aws_kms_key_policy'];
  expect([...types].filter((type) => !byAlias.includes(type) && !isFoundByName(type))).toEqual([]);
  expect(types).toContain('aws_dynamodb_table');
});

test('adoption imports what the stack has, and not what left the file since', () => {
  const file = path.join(mkdtempSync(path.join(os.tmpdir(), 'edgepass-adopt-')), 'adopted.json');
  let address = '';
  const { json } = synthesise((stack) => {
    new LogGroup(stack, 'log', { name: 'log', retentionDays: 30, retention: 'keep' });
    address = keptResources(stack)[0]?.address ?? '';
    const gone = { to: 'aws_kms_key.gone', id: 'key-1' };
    writeFileSync(file, JSON.stringify({ test: [{ to: address, id: 'log' }, gone] }));
    adoptResources(App.of(stack), file);
  });
  expect(address).toContain('aws_cloudwatch_log_group.');
  expect(json).toMatchObject({ import: [{ to: address, id: 'log' }] });
});

describe('what is kept stays as protected as it was', () => {
  const { json } = synthesiseDelivery(largest());
  const ofBucket = (bucket: string): string[] =>
    before.kept
      .filter((address) => address.includes(bucket))
      .map((address) => address.split('.')[0] ?? '')
      .sort();

  test.each(['content_bucket', 'logs_bucket_objects', 'logs_evidence_objects', 'logs_v1_objects'])(
    '%s stays with its settings',
    (bucket) => {
      expect(ofBucket(bucket)).toEqual(
        expect.arrayContaining([
          'aws_s3_bucket',
          'aws_s3_bucket_lifecycle_configuration',
          'aws_s3_bucket_ownership_controls',
          'aws_s3_bucket_public_access_block',
          'aws_s3_bucket_server_side_encryption_configuration',
        ]),
      );
    },
  );

  test('every resource of a bucket or key of ours is kept, but for the results of queries', () => {
    const types = Object.keys(json.resource).filter((type) =>
      /^aws_(?:s3_bucket|kms_|cloudwatch_log_group$)/.test(type),
    );
    const all = types.flatMap((type) =>
      Object.keys(json.resource[type] ?? {}).map((name) => `${type}.${name}`),
    );
    expect(all.filter((address) => !before.kept.includes(address))).toEqual([]);
    expect(all.length).toBeGreaterThan(30);
  });
});

describe('guards', () => {
  const conditionsOf = (environment: Environment): string =>
    JSON.stringify(synthesiseDelivery(environment).json.resource['terraform_data']);

  test('the region and the target of the first deploy are remembered', () => {
    const text = conditionsOf(largest());
    expect(text).toContain('eu-central-1 (aws)');
    expect(text).toContain('Both are fixed for life');
  });

  test('a plain destroy is refused with the name of the command to run', () => {
    const data = synthesiseDelivery(largest()).json.resource['terraform_data'] ?? {};
    expect(data['run_edgepass_destroy_instead']).toMatchObject({
      lifecycle: { prevent_destroy: true },
    });
  });

  test('a slot that has a key is in signingKeys or in retired.signingKeys', () => {
    const retired = largest((d) => (d['retired'] = { signingKeys: { old: 'keep' } }));
    expect(conditionsOf(retired).replaceAll('\\', '')).toContain('["a","b","old"]');
  });

  test('a slot keeps the spec that it was made with', () => {
    for (const key of synthesiseDelivery(largest()).all(KmsKey.tfResourceType)) {
      if (key['key_usage'] !== 'SIGN_VERIFY') continue;
      const { precondition } = key['lifecycle'] as { precondition: { error_message: string }[] };
      expect(precondition[0]?.error_message).toContain('A key is never changed in place');
    }
  });
});

describe('whatever a distribution refers to is destroyed after it changed', () => {
  const { json } = synthesiseDelivery(largest());
  const REFERRED = [
    'aws_acm_certificate',
    'aws_cloudfront_cache_policy',
    'aws_cloudfront_function',
    'aws_cloudfront_key_group',
    'aws_cloudfront_origin_access_control',
    'aws_cloudfront_origin_request_policy',
    'aws_cloudfront_public_key',
    'aws_cloudfront_response_headers_policy',
    'aws_wafv2_web_acl',
  ];

  test.each(REFERRED)('%s', (type) => {
    const blocks = Object.values(json.resource[type] ?? {});
    expect(blocks.length).toBeGreaterThan(0);
    for (const { lifecycle } of blocks)
      expect(lifecycle).toMatchObject({ create_before_destroy: true });
  });

  test('no other type of CloudFront or WAF is referred to', () => {
    const text = JSON.stringify(json.resource['aws_cloudfront_distribution']);
    const referred = [...text.matchAll(/\$\{(aws_(?:cloudfront|wafv2|acm)_[a-z_]+)\./g)].map(
      ([, type]) => type,
    );
    const known = [...REFERRED, 'aws_acm_certificate_validation'];
    expect(referred.filter((type) => !known.includes(type ?? ''))).toEqual([]);
  });
});
