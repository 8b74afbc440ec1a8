import {
  add,
  customCookie,
  customPolicy,
  FILE,
  HOST,
  LATER,
  OPENSSL,
  refused,
  TENANT,
} from './vector-builder';

/**
 * Policies that CloudFront does not accept. Each has a correct signature, so only the policy is
 * wrong.
 */
export function addMalformedPolicies(): void {
  const resource = `"Resource":"${HOST}/*"`;
  const until = `"DateLessThan":{"AWS:EpochTime":${LATER}}`;
  const good = `{${resource},"Condition":{${until}}}`;
  const withTime = (time: string): string =>
    `{"Statement":[{${resource},"Condition":{"DateLessThan":{"AWS:EpochTime":${time}}}}]}`;
  const withIp = (range: string): string =>
    customPolicy(`${HOST}/*`, `${until},"IpAddress":{"AWS:SourceIp":${range}}`);
  const cases: readonly (readonly [string, string, ...string[]])[] = [
    ['not JSON', '{"Statement":[', 'policy_not_json'],
    ['text after the document', `{"Statement":[${good}]}{}`, 'policy_not_json'],
    ['empty policy', '', 'policy_not_json'],
    [
      'duplicate Statement',
      `{"Statement":[${good}],"Statement":[${good}]}`,
      'policy_duplicate_member',
    ],
    [
      'duplicate Resource',
      `{"Statement":[{${resource},${resource},"Condition":{${until}}}]}`,
      'policy_duplicate_member',
    ],
    [
      'duplicate Resource by escape',
      `{"Statement":[{${resource},"\\u0052esource":"*","Condition":{${until}}}]}`,
      'policy_duplicate_member',
    ],
    [
      'duplicate DateLessThan',
      `{"Statement":[{${resource},"Condition":{${until},${until}}}]}`,
      'policy_duplicate_member',
    ],
    [
      'two statements',
      `{"Statement":[${good},${good}]}`,
      'policy_statement',
      'policy_expiry_missing',
    ],
    ['no statement', '{"Statement":[]}', 'policy_statement', 'policy_expiry_missing'],
    [
      'Statement as an object',
      `{"Statement":${good}}`,
      'policy_statement',
      'policy_expiry_missing',
    ],
    [
      'unknown member at the top',
      `{"Version":"2012-10-17","Statement":[${good}]}`,
      'policy_unknown_member',
    ],
    [
      'unknown member in the statement',
      `{"Statement":[{"Effect":"Allow",${resource},"Condition":{${until}}}]}`,
      'policy_unknown_member',
    ],
    [
      'unknown condition',
      `{"Statement":[{${resource},"Condition":{${until},"StringLike":{}}}]}`,
      'policy_unknown_member',
    ],
    [
      'wrong letter case',
      `{"Statement":[{${resource},"Condition":{"dateLessThan":{"AWS:EpochTime":${LATER}}}}]}`,
      'policy_unknown_member',
      'policy_expiry_missing',
    ],
    ['no DateLessThan', `{"Statement":[{${resource},"Condition":{}}]}`, 'policy_expiry_missing'],
    ['no Condition', `{"Statement":[{${resource}}]}`, 'policy_expiry_missing'],
    [
      'Resource as an array',
      `{"Statement":[{"Resource":["${HOST}/*"],"Condition":{${until}}}]}`,
      'policy_resource',
    ],
    [
      'Resource null',
      `{"Statement":[{"Resource":null,"Condition":{${until}}}]}`,
      'policy_resource',
    ],
    ['time as a string', withTime(`"${LATER}"`), 'policy_time'],
    ['time as a float', withTime(`${LATER}.0`), 'policy_time'],
    ['time with an exponent', withTime('1.8e9'), 'policy_time'],
    ['negative time', withTime('-1'), 'policy_time'],
    ['time beyond 64 bits', withTime('9223372036854775808'), 'policy_time'],
    ['milliseconds', withTime(`${LATER}000`), 'policy_milliseconds'],
    ['bare address', withIp('"203.0.113.7"'), 'policy_ip_range'],
    ['IPv6 range', withIp('"2001:db8::/32"'), 'policy_ip_range'],
    ['empty octet', withIp('"203..113.7/32"'), 'policy_ip_range'],
    ['hexadecimal octet', withIp('"0xcb.0.113.7/32"'), 'policy_ip_range'],
    ['two prefix lengths', withIp('"203.0.113.7/32/32"'), 'policy_ip_range'],
    ['two ranges', withIp('["203.0.113.0/24"]'), 'policy_ip_range'],
  ];
  for (const [comment, policy, ...reasons] of cases) {
    add(
      {
        comment,
        source: OPENSSL,
        flags: ['MalformedPolicy'],
        url: FILE,
        cookie: customCookie(policy),
      },
      refused('MalformedPolicy', ...reasons),
    );
  }
  const alphabet = customCookie(TENANT);
  const standard = Buffer.from(TENANT).toString('base64');
  add(
    {
      comment: 'policy in ordinary base64',
      source: OPENSSL,
      flags: ['Base64'],
      url: FILE,
      cookie: alphabet.replace(/Policy=[^;]+/, `Policy=${standard}`),
    },
    refused('MalformedPolicy', 'policy_encoding'),
  );
  add(
    {
      comment: 'junk after the signature',
      source: OPENSSL,
      flags: ['Base64'],
      url: FILE,
      cookie: alphabet.replace(/(Signature=[^;]+)/, '$1!!'),
    },
    refused('MalformedSignature', 'malformed_signature'),
  );
  add(
    {
      comment: 'both Policy and Expires',
      source: OPENSSL,
      flags: ['MalformedPolicy'],
      url: FILE,
      cookie: `${alphabet}; CloudFront-Expires=${LATER}`,
    },
    refused('MalformedPolicy', 'policy_and_expires'),
  );
}
