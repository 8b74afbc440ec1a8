import { installCdkTerrain, synthesiseWithBoth } from '../support/cdk-terrain';

/** Why the CDK Terrain fork cannot be tested here. Undefined if it can. */
const missing = ((): string | undefined => {
  try {
    installCdkTerrain();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : 'npm failed';
  }
})();

if (missing !== undefined) {
  it(`is not tried here: npm could not install cdktn@0.24.0 (${missing})`, () => {
    expect(missing).not.toBe('');
  });
} else {
  describe('on the maintained fork of CDKTF', () => {
    it.each(['example', 'local'])(
      'the same source synthesises the same JSON, the version of the library apart: %s',
      (environmentName) => {
        const { cdktf, cdkTerrain } = synthesiseWithBoth(environmentName);
        const stacks = ['delivery', 'analytics'].map((part) => `${environmentName}-${part}`);
        expect(Object.keys(cdktf).sort()).toEqual(stacks.sort());
        for (const name of stacks) {
          const [ours, theirs] = [cdktf[name], cdkTerrain[name]];
          expect([ours?.coreVersion, theirs?.coreVersion]).toEqual(['0.21.0', '0.24.0']);
          expect(Object.keys(ours?.json ?? {})).toContain('resource');
          expect(theirs?.json).toEqual(ours?.json);
        }
      },
    );
  });
}
