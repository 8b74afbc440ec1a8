import { type AccessRequest, evaluateResourcePolicy } from '#aws/resource-policy';

const DISTRIBUTION = 'arn:aws:cloudfront::000000000000:distribution/E1';
const BUCKET = 'arn:aws:s3:::content';

const document = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: 'cloudfront.amazonaws.com' },
      Action: 's3:GetObject',
      Resource: [`${BUCKET}/t/*`, `${BUCKET}/u/*`],
      Condition: { StringEquals: { 'AWS:SourceArn': DISTRIBUTION } },
    },
    {
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: [BUCKET, `${BUCKET}/*`],
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    },
  ],
});

const fromDistribution: AccessRequest = {
  principal: { kind: 'service', service: 'cloudfront.amazonaws.com' },
  action: 's3:GetObject',
  resource: `${BUCKET}/t/acme/a.png`,
  context: { 'aws:sourcearn': DISTRIBUTION, 'aws:securetransport': 'true' },
};

describe('evaluateResourcePolicy', () => {
  it('S-02: lets the one distribution read tenant content', () => {
    expect(evaluateResourcePolicy(document, fromDistribution)).toBe('allow');
  });

  it.each<[string, Partial<AccessRequest>, string]>([
    [
      'S-02: another distribution of the account',
      { context: { 'aws:sourcearn': `${DISTRIBUTION}X` } },
      'implicit-deny',
    ],
    ['S-02: no source at all', { context: {} }, 'implicit-deny'],
    ['S-01: an anonymous reader', { principal: { kind: 'anonymous' } }, 'implicit-deny'],
    ['S-03: another prefix', { resource: `${BUCKET}/incoming/t/acme/a` }, 'implicit-deny'],
    ['S-03: writing', { action: 's3:PutObject' }, 'implicit-deny'],
    ['S-03: listing', { action: 's3:ListBucket', resource: BUCKET }, 'implicit-deny'],
    [
      'S-04: plain HTTP, even for the distribution',
      { context: { ...fromDistribution.context, 'aws:securetransport': 'false' } },
      'explicit-deny',
    ],
  ])('refuses %s', (_title, change, decision) => {
    expect(evaluateResourcePolicy(document, { ...fromDistribution, ...change })).toBe(decision);
  });

  it.each([
    ['Allow', 'implicit-deny'],
    ['Deny', 'explicit-deny'],
  ])('counts an unknown condition operator in %s against access', (effect, decision) => {
    const statement = {
      Effect: effect,
      Principal: '*',
      Action: 's3:GetObject',
      Resource: '*',
      Condition: { DateLessThan: { 'aws:CurrentTime': '2026-01-01T00:00:00Z' } },
    };
    expect(
      evaluateResourcePolicy(JSON.stringify({ Statement: [statement] }), fromDistribution),
    ).toBe(decision);
  });

  it('counts an unknown member of a statement against access', () => {
    const statement = {
      Effect: 'Allow',
      NotPrincipal: { AWS: 'x' },
      Principal: '*',
      Action: '*',
      Resource: '*',
    };
    expect(evaluateResourcePolicy(JSON.stringify({ Statement: statement }), fromDistribution)).toBe(
      'implicit-deny',
    );
  });

  it('reads a wildcard as the policy language does, not as a regular expression', () => {
    const statement = {
      Effect: 'Allow',
      Principal: { AWS: '*' },
      Action: 's3:Get*',
      Resource: `${BUCKET}/a.b?/*`,
    };
    const text = JSON.stringify({ Statement: [statement] });
    const at = (resource: string): string =>
      evaluateResourcePolicy(text, {
        ...fromDistribution,
        principal: { kind: 'anonymous' },
        resource,
      });
    expect(at(`${BUCKET}/a.bc/x`)).toBe('allow');
    expect(at(`${BUCKET}/aXbc/x`)).toBe('implicit-deny');
  });

  const decide = (statement: object, change: Partial<AccessRequest> = {}): string =>
    evaluateResourcePolicy(JSON.stringify({ Statement: [statement] }), {
      ...fromDistribution,
      ...change,
    });
  const everything = { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' };

  it('lets a Deny win, wherever it stands', () => {
    const { Statement } = JSON.parse(document) as { Statement: object[] };
    const refuses = { ...everything, Effect: 'Deny', Principal: { AWS: '*' } };

    for (const statements of [
      [refuses, ...Statement],
      [...Statement, refuses],
    ]) {
      expect(
        evaluateResourcePolicy(JSON.stringify({ Statement: statements }), fromDistribution),
      ).toBe('explicit-deny');
    }
  });

  it('opens nothing to a service by a principal that means AWS identities', () => {
    const account = 'arn:aws:iam::000000000000:root';

    expect(decide({ ...everything, Principal: { AWS: '*' } })).toBe('implicit-deny');
    expect(decide({ ...everything, Principal: { AWS: account } })).toBe('implicit-deny');
    expect(decide({ ...everything, Principal: { Service: 's3.amazonaws.com' } })).toBe(
      'implicit-deny',
    );
  });

  it('knows an AWS identity by its own ARN, its account and the root of that', () => {
    const principal = { kind: 'aws', arn: 'arn:aws:iam::000000000000:role/app' } as const;
    const named = [
      principal.arn,
      '000000000000',
      'arn:aws:iam::000000000000:root',
      '111111111111',
      'arn:aws:iam::000000000000:role/other',
    ];

    expect(
      named.map((AWS) => decide({ ...everything, Principal: { AWS } }, { principal })),
    ).toEqual(['allow', 'allow', 'allow', 'implicit-deny', 'implicit-deny']);
  });

  it('S-02: a wildcard in one part of an ARN reaches into no other', () => {
    const withSource = (pattern: string): string =>
      decide({ ...everything, Condition: { ArnLike: { 'aws:SourceArn': pattern } } });

    expect(withSource('arn:aws:cloudfront::*:distribution/E1')).toBe('allow');
    expect(withSource('arn:aws:*:distribution/E1')).toBe('implicit-deny');
    expect(withSource('arn:aws:cloudfront::000000000000:distribution/E?')).toBe('allow');
    expect(withSource('*')).toBe('implicit-deny');
    expect(
      decide({
        ...everything,
        Effect: 'Deny',
        Condition: { ArnLike: { 'aws:SourceArn': '*' } },
      }),
    ).toBe('explicit-deny');
  });

  it('counts policy variables, other effects and values that are no text against access', () => {
    const variable = 'arn:aws:s3:::content/${aws:username}/*';
    const condition = { StringEquals: { 'aws:SourceArn': '${aws:PrincipalArn}' } };

    expect(decide({ ...everything, Resource: variable })).toBe('implicit-deny');
    expect(decide({ ...everything, Effect: 'Deny', Resource: variable })).toBe('explicit-deny');
    expect(decide({ ...everything, Condition: condition })).toBe('implicit-deny');
    expect(decide({ ...everything, Effect: 'allow' })).toBe('explicit-deny');
    expect(decide({ ...everything, Condition: { Bool: { 'aws:SecureTransport': true } } })).toBe(
      'allow',
    );
  });

  it('a negated condition holds for what is absent, IfExists too, any other needs it', () => {
    const absent = (operator: string): string =>
      decide({ ...everything, Condition: { [operator]: { 'aws:SourceVpce': 'vpce-1' } } });

    expect(absent('StringNotEquals')).toBe('allow');
    expect(absent('StringEqualsIfExists')).toBe('allow');
    expect(absent('StringEquals')).toBe('implicit-deny');
    expect(decide({ ...everything, Condition: { Null: { 'aws:SourceVpce': 'true' } } })).toBe(
      'allow',
    );
  });
});
