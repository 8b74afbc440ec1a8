import { execFileSync } from 'node:child_process';
import { Linter } from 'eslint';
import tseslint from 'typescript-eslint';
import { ROOT } from './source-files';

/**
 * Prints for each given file name the rule `no-restricted-syntax` that applies to it. One process
 * does this for all files.
 */
const PRINT_RULES = `
  const { ESLint } = require('eslint');
  const eslint = new ESLint();
  const ruleOf = async (file) => (await eslint.calculateConfigForFile(file)).rules['no-restricted-syntax'];
  const files = JSON.parse(process.argv[1]);
  Promise.all(files.map(ruleOf)).then((rules) => console.log(JSON.stringify(rules)));
`;

const ONE_SHAPE = /core\/outcome\.ts/;
const NO_NULL = /what is absent is undefined/;

const REFUSED: readonly (readonly [string, string, RegExp])[] = [
  ['core/x.ts', 'type A = { readonly accepted: true; readonly x: 1 };', ONE_SHAPE],
  ['access-token/x.ts', 'interface A { readonly found: false }', ONE_SHAPE],
  ['lambdas/session/x.ts', 'function a(): RefusalReason | undefined { return; }', ONE_SHAPE],
  ['lambdas/session/x.ts', 'const a = (): Promise<Claims | RefusalReason> => b;', ONE_SHAPE],
  ['local/x.ts', 'const a = b ? 1 : null;', NO_NULL],
  ['cli/x.ts', 'interface A { readonly b: string | null }', NO_NULL],
  ['analytics/x.ts', 'function a() { return null; }', NO_NULL],
  ['modules/edge/x.ts', 'f(null);', NO_NULL],
];

const TAKEN: readonly (readonly [string, string])[] = [
  ['core/x.ts', 'type A = { readonly ok: true; readonly value: 1 };'],
  ['core/x.ts', 'const isObject = typeof a === "object" && a !== null;'],
  ['cli/x.ts', 'JSON.stringify(a, null, 2);'],
  ['local/x.ts', 'const a = JSON.parse(b) as A | null;'],
  ['analytics/engines/x.ts', 'const cell: Cell | null = null;'],
];

const rules = new Map<string, Linter.RuleEntry>();

beforeAll(() => {
  const files = [...new Set([...REFUSED, ...TAKEN].map(([file]) => file))];
  const printed = execFileSync(process.execPath, ['-e', PRINT_RULES, JSON.stringify(files)], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  const found = JSON.parse(printed) as readonly (Linter.RuleEntry | null)[];
  files.forEach((file, at) => rules.set(file, found[at] ?? 'off'));
});

/**
 * Returns the messages of ESLint for a text by the rule `no-restricted-syntax` that applies to a
 * file of this name.
 */
function messagesOf(file: string, text: string): readonly string[] {
  const rule = rules.get(file) ?? 'off';
  return new Linter()
    .verify(
      text,
      [
        {
          files: ['**/*.ts'],
          languageOptions: { parser: tseslint.parser },
          rules: { 'no-restricted-syntax': rule },
        },
      ],
      { filename: file },
    )
    .map(({ message }) => message);
}

it.each(REFUSED)('ESLint refuses in %s: %s', (file, text, message) => {
  expect(messagesOf(file, text)).toEqual([expect.stringMatching(message) as string]);
});

it.each(TAKEN)('ESLint takes in %s: %s', (file, text) => {
  expect(messagesOf(file, text)).toEqual([]);
});
