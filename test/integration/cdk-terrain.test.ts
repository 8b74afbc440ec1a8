import { installCdkTerrain, synthesiseWithBoth } from '../support/cdk-terrain';

/** Why the fork cannot be tried here; undefined when it can. */
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
        expect([cdktf.coreVersion, cdkTerrain.coreVersion]).toEqual(['0.21.0', '0.24.0']);
        expect(Object.keys(cdktf.json)).toContain('resource');
        expect(cdkTerrain.json).toEqual(cdktf.json);
      },
    );
  });
}
