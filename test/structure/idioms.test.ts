import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { Linter } from 'eslint';
import tseslint from 'typescript-eslint';
import { ROOT } from './source-files';

/** What ESLint says of a text, by the rule about syntax that a file of this name gets. */
function messagesOf(file: string, text: string): readonly string[] {
  const eslint = path.join(ROOT, 'node_modules/eslint/bin/eslint.js');
  const printed = execFileSync(process.execPath, [eslint, '--print-config', file], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  const { rules } = JSON.parse(printed) as { rules: Linter.RulesRecord };
  const rule = rules['no-restricted-syntax'] ?? 'off';
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

const ONE_SHAPE = /core\/outcome\.ts/;
const NO_NULL = /what is absent is undefined/;

it.each([
  ['core/x.ts', 'type A = { readonly accepted: true; readonly x: 1 };', ONE_SHAPE],
  ['access-token/x.ts', 'interface A { readonly found: false }', ONE_SHAPE],
  ['lambdas/session/x.ts', 'function a(): RefusalReason | undefined { return; }', ONE_SHAPE],
  ['lambdas/session/x.ts', 'const a = (): Promise<Claims | RefusalReason> => b;', ONE_SHAPE],
  ['local/x.ts', 'const a = b ? 1 : null;', NO_NULL],
  ['cli/x.ts', 'interface A { readonly b: string | null }', NO_NULL],
  ['analytics/x.ts', 'function a() { return null; }', NO_NULL],
  ['modules/edge/x.ts', 'f(null);', NO_NULL],
])('ESLint refuses in %s: %s', (file, text, message) => {
  expect(messagesOf(file, text)).toEqual([expect.stringMatching(message) as string]);
});

it.each([
  ['core/x.ts', 'type A = { readonly ok: true; readonly value: 1 };'],
  ['core/x.ts', 'const isObject = typeof a === "object" && a !== null;'],
  ['cli/x.ts', 'JSON.stringify(a, null, 2);'],
  ['local/x.ts', 'const a = JSON.parse(b) as A | null;'],
  ['analytics/engines/x.ts', 'const cell: Cell | null = null;'],
])('ESLint takes in %s: %s', (file, text) => {
  expect(messagesOf(file, text)).toEqual([]);
});
