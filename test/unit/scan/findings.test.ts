import { mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket';
import { App, TerraformStack, Testing } from 'cdktf';
import { acceptedFindings, acceptFindings } from '#modules/synthesis/accepted-findings';
import { readCheckovReport } from '../../scan/checkov';
import { type Finding, joinFindings, matchFindings } from '../../scan/findings';
import { renderFindingsPage } from '../../scan/findings-page';
import { plantOpenBucket } from '../../scan/planted-bucket';

const REASON = 'The owner of the data decides.';

function stackWithBucket() {
  const stack = new TerraformStack(
    new App({ outdir: mkdtempSync(path.join(os.tmpdir(), 'edgepass-scan-')) }),
    'stack',
  );
  const bucket = new S3Bucket(stack, 'bucket', {});
  acceptFindings(bucket, { CKV_AWS_144: REASON });
  return stack;
}

const stack = stackWithBucket();
const accepted = acceptedFindings(stack);
const address = accepted[0]?.address ?? '';
const replication: Finding = { check: 'CKV_AWS_144', title: 'Ensure replication', address };

test('an explanation is not written into the stack', () => {
  expect(Testing.synth(stack)).not.toContain(REASON);
  expect(accepted).toEqual([
    { check: 'CKV_AWS_144', address, path: 'stack/bucket', reason: REASON },
  ]);
});

describe('findings and explanations', () => {
  test('a finding with an explanation stands', () => {
    expect(matchFindings([replication], accepted)).toMatchObject({
      explained: [{ title: 'Ensure replication', reason: REASON }],
      unexplained: [],
      pointless: [],
    });
  });

  test.each<[string, Finding]>([
    ['of another check', { ...replication, check: 'CKV2_AWS_6' }],
    ['at another resource', { ...replication, address: 'aws_s3_bucket.planted' }],
  ])('a planted finding %s has no explanation', (_name, planted) => {
    expect(matchFindings([replication, planted], accepted).unexplained).toEqual([planted]);
  });

  test('an explanation of what is fixed is reported', () => {
    expect(matchFindings([], accepted).pointless).toEqual(accepted);
  });

  test('what one of two plans shows is a finding, once', () => {
    const known = { ...replication, check: 'CKV_AWS_290' };
    expect(joinFindings([[replication], [replication, known]])).toEqual([replication, known]);
  });
});

describe('a report of checkov', () => {
  const report = (summary: object, passed: readonly object[] = [{}]): string =>
    JSON.stringify({ summary, results: { failed_checks: [], passed_checks: passed } });

  test.each([
    ['nothing was read', JSON.stringify({ passed: 0, failed: 0, resource_count: 0 })],
    ['a plan could not be parsed', report({ parsing_errors: 1, resource_count: 3 })],
    ['no resource was found', report({ parsing_errors: 0, resource_count: 0 })],
    ['no check was run', report({ parsing_errors: 0, resource_count: 3 }, [])],
  ])('%s: an error, and not a scan without findings', (_name, text) => {
    expect(() => readCheckovReport(text)).toThrow('checkov could not read the plan');
  });

  test('a scan without findings passes', () => {
    expect(readCheckovReport(report({ parsing_errors: 0, resource_count: 3 }))).toEqual([]);
  });
});

test('the planted plan has no access block, and names a bucket', () => {
  const resources = [
    { type: 'aws_s3_bucket', address: 'aws_s3_bucket.content' },
    { type: 'aws_s3_bucket_public_access_block', address: 'aws_s3_bucket_public_access_block.x' },
  ];
  const plan = {
    planned_values: { root_module: { resources } },
    resource_changes: resources,
    configuration: { root_module: { resources } },
  };
  const planted = plantOpenBucket(JSON.stringify(plan));
  expect(planted.address).toBe('aws_s3_bucket.content');
  expect(planted.json).not.toContain('access_block');
});

test('the page does not depend on the order of the findings', () => {
  const explained = ['b', 'a', 'c'].map((name) => ({
    check: name === 'c' ? ('CKV_AWS_18' as const) : ('CKV_AWS_144' as const),
    title: 'Ensure it',
    address: `aws_s3_bucket.${name}`,
    path: `stack/${name}/bucket`,
    reason: REASON,
  }));
  const page = renderFindingsPage(explained);
  expect(page).toBe(renderFindingsPage(explained.toReversed()));
  expect(page).toContain(`- ${REASON} (\`a/bucket\`, \`b/bucket\`)`);
});
