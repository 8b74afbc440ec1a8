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

/**
 * Packages are matched by name here; imports of our own files (`./`, `#core/`) are resolved in
 * test/structure, which knows the file.
 */
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
  'navigator',
  'document',
  'location',
  'history',
  'sessionStorage',
  'crypto',
  'btoa',
  'TextEncoder',
  'URLSearchParams',
];

/** A refusal travels as a value in one shape only: `Outcome` of core/outcome.ts. */
const REFUSAL_SHAPES = [
  {
    // `allowed` belongs to verdicts about a viewer's request, which the command prints.
    selector:
      "TSPropertySignature[optional!=true][key.name!='ok'][key.name!='allowed'] > TSTypeAnnotation > TSLiteralType > Literal[raw=/^(true|false)$/]",
    message: 'a value or a refusal is an Outcome (core/outcome.ts)',
  },
  {
    selector:
      ':function > TSTypeAnnotation TSUnionType > TSTypeReference[typeName.name=/^(RefusalReason|ViewerRefusalReason|PolicyProblem|EpochTextProblem)$/]',
    message: 'a reason alone is no answer: return an Outcome (core/outcome.ts)',
  },
];

/**
 * What is absent is `undefined`. To compare with null what JSON or the platform gave is fine, and
 * so are the arguments of `JSON.stringify`, `Object.create` and `new Response`.
 */
const NO_NULL = [
  {
    selector:
      "Literal[raw='null']:not(BinaryExpression > *):not(CallExpression[callee.property.name=/^(stringify|create)$/] > *):not(NewExpression[callee.name='Response'] > *)",
    message: 'what is absent is undefined',
  },
  {
    selector: "TSNullKeyword:not(TSAsExpression[expression.callee.property.name='parse'] *)",
    message: 'what is absent is undefined',
  },
];

const UNVERIFIED_TOKENS = [
  {
    selector: 'Identifier[name=/^(decodeJwt|decodeProtectedHeader)$/]',
    message:
      'J-19: tokens are decoded without verification only in access-token/unverified-issuer.ts',
  },
];

/** Where null is written, because something outside demands it. */
const NULL_PLACES = {
  'access-token/presets.ts': 'settings are JSON: null switches a check off, in writing',
  'access-token/token-issuer.ts': 'settings are JSON: null switches a check off, in writing',
  'core/policy/strict-json.ts': 'JSON has null',
  'analytics/engines/*.ts': 'SQL has null',
  'analytics/verification/verify-presented.ts': 'cells of SQL',
  'analytics/report/charts.ts': 'cells of SQL',
  'analytics/report/draw-chart.ts': 'echarts takes null for no element and no theme',
  'cli/init/questions.ts': 'an environment file is JSON: null switches a check off, in writing',
  'cli/logs/output-format.ts': 'cells of SQL',
  'client/tabs.ts': 'the type of a lock that another tab has',
  'configuration/explain-configuration-error.ts': 'the type of process.exitCode',
  'lambdas/http/http-api-event.ts': 'an event is JSON',
  'local/athena/query-runner.ts': 'cells of SQL',
  'local/cloudfront/viewer-function.ts': 'what a function returns or throws',
  'local/emulator/tools.ts': 'tools.json',
};

const IDIOM_FOLDERS = [
  'main.ts',
  ...['core', 'custody', 'registry', 'configuration', 'modules', 'aws', 'analytics'].map(
    (folder) => `${folder}/**/*.ts`,
  ),
];
const TOKEN_FOLDERS = ['access-token', 'lambdas', 'local', 'cli', 'client'].map(
  (folder) => `${folder}/**/*.ts`,
);

function restrictSyntax(...selectors) {
  return { 'no-restricted-syntax': ['error', ...selectors.flat()] };
}

export default defineConfig(
  // The example is an app of its own: test/package checks its types against the installed package.
  globalIgnores([
    'cdktf.out',
    'coverage',
    'dist',
    '.edgepass',
    'api/types.ts',
    'examples/constructs',
  ]),
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
    files: ['examples/gallery/*.js'],
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
  // A page has the clock of its browser and no other.
  { files: ['client/**/*.ts'], rules: { 'no-restricted-properties': 'off' } },
  // ESLint applies the last matching block, so each of these four holds everything that it needs.
  { files: IDIOM_FOLDERS, rules: restrictSyntax(REFUSAL_SHAPES, NO_NULL) },
  { files: TOKEN_FOLDERS, rules: restrictSyntax(REFUSAL_SHAPES, NO_NULL, UNVERIFIED_TOKENS) },
  {
    files: Object.keys(NULL_PLACES),
    rules: restrictSyntax(REFUSAL_SHAPES, UNVERIFIED_TOKENS),
  },
  {
    files: ['access-token/unverified-issuer.ts'],
    rules: restrictSyntax(REFUSAL_SHAPES, NO_NULL),
  },
  {
    files: ['lambdas/*/handler.ts', 'lambdas/http/container.ts', 'cli/main.ts'],
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
  // Prettier wraps code but not comments. `code` is no limit: Prettier leaves long strings alone.
  {
    files: ['**/*.ts', '**/*.mjs'],
    ignores: ['api/types.ts'],
    rules: {
      'max-len': [
        'error',
        {
          code: 1_000,
          comments: 100,
          ignoreUrls: true,
          ignorePattern: 'eslint-disable|<reference',
        },
      ],
    },
  },
);
