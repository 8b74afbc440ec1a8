import { evaluateResourcePolicy, type AccessRequest } from '../../../../local/aws/resource-policy';

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
});
