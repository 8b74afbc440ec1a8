import { parseEnvironment } from '#configuration/environment';
import {
  changedEnvironment,
  environmentOf,
  statementsOf,
  synthesiseAnalytics,
  type Synthesised,
} from './synthesised';

const ANALYST = 'arn:aws:iam::123456789012:role/analyst';
const PARTNER =
  'arn:aws:iam::210987654321:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Logs_*';
const PATH = 'o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*';
const V1 = {
  v1: { includeCookies: true, confirmNoParentDomainCookies: true },
};

function withLogs(logs: object): Synthesised {
  const environment = changedEnvironment('example', (document) => {
    document['logs'] = logs;
  });
  return synthesiseAnalytics(environment, []);
}

function trustOf(synthesised: Synthesised, readership: string): unknown {
  const name = `edgepass-example-${readership}`;
  const role = synthesised.all('aws_iam_role').find((one) => one['name'] === name);
  return statementsOf(role?.['assume_role_policy']);
}

test('nobody named: analysts are of this account and used a second factor', () => {
  expect(trustOf(withLogs({}), 'analysts')).toEqual([
    {
      Sid: 'ReadersMayAssume',
      Effect: 'Allow',
      Principal: { AWS: [expect.stringMatching(/^arn:aws:iam::\$\{.*account_id\}:root$/)] },
      Action: 'sts:AssumeRole',
      Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
    },
  ]);
});

test('L-05: nobody named: nobody reads cookies, whatever an account allows its people', () => {
  expect(trustOf(withLogs(V1), 'evidence-readers')).toEqual([
    {
      Sid: 'NobodyMayAssume',
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: 'sts:AssumeRole',
    },
  ]);
});

test.each(['analysts', 'evidence-readers'])('%s are whom the environment names', (readership) => {
  const readers = {
    principals: [ANALYST, PARTNER],
    requireMfa: false,
    organizationPaths: [PATH],
  };
  const synthesised = withLogs({ ...V1, analysts: readers, evidenceReaders: readers });
  expect(trustOf(synthesised, readership)).toEqual([
    {
      Sid: 'ReadersMayAssume',
      Effect: 'Allow',
      Principal: { AWS: ['arn:aws:iam::123456789012:root', 'arn:aws:iam::210987654321:root'] },
      Action: 'sts:AssumeRole',
      Condition: {
        ArnLike: { 'aws:PrincipalArn': [ANALYST, PARTNER] },
        'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': [PATH] },
      },
    },
  ]);
});

test('a second factor is asked for unless the environment says otherwise', () => {
  const synthesised = withLogs({ ...V1, evidenceReaders: { principals: [ANALYST] } });
  expect(trustOf(synthesised, 'evidence-readers')).toMatchObject([
    {
      Condition: {
        ArnLike: { 'aws:PrincipalArn': [ANALYST] },
        Bool: { 'aws:MultiFactorAuthPresent': 'true' },
      },
    },
  ]);
});

test.each([
  '*',
  'arn:aws:iam::123456789012:root',
  'arn:aws:iam::*:role/analyst',
  'arn:aws:iam::123456789012:role/*',
  'arn:aws:sts::123456789012:assumed-role/analyst/session',
  'analyst',
])('rejects %s as a reader: it is everybody, or nobody', (principal) => {
  const document = structuredClone(environmentOf('example')) as unknown as Record<string, unknown>;
  document['logs'] = { analysts: { principals: [principal] } };
  expect(() => parseEnvironment(document, { name: 'example' })).toThrow(
    'logs.analysts.principals.0',
  );
});
