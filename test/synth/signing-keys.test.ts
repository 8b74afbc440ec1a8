import type { Environment } from '#configuration/environment';
import { KeyWatch } from '#modules/signing/key-watch';
import { SigningKey, type SigningKeyProps } from '#modules/signing/signing-key';
import { TrustedKeyGroup } from '#modules/signing/trusted-key-group';
import type { PolicyStatement } from '#modules/synthesis/policy-document';
import {
  changedEnvironment,
  environmentOf,
  OWNER,
  statementsOf,
  synthesise,
  type Synthesised,
  synthesiseDelivery,
} from './synthesised';

const SIGNER = 'arn:aws:iam::123456789012:role/test-session';
const minimal: SigningKeyProps = {
  ...OWNER,
  slot: 'a',
  signerRoleArns: [SIGNER],
  retention: 'keep',
};
const oneKey = (props: Partial<SigningKeyProps> = {}): Synthesised =>
  synthesise((stack) => new SigningKey(stack, 'key', { ...minimal, ...props }));

const keyStatements = (synthesised: Synthesised): PolicyStatement[] =>
  statementsOf(synthesised.one('aws_kms_key_policy')['policy']);

const actionsOf = ({ Action }: PolicyStatement): readonly string[] =>
  typeof Action === 'string' ? [Action] : Action;

describe('signing key', () => {
  test('minimal, K-08: RSA_2048 that only signs', () => {
    expect(oneKey().one('aws_kms_key')).toMatchObject({
      customer_master_key_spec: 'RSA_2048',
      key_usage: 'SIGN_VERIFY',
      deletion_window_in_days: 30,
      lifecycle: { prevent_destroy: true },
    });
  });

  test('maximum: P-256, thrown away', () => {
    const synthesised = oneKey({ keySpec: 'ECC_NIST_P256', retention: 'delete' });
    expect(synthesised.one('aws_kms_key')).toMatchObject({
      customer_master_key_spec: 'ECC_NIST_P256',
      deletion_window_in_days: 7,
    });
    expect(JSON.stringify(keyStatements(synthesised))).toContain('ECDSA_SHA_256');
  });

  test('rejects a key spec that CloudFront does not accept, K-08', () => {
    const keySpec = 'RSA_4096' as 'RSA_2048';
    expect(() => oneKey({ keySpec })).toThrow(
      'keySpec: expected one of RSA_2048, ECC_NIST_P256, got "RSA_4096"',
    );
  });

  test('K-04: administrators cannot sign, nor let anybody sign by a grant; the signer cannot administer', () => {
    const [administration, signing, ...others] = keyStatements(oneKey());
    expect(others).toEqual([]);
    const administrative = administration === undefined ? [] : actionsOf(administration);
    for (const forbidden of [
      'kms:*',
      'kms:Sign',
      'kms:CreateGrant',
      'kms:Create*',
      'kms:Decrypt',
    ]) {
      expect(administrative).not.toContain(forbidden);
    }
    expect(signing).toEqual({
      Sid: 'FunctionsSign',
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::123456789012:root' },
      Action: 'kms:Sign',
      Resource: '*',
      Condition: {
        StringEquals: {
          'kms:SigningAlgorithm': 'RSASSA_PKCS1_V1_5_SHA_256',
          'kms:MessageType': 'RAW',
        },
        ArnEquals: { 'aws:PrincipalArn': [SIGNER] },
      },
    });
  });

  test('K-04: disabling a key, or scheduling its deletion, is told to the topic', () => {
    const rule = synthesise(
      (stack) =>
        new KeyWatch(stack, 'watch', {
          environmentName: 'test',
          kmsKeyArns: ['arn:aws:kms:eu-central-1:123456789012:key/1'],
          topicArn: 'arn:aws:sns:eu-central-1:123456789012:alarms',
        }),
    );
    const pattern = JSON.parse(String(rule.one('aws_cloudwatch_event_rule')['event_pattern'])) as {
      detail: { eventName: string[]; resources: unknown };
    };
    expect(pattern.detail.eventName).toEqual(
      expect.arrayContaining(['DisableKey', 'ScheduleKeyDeletion']),
    );
    expect(pattern.detail.resources).toEqual({
      ARN: ['arn:aws:kms:eu-central-1:123456789012:key/1'],
    });
    expect(rule.one('aws_cloudwatch_event_target')).toMatchObject({
      arn: 'arn:aws:sns:eu-central-1:123456789012:alarms',
    });
  });

  test('K-06: the PEM ends in one newline, and two syntheses give the same bytes', () => {
    const publicKey = oneKey().one('aws_cloudfront_public_key');
    expect(String(publicKey['encoded_key'])).toMatch(/^\$\{trimspace\(data\.[^)]+\)\}\n$/);
    expect(oneKey().text).toBe(oneKey().text);
  });

  test('K-07: a public key is never edited in place, and a new one comes before the old one goes', () => {
    const publicKey = oneKey().one('aws_cloudfront_public_key');
    expect(publicKey['lifecycle']).toEqual({
      create_before_destroy: true,
      ignore_changes: ['encoded_key'],
      replace_triggered_by: [expect.stringMatching(/^terraform_data\./)],
    });
    expect(publicKey).toMatchObject({ name_prefix: 'edgepass-test-a-' });
    expect(publicKey).not.toHaveProperty('name');
  });

  test('K-07: the data source names no resource whose arguments may change', () => {
    const { json } = oneKey();
    const [publicHalf] = Object.values(json.data?.['aws_kms_public_key'] ?? {});
    expect(String(publicHalf?.['key_id'])).toMatch(/^\$\{terraform_data\.[^}]+\.output\}$/);
    expect(publicHalf).not.toHaveProperty('depends_on');
  });

  test('K-01: no resource makes a private key in Terraform', () => {
    expect(synthesiseDelivery(environmentOf('example')).text).not.toContain('tls_private_key');
  });
});

describe('key group', () => {
  const group = (count: number): Synthesised =>
    synthesise((stack) => {
      const signingKeys = Array.from(
        { length: count },
        (_, index) => new SigningKey(stack, `key-${index}`, { ...minimal, slot: `s${index}` }),
      );
      new TrustedKeyGroup(stack, 'group', { environmentName: 'test', signingKeys });
    });

  test('minimal and maximum: one key, five keys', () => {
    expect(group(1).one('aws_cloudfront_key_group')['items']).toHaveLength(1);
    expect(group(5).one('aws_cloudfront_key_group')['items']).toHaveLength(5);
  });

  test.each([0, 6])('rejects %d keys', (count) => {
    expect(() => group(count)).toThrow(`signingKeys: expected 1 to 5 keys, got ${count}`);
  });

  test('every slot of the environment is in the group, whatever its state', () => {
    const environment = changedEnvironment('example', (document) => {
      document['signingKeys'] = {
        a: { state: 'retiring', custody: 'kms' },
        b: { state: 'active', custody: 'kms' },
        c: { state: 'pending', custody: 'kms' },
      };
    });
    const keyGroup = synthesiseDelivery(environment).one('aws_cloudfront_key_group');
    expect(keyGroup['items']).toHaveLength(3);
  });

  test('C-05: a key group is trusted by one distribution only', () => {
    const synthesised = synthesiseDelivery(environmentOf('example'));
    expect(synthesised.all('aws_cloudfront_distribution')).toHaveLength(1);
    expect(synthesised.all('aws_cloudfront_key_group')).toHaveLength(1);
  });
});

describe('who may sign', () => {
  const permissions = (environment: Environment): PolicyStatement[] =>
    statementsOf(
      synthesiseDelivery(environment).holding('aws_iam_role_policy', 'aws_iam_role.session_role_')[
        'policy'
      ],
    );
  const role = (): PolicyStatement[] => permissions(environmentOf('example'));

  test('K-03: one action, the keys of the slots, each with its algorithm and the whole message', () => {
    const signing = role().filter(({ Action }) => Action === 'kms:Sign');
    expect(signing.map(({ Condition }) => Condition)).toEqual([
      {
        StringEquals: {
          'kms:SigningAlgorithm': 'RSASSA_PKCS1_V1_5_SHA_256',
          'kms:MessageType': 'RAW',
        },
      },
      { StringEquals: { 'kms:SigningAlgorithm': 'ECDSA_SHA_256', 'kms:MessageType': 'RAW' } },
    ]);
    for (const { Resource } of signing) {
      expect(Resource).toMatch(/^\$\{aws_kms_key\.signing_[ab]_kept_key_[0-9A-F]{8}\.arn\}$/);
    }
  });

  test('K-03: nothing else but its own log groups: no wildcard action, no Decrypt, no other resource', () => {
    const others = role().filter(({ Action }) => Action !== 'kms:Sign');
    expect(others).toHaveLength(1);
    expect(others[0]?.Action).toEqual(['logs:CreateLogStream', 'logs:PutLogEvents']);
    for (const resource of [others[0]?.Resource ?? []].flat()) {
      expect(resource).toMatch(/^\$\{aws_cloudwatch_log_group\.session_[\w-]+\.arn\}:\*$/);
    }
  });

  test('K-03: activating a pending slot changes no IAM', () => {
    const activated = changedEnvironment('example', (document) => {
      document['signingKeys'] = {
        a: { state: 'retiring', custody: 'kms' },
        b: { state: 'active', custody: 'kms', keySpec: 'ECC_NIST_P256' },
      };
    });
    expect(permissions(activated)).toEqual(role());
  });

  test('K-03: only the Lambda service may take the role', () => {
    const trust = synthesiseDelivery(environmentOf('example')).holding(
      'aws_iam_role',
      '"edgepass-example-session"',
    );
    expect(statementsOf(trust['assume_role_policy'])).toEqual([
      {
        Sid: 'LambdaRunsFunction',
        Effect: 'Allow',
        Principal: { Service: 'lambda.amazonaws.com' },
        Action: 'sts:AssumeRole',
      },
    ]);
  });
});
