import { projectRoot } from '#local/emulator/tools';
import {
  buildFunctions,
  checkTypes,
  FRAMEWORKS,
  OURS,
  prepareFramework,
  synthesiseIn,
  writeExistingPartsEnvironment,
  writeLargestEnvironment,
} from './frameworks';

const LARGEST = writeLargestEnvironment();
const ENVIRONMENTS = ['example', 'local', LARGEST, writeExistingPartsEnvironment()];

beforeAll(() => {
  buildFunctions();
});

describe.each(Object.entries(FRAMEWORKS))('on %s', (name, framework) => {
  let folder: string;

  beforeAll(() => {
    folder = prepareFramework(name);
  });

  test('the same sources pass the compiler', () => {
    expect(() => {
      checkTypes(folder);
    }).not.toThrow();
  });

  test.each(ENVIRONMENTS)('%s: both stacks are the same JSON, versions apart', (environment) => {
    const [ours, theirs] = [
      synthesiseIn(projectRoot(), environment),
      synthesiseIn(folder, environment),
    ];
    expect(Object.keys(ours)).toHaveLength(2);
    expect(Object.keys(theirs)).toEqual(Object.keys(ours));
    const { coreVersion, providerVersion, providerSource } = framework;
    for (const [stack, synthesis] of Object.entries(ours)) {
      expect(synthesis.versions).toEqual(OURS);
      expect(theirs[stack]?.versions).toEqual({ coreVersion, providerVersion, providerSource });
      expect(Object.keys(synthesis.json)).toContain('resource');
      expect(theirs[stack]?.json).toEqual(synthesis.json);
    }
  });

  test('another argument would be noticed', () => {
    const [[stack, { json }] = ['', { json: {} }]] = Object.entries(synthesiseIn(folder, LARGEST));
    const other = synthesiseIn(folder, 'example')[stack.replace('largest', 'example')];
    expect(other?.json).toBeDefined();
    expect(other?.json).not.toEqual(json);
  });
});
