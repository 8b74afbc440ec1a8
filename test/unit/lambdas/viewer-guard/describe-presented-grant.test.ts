import { encodeCloudFrontBase64 } from '#core/policy/cloudfront-base64';
import { fingerprintOf } from '#core/signing/fingerprint';
import {
  describePresentedGrant,
  type EventValue,
} from '#lambdas/viewer-guard/describe-presented-grant';

const SIGNATURE = 'Abc-~_'.repeat(50);

function values(pairs: Readonly<Record<string, string>>): Record<string, EventValue> {
  return Object.fromEntries(Object.entries(pairs).map(([name, value]) => [name, { value }]));
}

function encodePolicy(policy: unknown): string {
  return encodeCloudFrontBase64(new TextEncoder().encode(JSON.stringify(policy)));
}

const policyOf = (resource: unknown, condition: unknown = {}): string =>
  encodePolicy({ Statement: [{ Resource: resource, Condition: condition }] });

const CONDITION = {
  DateLessThan: { 'AWS:EpochTime': 1_767_290_900 },
  DateGreaterThan: { 'AWS:EpochTime': 1_767_290_000 },
};

describe('describePresentedGrant', () => {
  it('names key, scope, start, expiry and fingerprint of signed cookies', () => {
    const cookies = values({
      'CloudFront-Policy': policyOf('https://media.example.com/t/acme/*', CONDITION),
      'CloudFront-Signature': SIGNATURE,
      'CloudFront-Key-Pair-Id': 'K2JCJMDEHXQW5F',
    });

    expect(describePresentedGrant({ cookies })).toBe(
      `k=K2JCJMDEHXQW5F;s=/t/acme/*;n=1767290000;e=1767290900;f=${fingerprintOf(SIGNATURE)}`,
    );
  });

  it('reads a signed URL before cookies, a canned one too', () => {
    const cookies = values({ 'CloudFront-Key-Pair-Id': 'KCOOKIE', 'CloudFront-Signature': 'x' });
    const querystring = values({
      Expires: '1767290900',
      Signature: SIGNATURE,
      'Key-Pair-Id': 'KURL',
    });

    expect(describePresentedGrant({ cookies, querystring })).toBe(
      `k=KURL;s=;n=;e=1767290900;f=${fingerprintOf(SIGNATURE)}`,
    );
  });

  it('leaves a scope out that would not fit when it is encoded, and keeps the rest', () => {
    const name = encodeURIComponent('計画書'.repeat(16));
    const cookies = values({
      'CloudFront-Policy': policyOf(`https://media.example.com/t/acme/f/42/${name}`, CONDITION),
      'CloudFront-Signature': SIGNATURE,
      'CloudFront-Key-Pair-Id': 'K2JCJMDEHXQW5F',
    });

    expect(describePresentedGrant({ cookies })).toBe(
      `k=K2JCJMDEHXQW5F;s=;n=1767290000;e=1767290900;f=${fingerprintOf(SIGNATURE)}`,
    );
  });

  it('L-05: never holds enough to open anything: of a signature only 24 characters', () => {
    const cookies = values({
      'CloudFront-Policy': policyOf('https://media.example.com/t/acme/*', CONDITION),
      'CloudFront-Signature': SIGNATURE,
      'CloudFront-Key-Pair-Id': 'K1',
      'another-session': 'of-another-application',
    });
    const described = describePresentedGrant({ cookies });

    expect(described).not.toContain(SIGNATURE.slice(0, 25));
    expect(described).not.toContain('another');
  });

  it.each(['Policy', 'Signature', 'Key-Pair-Id', 'Hash-Algorithm', 'Expires'])(
    'L-07: two of %s in one request are noted as nobody’s',
    (name) => {
      const twice = { value: 'b', multiValue: [{ value: 'a' }, { value: 'b' }] };
      const cookies = values({
        'CloudFront-Policy': policyOf('https://media.example.com/t/acme/*', CONDITION),
        'CloudFront-Signature': SIGNATURE,
        'CloudFront-Key-Pair-Id': 'K1',
      });
      const querystring = values({ Signature: SIGNATURE, 'Key-Pair-Id': 'K1' });

      expect(
        describePresentedGrant({ cookies: { ...cookies, [`CloudFront-${name}`]: twice } }),
      ).toBe('');
      expect(describePresentedGrant({ querystring: { ...querystring, [name]: twice } })).toBe('');
    },
  );

  it.each([
    ['nothing presented', {}],
    ['cookies of others only', { cookies: values({ session: 'x' }) }],
  ])('%s: writes nothing', (_what, request) => {
    expect(describePresentedGrant(request)).toBe('');
  });

  it.each([
    ['not base64', '***'],
    ['not JSON', encodeCloudFrontBase64(new TextEncoder().encode('{'))],
    ['null', encodePolicy(null)],
    ['a number', encodePolicy(7)],
    ['a statement that is a text', encodePolicy({ Statement: 'x' })],
    ['a resource that is an object', policyOf({ toString: 'x' })],
    ['an epoch that is an object', policyOf('x', { DateLessThan: { 'AWS:EpochTime': {} } })],
    ['a condition that is null', policyOf('x', null)],
  ])('L-04: a policy that is %s leaves its parts empty', (_what, policy) => {
    const cookies = values({
      'CloudFront-Policy': policy,
      'CloudFront-Signature': SIGNATURE,
      'CloudFront-Key-Pair-Id': 'K1',
    });

    expect(describePresentedGrant({ cookies })).toMatch(/^k=K1;s=x?;n=;e=;f=Abc-~_/);
  });

  it.each([';e=9999999999', '\n2026-11-22\t00:00:00', '\u001b[31m', '"', 'ä', 'x'.repeat(600)])(
    'L-04: what a stranger writes cannot break out of its part: %j',
    (hostile) => {
      const cookies = values({
        'CloudFront-Policy': policyOf(`https://media.example.com/${hostile}`, {
          DateLessThan: { 'AWS:EpochTime': hostile },
        }),
        'CloudFront-Signature': hostile.repeat(24),
        'CloudFront-Key-Pair-Id': hostile.repeat(2),
      });
      const described = describePresentedGrant({ cookies });

      expect(described).toMatch(/^k=;s=;n=;e=;f=x*$/);
    },
  );
});
