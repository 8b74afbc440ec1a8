import ts from 'typescript';
import { listFiles, parseSource } from './source-files';

const jestConfiguration = jest.requireActual<{
  readonly testTimeout: number;
  readonly projects: readonly object[];
}>('../../jest.config.js');

/** Functions of Jest that accept a time limit, with the number of arguments before it. */
const ARGUMENTS_BEFORE_LIMIT: Readonly<Record<string, number>> = {
  test: 2,
  it: 2,
  beforeAll: 1,
  beforeEach: 1,
  afterAll: 1,
  afterEach: 1,
};

/**
 * Returns the name of the called function, for example `it` for `it.each(table)(…)` and
 * `it.only(…)`.
 */
function calledName(expression: ts.Expression): string {
  if (ts.isPropertyAccessExpression(expression)) return calledName(expression.expression);
  if (ts.isCallExpression(expression)) return calledName(expression.expression);
  return ts.isIdentifier(expression) ? expression.text : '';
}

/** Returns the calls of a test file that set their own time limit, each with its line. */
function ownLimits(file: string, text?: string): readonly string[] {
  const source = parseSource(file, text);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      const before = ARGUMENTS_BEFORE_LIMIT[calledName(node.expression)] ?? Infinity;
      const setsLimit = node.expression.getText(source) === 'jest.setTimeout';
      if (setsLimit || node.arguments.length > before) {
        const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
        found.push(`${file}:${line + 1}`);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

describe('no test fails on time', () => {
  it('has one generous limit for all layers', () => {
    expect(jestConfiguration.testTimeout).toBeGreaterThanOrEqual(600_000);
    expect(jestConfiguration.projects.filter((layer) => 'testTimeout' in layer)).toEqual([]);
  });

  it('has no other limit in any test', () => {
    const tests = listFiles().filter((file) => /^test\/.*\.ts$/.test(file));
    expect(tests.flatMap((file) => ownLimits(file))).toEqual([]);
  });

  it.each([
    'jest.setTimeout(60_000);',
    "it('a', () => {}, 1_000);",
    "it.each([1])('a', () => {}, 1_000);",
    'beforeAll(async () => {}, 1_000);',
  ])('would notice %s', (text) => {
    expect(ownLimits('test/x.test.ts', text)).toEqual(['test/x.test.ts:1']);
  });
});
