import { format, inspect } from 'node:util';
import { Secret } from '#core/secret';

const secret = new Secret('hunter2');

describe('Secret', () => {
  it('reveals its value on request', () => {
    expect(secret.reveal()).toBe('hunter2');
  });

  it.each([
    ['toString', secret.toString()],
    // eslint-disable-next-line @typescript-eslint/restrict-template-expressions -- what careless code does
    ['a template', `${secret}`],
    ['JSON', JSON.stringify({ secret })],
    ['console.log', format('%s %o %j', secret, secret, secret)],
    ['inspection with hidden members', inspect(secret, { showHidden: true, depth: 9 })],
    ['its entries', JSON.stringify(Object.entries(secret))],
    ['its keys', Object.getOwnPropertyNames(secret).join()],
  ])('does not show it through %s', (_, shown) => {
    expect(shown).not.toContain('hunter2');
  });

  it('says that something was left out', () => {
    expect([secret.toString(), secret.toJSON(), inspect(secret)]).toEqual([
      '[redacted]',
      '[redacted]',
      '[redacted]',
    ]);
  });
});
