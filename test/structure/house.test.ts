import { readFileSync } from 'node:fs';
import path from 'node:path';
import { forbiddenImports, unusedPermissions } from './import-rules';
import {
  listFiles,
  parseSource,
  ROOT,
  undocumentedExports,
  undocumentedProps,
} from './source-files';

const files = listFiles();
const sources = files.filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'));
const LEFTOVER = new RegExp(
  `\\b(?:${['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X', 'HA' + 'CK'].join('|')})\\b`,
);
const VAGUE_NAME = /(?:^|\/)(?:utils?|helpers?|common|shared)(?:\.[^/]*|\/.*)?$/i;

describe('the house', () => {
  it('has no forbidden import', () => {
    expect(sources.flatMap((file) => forbiddenImports(file))).toEqual([]);
  });

  it.each([
    ['core/contract/x.ts', "import { InputError } from '../errors';"],
    ['core/tenancy/x.ts', "import fs from 'node:fs';"],
    ['core/policy/x.ts', "import { createHash } from 'node:crypto';"],
    ['core/signing/x.ts', "import { z } from 'zod';"],
    ['core/signing/x.ts', "import { a } from '#configuration/environment';"],
    ['lambdas/session/x.ts', "import { a } from '#lambdas/viewer-guard/viewer-guard';"],
    ['lambdas/session/x.ts', "import { z } from 'zod';"],
    ['modules/x.ts', "import { S3Bucket } from '@cdktf/provider-aws';"],
    ['modules/x.ts', "import { handler } from '#lambdas/session/handler';"],
    ['modules/stacks/x.ts', "import { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket';"],
    ['modules/signing/x.ts', "import { a } from '../edge/viewer-guard';"],
    ['modules/attic/x.ts', "import { a } from '../edge/viewer-guard';"],
    ['local/cloud/x.ts', "import { a } from '../../core/clock';"],
    ['local/x.ts', "import { DeliveryStack } from '#modules/stacks/delivery-stack';"],
    ['cli/x.ts', "import { Secret } from '#core/index';"],
    ['cli/x.ts', "const m = require('#modules/content/private-bucket');"],
  ])('would refuse in %s: %s', (file, text) => {
    expect(forbiddenImports(file, text)).toHaveLength(1);
  });

  it('allows no import that nobody needs', () => {
    expect(unusedPermissions(sources)).toEqual([]);
  });

  it('would notice a permission that nobody uses', () => {
    const planted = [{ folder: 'access-token', may: ['core', 'left-pad', 'node:*'] }];
    expect(unusedPermissions(sources, planted)).toEqual([
      'access-token: left-pad',
      'access-token: node:*',
    ]);
  });

  it('documents every export of core and modules', () => {
    const documented = sources.filter((file) => /^(?:core|modules)\//.test(file));
    const found = documented.flatMap((file) =>
      undocumentedExports(parseSource(file)).map((line) => `${file}: ${line}`),
    );
    expect(found).toEqual([]);
  });

  it('would notice an export without documentation', () => {
    const text =
      '/** Documented. */\nexport const a = 1;\nexport const b = 2;\n// no\nexport function c() {}';
    expect(undocumentedExports(parseSource('core/x.ts', text))).toEqual([
      'export const b = 2;',
      'export function c() {}',
    ]);
  });

  it('documents every prop of a construct, and says the default of every optional one', () => {
    const found = sources
      .filter((file) => file.startsWith('modules/'))
      .flatMap((file) => undocumentedProps(parseSource(file)).map((prop) => `${file}: ${prop}`));
    expect(found).toEqual([]);
  });

  it('would notice a prop without documentation or default', () => {
    const text = `export interface BoxProps {
      readonly width: number;
      /** Height in pixels. */
      readonly height?: number;
      /** Depth in pixels. @default 1 */
      readonly depth?: number;
    }`;
    expect(undocumentedProps(parseSource('modules/x.ts', text))).toEqual([
      'BoxProps.width has no comment',
      'BoxProps.height has no @default',
    ]);
  });

  it('keeps stacks to composition: under 150 lines', () => {
    const stacks = sources.filter((file) => file.startsWith('modules/stacks/'));
    const long = stacks.filter(
      (file) => readFileSync(path.join(ROOT, file), 'utf8').split('\n').length > 150,
    );
    expect(stacks.length).toBeGreaterThan(1);
    expect(long).toEqual([]);
  });

  it('has no file whose name says nothing', () => {
    expect(files.filter((file) => VAGUE_NAME.test(file))).toEqual([]);
    expect(
      ['a/utils.ts', 'helpers/a.ts', 'x/common/y.ts', 'shared.mjs'].every((file) =>
        VAGUE_NAME.test(file),
      ),
    ).toBe(true);
  });

  it('has no leftover marker', () => {
    const marked = files
      .filter((file) => /\.(?:ts|mjs|js|sql|md|css|html|yaml)$/.test(file))
      .filter((file) => LEFTOVER.test(readFileSync(path.join(ROOT, file), 'utf8')));
    expect(marked).toEqual([]);
  });

  it('skips no test and runs none alone', () => {
    const tests = sources.filter(
      (file) => file.endsWith('.test.ts') && !file.startsWith('test/structure/'),
    );
    const silenced = tests.filter((file) =>
      /\b(?:it|test|describe)\.(?:skip|only|todo)\b|\bx(?:it|describe)\(/.test(
        readFileSync(path.join(ROOT, file), 'utf8'),
      ),
    );
    expect(silenced).toEqual([]);
  });

  it('has the expected files and folders at its top', () => {
    const top = new Set(files.map((file) => file.split('/')[0]));
    const expected = [
      'main.ts',
      'lambdas',
      'modules',
      'test',
      'cdktf.json',
      'package.json',
      'tsconfig.json',
      'jest.config.js',
      '.terraform-version',
      'README.md',
    ];
    expect(expected.filter((name) => !top.has(name))).toEqual([]);
  });

  it('names no document, person or issue that a reader of the repository cannot find', () => {
    const unknown = /\bdesign section|\bthe owner (?:asked|named|prescribed)|\bthe issue text/i;
    const named = files.filter(
      (file) =>
        /\.(?:ts|mjs|js|sql|md|json)$/.test(file) &&
        unknown.test(readFileSync(path.join(ROOT, file), 'utf8')),
    );
    expect(unknown.test('as design section 4 says')).toBe(true);
    expect(named.filter((file) => file !== 'test/structure/house.test.ts')).toEqual([]);
  });

  it('names no path of one machine and no private registry', () => {
    const texts = files.filter((file) => !/\.(?:png|lock)$/.test(file));
    const named = texts.filter((file) =>
      /\/(?:work|farm)\/|\/opt\/tf-plugins/.test(readFileSync(path.join(ROOT, file), 'utf8')),
    );
    expect(named.filter((file) => file !== 'test/structure/house.test.ts')).toEqual([]);
  });
});
