import { parseCustomPolicy } from '#core/policy/parse-custom-policy';

const RESOURCE = '"Resource":"https://media.example.com/t/acme/*"';
const UNTIL = '"DateLessThan":{"AWS:EpochTime":1767290900}';

function policy(conditions = UNTIL, before = `${RESOURCE},`): string {
  return `{"Statement":[{${before}"Condition":{${conditions}}}]}`;
}

function problems(text: string): readonly string[] {
  const parsed = parseCustomPolicy(text);
  return parsed.ok ? [] : parsed.refusal;
}

describe('parseCustomPolicy', () => {
  it('reads the least policy', () => {
    expect(parseCustomPolicy(policy())).toEqual({
      ok: true,
      value: {
        kind: 'custom',
        resource: 'https://media.example.com/t/acme/*',
        expiresAt: 1_767_290_900,
        startsAt: undefined,
        sourceIpRange: undefined,
      },
    });
  });

  it('reads every condition, in any order and with whitespace', () => {
    const text = policy(
      ` "IpAddress" : {"AWS:SourceIp":"203.0.113.0/24"},\r\n"DateGreaterThan":{"AWS:EpochTime":0}, ${UNTIL}`,
    );

    expect(parseCustomPolicy(`${text}\n`)).toMatchObject({
      value: { expiresAt: 1_767_290_900, startsAt: 0, sourceIpRange: { mask: 0xffffff00 } },
    });
  });

  it('reads a policy without Resource', () => {
    expect(parseCustomPolicy(policy(UNTIL, ''))).toMatchObject({ value: { resource: undefined } });
  });

  it('takes the largest time without losing the comparison', () => {
    const far = policy('"DateLessThan":{"AWS:EpochTime":9223372036854775807}');

    expect(parseCustomPolicy(far)).toMatchObject({
      value: { expiresAt: Number.MAX_SAFE_INTEGER },
    });
  });

  it.each([
    ['{', 'policy_not_json'],
    ['', 'policy_not_json'],
    [`${policy()}x`, 'policy_not_json'],
    ['null', 'policy_statement', 'policy_expiry_missing'],
    ['[]', 'policy_statement', 'policy_expiry_missing'],
    ['"x"', 'policy_statement', 'policy_expiry_missing'],
    ['1', 'policy_statement', 'policy_expiry_missing'],
    ['{}', 'policy_statement', 'policy_expiry_missing'],
    ['{"Statement":{}}', 'policy_statement', 'policy_expiry_missing'],
    ['{"Statement":[]}', 'policy_statement', 'policy_expiry_missing'],
    ['{"Statement":[null]}', 'policy_statement', 'policy_expiry_missing'],
    ['{"Statement":[{},{}]}', 'policy_statement', 'policy_expiry_missing'],
    [`{"Statement":[{${RESOURCE},"Condition":[]}]}`, 'policy_statement', 'policy_expiry_missing'],
    [`{"Statement":[{${RESOURCE}}]}`, 'policy_expiry_missing'],
    [policy(''), 'policy_expiry_missing'],
    [policy('"DateGreaterThan":{"AWS:EpochTime":1}'), 'policy_expiry_missing'],
    [policy(`${UNTIL},${UNTIL}`), 'policy_duplicate_member'],
    [policy(UNTIL, `${RESOURCE},${RESOURCE},`), 'policy_duplicate_member'],
    [policy(UNTIL, `"Effect":"Allow",${RESOURCE},`), 'policy_unknown_member'],
    [policy(`${UNTIL},"NotIpAddress":{}`), 'policy_unknown_member'],
    [policy(UNTIL).replace('{', '{"Id":"x",'), 'policy_unknown_member'],
    [policy('"DateLessThan":{"AWS:EpochTime":1,"x":1}'), 'policy_unknown_member'],
    [policy(`${UNTIL},"IpAddress":{"AWS:SourceIp":"1.2.3.4/32","x":1}`), 'policy_unknown_member'],
    [policy(UNTIL, '"Resource":["x"],'), 'policy_resource'],
    [policy(UNTIL, '"Resource":null,'), 'policy_resource'],
    [policy(UNTIL, '"Resource":7,'), 'policy_resource'],
    [policy('"DateLessThan":1767290900'), 'policy_statement', 'policy_time'],
    [policy('"DateLessThan":{}'), 'policy_time'],
    [policy('"DateLessThan":{"AWS:EpochTime":"1767290900"}'), 'policy_time'],
    [policy('"DateLessThan":{"AWS:EpochTime":null}'), 'policy_time'],
    [policy('"DateLessThan":{"AWS:EpochTime":[1]}'), 'policy_time'],
    [policy('"DateLessThan":{"AWS:EpochTime":{}}'), 'policy_time'],
    [policy('"DateLessThan":{"AWS:EpochTime":true}'), 'policy_time'],
    [policy('"DateLessThan":{"AWS:EpochTime":1767290900.0}'), 'policy_time'],
    [policy('"DateLessThan":{"AWS:EpochTime":1.7e9}'), 'policy_time'],
    [policy('"DateLessThan":{"AWS:EpochTime":-1}'), 'policy_time'],
    [policy('"DateLessThan":{"AWS:EpochTime":9223372036854775808}'), 'policy_time'],
    [policy('"DateLessThan":{"AWS:EpochTime":1767290900000}'), 'policy_milliseconds'],
    [policy(`${UNTIL},"DateGreaterThan":{"AWS:EpochTime":1767290000000}`), 'policy_milliseconds'],
    [policy(`${UNTIL},"DateGreaterThan":{"AWS:EpochTime":1.5}`), 'policy_time'],
    [policy(`${UNTIL},"DateGreaterThan":{}`), 'policy_time'],
    [policy(`${UNTIL},"IpAddress":{}`), 'policy_ip_range'],
    [policy(`${UNTIL},"IpAddress":"1.2.3.4/32"`), 'policy_statement', 'policy_ip_range'],
    [policy(`${UNTIL},"IpAddress":{"AWS:SourceIp":"1.2.3.4"}`), 'policy_ip_range'],
    [policy(`${UNTIL},"IpAddress":{"AWS:SourceIp":["1.2.3.4/32"]}`), 'policy_ip_range'],
    [policy(`${UNTIL},"IpAddress":{"AWS:SourceIp":32}`), 'policy_ip_range'],
  ])('C-12: finds what is wrong with %s', (text, ...expected) => {
    expect(problems(text)).toEqual(expected);
  });

  it('C-12: names every problem at once', () => {
    const text =
      '{"Version":1,"Statement":[{"Resource":[],"Resource":"*","Condition":{"DateLessThan":{"AWS:EpochTime":1767290900000},"DateGreaterThan":{"AWS:EpochTime":"0"},"IpAddress":{"AWS:SourceIp":"::/0"}}}]}';

    expect([...problems(text)].sort()).toEqual([
      'policy_duplicate_member',
      'policy_ip_range',
      'policy_milliseconds',
      'policy_resource',
      'policy_time',
      'policy_unknown_member',
    ]);
  });
});
