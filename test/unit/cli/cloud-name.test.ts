import { cloudFolder, parseCloudName } from '#cli/cloud-name';
import { InputError } from '#core/errors';

describe('parseCloudName', () => {
  it('is local when nothing is said', () => {
    expect(parseCloudName()).toBe('local');
    expect(cloudFolder('/checkout', 'local')).toBe('/checkout/.edgepass/local');
  });

  it.each(['a', 'trial-2', 'abcdefghijklmnop'])('takes %s', (text) => {
    expect(parseCloudName(text)).toBe(text);
  });

  it.each(['', '..', '../x', 'a/b', 'A', '1a', '-a', 'a b', 'a.b', 'abcdefghijklmnopq', 'ä'])(
    'refuses %p, which would be a folder of somebody else or no environment name',
    (text) => {
      expect(() => parseCloudName(text)).toThrow(InputError);
      expect(() => parseCloudName(text)).toThrow('--name');
    },
  );
});
