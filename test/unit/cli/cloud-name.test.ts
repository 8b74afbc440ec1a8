import { cloudFolder, isCloudName, parseCloudName } from '#cli/cloud-name';
import { environmentSchema } from '#configuration/environment-schema';
import { InputError } from '#core/errors';

describe('parseCloudName', () => {
  it('is local when nothing is said', () => {
    expect(parseCloudName()).toBe('local');
    expect(cloudFolder('/checkout', 'local')).toBe('/checkout/.edgepass/local');
  });

  it.each(['a', 'trial-2', 'abcdefghijklmnop'])('takes %s', (text) => {
    expect(parseCloudName(text)).toBe(text);
  });

  it.each(['', '..', '../x', 'a/b', 'A', '1a', '-a', 'a b', 'a.b', 'abcdefghijklmnopq', 'ä', 'a-'])(
    'refuses %p, which would be a folder of somebody else or no environment name',
    (text) => {
      expect(() => parseCloudName(text)).toThrow(InputError);
      expect(() => parseCloudName(text)).toThrow('--name');
    },
  );

  it('says why a name that ends in a dash is refused', () => {
    expect(() => parseCloudName('a-')).toThrow('"a-"');
    expect(() => parseCloudName('a-')).toThrow('the last no dash');
  });

  it.each(['a', 'a-', 'a-b', 'abcdefghijklmnop', 'abcdefghijklmno-', 'abcdefghijklmnopq', '1a'])(
    'takes %p exactly where the schema of environment files does',
    (text) => {
      expect(isCloudName(text)).toBe(environmentSchema.shape.name.safeParse(text).success);
    },
  );
});
