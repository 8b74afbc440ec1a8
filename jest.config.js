'use strict';

// Jest cannot `require` ES modules below Node 24.9: the ESM-only packages are transformed as well.
const ESM_ONLY =
  'content-disposition|jose|oidc-provider|oidc-token-hash|koa|@koa|quick-lru|nanoid|eta|raw-body|tough-cookie|tldts|tldts-core';

const base = {
  testEnvironment: 'node',
  transform: {
    '^.+\\.(?:ts|js|mjs)$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
        module: { type: 'commonjs', ignoreDynamic: false },
      },
    ],
  },
  transformIgnorePatterns: [`/node_modules/(?!(?:${ESM_ONLY})/)`],
  clearMocks: true,
  restoreMocks: true,
};

const OFFLINE = [
  '<rootDir>/test/support/refuse-network.ts',
  '<rootDir>/test/support/property-seed.ts',
];

const SYNTHESIS = '<rootDir>/test/support/quick-synthesis.ts';

const layer = (name, extra = {}) => ({
  ...base,
  displayName: name,
  testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
  ...extra,
});

/** One project for each test layer. `test/run.ts` runs the layers in this order. */
module.exports = {
  projects: [
    layer('structure', { setupFiles: OFFLINE }),
    layer('unit', { setupFiles: OFFLINE }),
    layer('property', { setupFiles: OFFLINE }),
    layer('vectors', { setupFiles: OFFLINE }),
    layer('synth', { setupFiles: [...OFFLINE, SYNTHESIS] }),
    layer('integration'),
    layer('browser'),
    layer('trino'),
    layer('package'),
    layer('localstack'),
    layer('frameworks'),
    layer('cdktf-cli'),
    layer('key-changes', { setupFiles: [SYNTHESIS] }),
  ],
  globalSetup: '<rootDir>/test/support/create-temporary-folder.ts',
  globalTeardown: '<rootDir>/test/support/remove-temporary-folder.ts',
  // One limit for all layers: it ends what hangs, and no slow machine reaches it.
  testTimeout: 900_000,
  testSequencer: '<rootDir>/test/support/longest-first.js',
  // Jest leaves one core free unless told; of two that is half.
  maxWorkers: '100%',
  randomize: true,
  // core/contract holds constants only; the coverage tool counts one that no unit test reads.
  collectCoverageFrom: ['core/**/*.ts', '!core/index.ts', '!core/contract/**'],
  coverageThreshold: { './core/': { branches: 100, functions: 100, lines: 100, statements: 100 } },
};
