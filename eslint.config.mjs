import { readFileSync } from 'node:fs';
import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import prettier from 'eslint-config-prettier';
import jest from 'eslint-plugin-jest';
import simpleImportSort from 'eslint-plugin-simple-import-sort';
import tseslint from 'typescript-eslint';

const { rules: importRules } = JSON.parse(
  readFileSync(new URL('test/structure/import-rules.json', import.meta.url), 'utf8'),
);

const TOP_FOLDERS = [
  ...new Set(importRules.map(({ folder }) => folder.split('/')[0])),
  'analytics',
  'lambdas',
  'examples',
  'test',
  'bench',
];

/** Packages are matched by name here; imports of our own files (`./`, `#core/`) are resolved in test/structure, which knows the file. */
function importBlock({ folder, may }) {
  const packages = may.filter((entry) => !TOP_FOLDERS.includes(entry.split('/')[0]));
  const allowed = packages.map((entry) =>
    entry === 'node:*' ? 'node:' : `${entry.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')}(?:/|$)`,
  );
  const regex = `^(?![.#]${allowed.map((entry) => `|${entry}`).join('')})`;
  return {
    files: [`${folder}/**/*.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ regex, message: `${folder} may import only: ${may.join(', ')}` }, BARREL] },
      ],
    },
  };
}

const BARREL = {
  regex: '^@cdktf/provider-aws$',
  message:
    'import provider classes by subpath (@cdktf/provider-aws/lib/<resource>): the barrel loads all',
};

const BROWSER = [
  'document',
  'location',
  'history',
  'sessionStorage',
  'crypto',
  'btoa',
  'TextEncoder',
  'URLSearchParams',
];

export default defineConfig(
  globalIgnores(['cdktf.out', 'coverage', 'dist', '.edgepass', 'api/types.ts']),
  js.configs.recommended,
  {
    plugins: { 'simple-import-sort': simpleImportSort },
    // One block: Node, packages, our own folders, neighbours.
    rules: {
      'simple-import-sort/imports': [
        'error',
        { groups: [['^\\u0000', '^node:', '^@?\\w', '^#', '^\\.\\.', '^\\.']] },
      ],
      'simple-import-sort/exports': 'error',
    },
  },
  {
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        module: 'writable',
        require: 'readonly',
        Buffer: 'readonly',
        URL: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        fetch: 'readonly',
        AbortSignal: 'readonly',
        __dirname: 'readonly',
      },
    },
  },
  {
    files: ['examples/gallery/public/*.js'],
    languageOptions: { globals: Object.fromEntries(BROWSER.map((name) => [name, 'readonly'])) },
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      'max-lines-per-function': ['error', { max: 70, skipComments: true }],
      'max-lines': ['error', { max: 400, skipComments: true, skipBlankLines: true }],
      'max-params': ['error', { max: 3 }],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'take a Clock' },
      ],
      'no-restricted-imports': ['error', { patterns: [BARREL] }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
    },
  },
  // ESLint applies the last matching block: wider folders first.
  ...[...importRules].sort((a, b) => a.folder.length - b.folder.length).map(importBlock),
  {
    files: [
      'access-token/**/*.ts',
      'lambdas/**/*.ts',
      'local/**/*.ts',
      'cli/**/*.ts',
      'client/**/*.ts',
    ],
    ignores: ['access-token/unverified-issuer.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: 'Identifier[name=/^(decodeJwt|decodeProtectedHeader)$/]',
          message:
            'J-19: tokens are decoded without verification only in access-token/unverified-issuer.ts',
        },
      ],
    },
  },
  {
    files: ['lambdas/*/handler.ts', 'cli/main.ts'],
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    files: ['test/**/*.ts'],
    extends: [jest.configs['flat/recommended']],
    rules: {
      'max-lines-per-function': 'off',
      'max-lines': ['error', { max: 600 }],
      'jest/expect-expect': ['error', { assertFunctionNames: ['expect*', 'fc.assert'] }],
      'no-restricted-properties': 'off',
    },
  },
  { files: ['bench/**/*.ts'], rules: { 'no-restricted-properties': 'off' } },
  prettier,
);
