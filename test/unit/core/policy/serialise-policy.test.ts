import { AssumptionError, InputError } from '#core/errors';
import { epochSeconds } from '#core/policy/epoch-seconds';
import {
  assertParsesTo,
  isPlainResource,
  serialiseCannedPolicy,
  serialiseIssuedPolicy,
} from '#core/policy/serialise-policy';
import { thrownBy } from '../thrown-by';

const issued = {
  resource: 'https://media.example.com/t/acme/*',
  startsAt: epochSeconds(1_767_289_940),
  expiresAt: epochSeconds(1_767_290_900),
};

const UNPRINTABLE = ['"', '\\', '\t', '\r', '\n', '\u0000', ' ', '\u007f', 'é', '\u2028', '\ud800'];

describe('serialiseIssuedPolicy', () => {
  it('C-04: writes exactly these bytes', () => {
    expect(serialiseIssuedPolicy(issued)).toBe(
      '{"Statement":[{"Resource":"https://media.example.com/t/acme/*","Condition":{"DateLessThan":{"AWS:EpochTime":1767290900},"DateGreaterThan":{"AWS:EpochTime":1767289940}}}]}',
    );
  });

  it.each(UNPRINTABLE)('C-02: refuses %j in a Resource', (character) => {
    const resource = `https://media.example.com/t/acme/${character}x`;

    expect(isPlainResource(resource)).toBe(false);
    expect(thrownBy(() => serialiseIssuedPolicy({ ...issued, resource }))).toMatchObject({
      name: 'InputError',
      code: 'ERR_POLICY_RESOURCE',
      field: 'resource',
      message: `resource: expected visible ASCII characters without quotes and backslashes, received ${JSON.stringify(resource)}`,
    });
  });

  it('C-02: refuses no Resource', () => {
    expect(() => serialiseIssuedPolicy({ ...issued, resource: '' })).toThrow(InputError);
  });

  it('C-02: takes every other visible character as it is', () => {
    const visible = Array.from({ length: 94 }, (_, index) => String.fromCharCode(0x21 + index));
    const resource = visible.join('').replace(/["\\]/g, '');

    expect(serialiseIssuedPolicy({ ...issued, resource })).toContain(`"Resource":"${resource}"`);
  });

  it.each([0, 1, 1000])('C-08: refuses a start %d s after the expiry', (after) => {
    const startsAt = epochSeconds(issued.expiresAt + after);

    expect(thrownBy(() => serialiseIssuedPolicy({ ...issued, startsAt }))).toMatchObject({
      code: 'ERR_POLICY_WINDOW',
      field: 'expiresAt',
      message: `expiresAt: expected a time after the start, ${startsAt}, received 1767290900`,
    });
  });
});

describe('assertParsesTo', () => {
  const text = serialiseIssuedPolicy(issued);

  it('C-02: accepts the text that was intended', () => {
    expect(() => {
      assertParsesTo(text, issued);
    }).not.toThrow();
  });

  it.each([
    ['another Resource', text.replace('acme', 'globex')],
    ['no Resource', text.replace(/"Resource":"[^"]+",/, '')],
    ['another expiry', text.replace('1767290900', '1767290901')],
    ['another start', text.replace('1767289940', '1767289939')],
    ['no start', text.replace(/,"DateGreaterThan":[^}]+}/, '')],
    ['an address', text.replace('}}}]}', '},"IpAddress":{"AWS:SourceIp":"0.0.0.0/0"}}}]}')],
    ['two statements', text.replace('[', '[{},')],
    ['no policy', '{}'],
  ])('C-02: refuses a text with %s', (_, other) => {
    expect(other).not.toBe(text);
    expect(() => {
      assertParsesTo(other, issued);
    }).toThrow(
      new AssumptionError('The policy that was built does not parse to what was intended'),
    );
  });
});

describe('serialiseCannedPolicy', () => {
  it('writes what CloudFront rebuilds, digits as sent', () => {
    expect(
      serialiseCannedPolicy({
        kind: 'canned',
        resource: 'https://media.example.com/x?a=1&b={2}',
        expires: '9223372036854775807',
      }),
    ).toBe(
      '{"Statement":[{"Resource":"https://media.example.com/x?a=1&b={2}","Condition":{"DateLessThan":{"AWS:EpochTime":9223372036854775807}}}]}',
    );
  });

  it.each(UNPRINTABLE)('C-02: does not guess how %j is written', (character) => {
    const resource = `https://media.example.com/${character}`;

    expect(serialiseCannedPolicy({ kind: 'canned', resource, expires: '1' })).toBeUndefined();
  });
});
