import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildSync, transformSync } from 'esbuild';
import { readTools } from '#local/emulator/tools';
import { renderApiReport } from '../generated/api-report';
import { type DocExample, examplesIn, packageExamples, toModule } from './doc-examples';
import { browserRecipes } from './doc-recipes';
import {
  installAlone,
  installExample,
  packTarball,
  requireIn,
  ROOT,
  runIn,
} from './installed-package';

const REQUEST = {
  url: 'https://media.example.com/t/acme/a.png',
  method: 'GET',
  headers: {},
  clientIp: '203.0.113.7',
  now: 1_767_290_000,
  publicKeys: {},
};

/** Entries for browsers, which have ES modules alone. */
const BROWSER_ENTRIES = ['client', 'client/files', 'react'] as const;

/** Exact versions, as this checkout locks them. */
function locked(...names: readonly string[]): string[] {
  const { devDependencies } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
    devDependencies: Readonly<Record<string, string>>;
  };
  return names.map((name) => `${name}@${devDependencies[name] ?? 'missing'}`);
}

let tarball: string;
let alone: string;
let whole: string;

beforeAll(() => {
  tarball = packTarball();
  alone = installAlone(tarball);
  const more = locked(
    ...['@duckdb/node-api', '@aws-sdk/client-kms', '@types/node', 'typescript'],
    ...['react', '@types/react', 'hls.js'],
  );
  whole = installExample('constructs', tarball, more);
});

const bin = (name: string): string => path.join(ROOT, 'node_modules', '.bin', name);
const edgepass = (folder: string, arguments_: readonly string[], input?: string) =>
  runIn(folder, ['npx', '--no-install', 'edgepass', ...arguments_], input);

describe('the tarball', () => {
  it('has no complaint of publint, suggestions included', () => {
    const { exitCode, output } = runIn(ROOT, [bin('publint'), tarball, '--strict']);
    expect(output).toContain('All good!');
    expect(exitCode).toBe(0);
  });

  it('has types for every way of resolving but the one of Node 10', () => {
    const attw = [bin('attw'), tarball] as const;
    const entries = [
      ['--profile', 'node16', '--exclude-entrypoints', ...BROWSER_ENTRIES],
      ['--profile', 'esm-only', '--entrypoints', ...BROWSER_ENTRIES],
    ];
    for (const options of entries) {
      const { exitCode, output } = runIn(ROOT, [...attw, ...options]);
      expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
    }
  });

  it('holds no source, no test and no second Node', () => {
    const installed = path.join(alone, 'node_modules');
    const files = readdirSync(path.join(installed, 'edgepass'), { recursive: true }).map(String);
    expect(files.filter((file) => /(?<!\.d)\.ts$|^(?:test|local)\//.test(file))).toEqual([]);
    expect(readdirSync(installed).filter((name) => name.startsWith('node-'))).toEqual([]);
  });
});

describe('edgepass/client/files and edgepass/react', () => {
  it.each([
    ['client-files', []],
    ['react', ['react']],
  ])('%s is one file that imports %j', (name, imported) => {
    const dist = path.join(alone, 'node_modules', 'edgepass', 'dist');
    const { metafile, outputFiles } = buildSync({
      entryPoints: [path.join(dist, `${name}.mjs`)],
      bundle: true,
      minify: true,
      format: 'esm',
      write: false,
      metafile: true,
      external: ['react'],
    });
    const bytes = gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).length;
    process.stderr.write(`${name}: ${bytes} bytes, minified and gzipped\n`);
    const imports = Object.values(metafile.inputs).flatMap((input) => input.imports);
    expect(Object.keys(metafile.inputs)).toHaveLength(1);
    expect(imports.map((one) => one.path)).toEqual(imported);
  });

  it('React components say that they run in browsers only', () => {
    const react = path.join(alone, 'node_modules', 'edgepass', 'dist', 'react.mjs');
    expect(readFileSync(react, 'utf8')).toMatch(/^'use client';\n/);
  });
});

describe('edgepass/client', () => {
  const file = (): string => path.join(alone, 'node_modules', 'edgepass', 'dist', 'client.mjs');

  it('imports nothing and is smaller than 3 KB as browsers get it', () => {
    const { outputFiles, metafile } = buildSync({
      entryPoints: [file()],
      bundle: true,
      minify: true,
      format: 'esm',
      write: false,
      metafile: true,
    });
    expect(Object.keys(metafile.inputs)).toHaveLength(1);
    const bytes = gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).length;
    process.stderr.write(`edgepass/client: ${bytes} bytes, minified and gzipped\n`);
    expect(bytes).toBeLessThan(3 * 1_024);
  });

  it('loses the media part when a page uses the session alone', () => {
    const contents = `export { createSession } from ${JSON.stringify(file())}`;
    const { outputFiles } = buildSync({
      stdin: { contents, resolveDir: alone },
      bundle: true,
      minify: true,
      format: 'esm',
      write: false,
    });
    const text = outputFiles.map((output) => output.text).join('');
    expect(text).toContain('/api/session');
    expect(text).not.toContain('edgepass-unavailable');
  });
});

describe('installed alone', () => {
  it('has brought no cdktf, no AWS client and no DuckDB', () => {
    const installed = readdirSync(path.join(alone, 'node_modules'));
    expect(installed.filter((name) => name.startsWith('@') || name === 'cdktf')).toEqual([]);
  });

  it.each([
    ['require', "console.log(require('edgepass/core').parseTenantId('acme'))"],
    ['import', "import('edgepass/core').then((core) => console.log(core.parseTenantId('acme')))"],
  ])('gives edgepass/core to %s', (_how, program) => {
    expect(requireIn(alone, [process.execPath, '-e', program])).toBe('acme\n');
  });

  it('gives one class to both: an error of one is an instance for the other', () => {
    const program = `
      const { InputError } = require('edgepass/core');
      import('edgepass/core').then((core) => console.log(core.InputError === InputError));`;
    expect(requireIn(alone, [process.execPath, '-e', program])).toBe('true\n');
  });

  it.each([
    ['edgepass', "require('edgepass')", '@cdktf/provider-aws'],
    [
      'edgepass/custody',
      "require('edgepass/custody').createKmsSigner({}).sign(Buffer.from('x'))",
      '@aws-sdk/client-kms',
    ],
  ])('names the package that %s needs', (_entry, program, name) => {
    const { exitCode, errorOutput } = runIn(alone, [process.execPath, '-e', program]);
    expect(exitCode).not.toBe(0);
    expect(errorOutput).toContain(name);
  });

  it('decides a request: npx edgepass verify', () => {
    const { exitCode, output } = edgepass(alone, ['verify', '-'], JSON.stringify(REQUEST));
    expect(exitCode).toBe(0);
    expect(JSON.parse(output)).toMatchObject({ code: 'MissingKey', reasons: ['missing_key_id'] });
  });

  it('lists the questions and checks an environment file', () => {
    expect(edgepass(alone, ['logs', 'list']).output).toContain('causes-by-tenant');
    const file = path.join('node_modules', 'edgepass', 'environments', 'example.json');
    expect(edgepass(alone, ['config', 'check', file])).toMatchObject({ exitCode: 0 });
  });

  it.each([
    [['up'], 2, 'up: expected a checkout of Edgepass'],
    [['logs', 'query', 'refusals', '--source', '.'], 3, 'npm install @duckdb/node-api'],
    [['config', 'check', 'production'], 2, 'allowed: a path that ends in .json'],
    [['check'], 3, 'npm install @aws-sdk/client-'],
  ])('says what %j lacks, in a line or two', (arguments_, code, says) => {
    const { exitCode, errorOutput } = edgepass(alone, arguments_);
    expect(errorOutput).toContain(says);
    expect(errorOutput.trim().split('\n').length).toBeLessThanOrEqual(2);
    expect(exitCode).toBe(code);
  });

  it('says how long the command takes, against an empty program', () => {
    const file = path.join(alone, 'node_modules', 'edgepass', 'dist', 'command', 'edgepass.js');
    const medianOf = (arguments_: readonly string[]): number => {
      const times = Array.from({ length: 9 }, () => {
        const started = performance.now();
        requireIn(alone, [process.execPath, ...arguments_]);
        return performance.now() - started;
      });
      return times.sort((a, b) => a - b)[4] ?? NaN;
    };
    const ratio = medianOf([file, 'logs', 'list']) / medianOf(['-e', '0']);
    process.stderr.write(
      `edgepass logs list: ${ratio.toFixed(1)} times an empty program (budget: 10)\n`,
    );
    expect(ratio).toBeGreaterThan(0);
  });
});

const CONSUMER = `
import { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket/index.js';
import { PrivateBucket, type ContentBucket } from 'edgepass';
import { parseTenantId, type Signer, type TenantId } from 'edgepass/core';
import { createKmsSigner } from 'edgepass/custody';

export const tenant: TenantId = parseTenantId('acme');
export type Kind = typeof PrivateBucket;
export const describe = (bucket: S3Bucket): ContentBucket => ({
  bucketName: bucket.id,
  bucketArn: bucket.arn,
  bucketRegionalDomainName: bucket.bucketRegionalDomainName,
});
/** The signer of one entry is the signer of the other. */
export const sign: (input: Parameters<typeof createKmsSigner>[0]) => Signer = createKmsSigner;
`;

describe('with the packages that a consumer brings', () => {
  it.each([
    ['node16', 'node16', 'consumer.cts'],
    ['node16', 'node16', 'consumer.mts'],
    ['nodenext', 'nodenext', 'consumer.cts'],
    ['nodenext', 'nodenext', 'consumer.mts'],
    ['esnext', 'bundler', 'consumer.ts'],
  ])('has the types of a consumer: module %s, resolution %s, %s', (module, resolution, file) => {
    writeFileSync(path.join(whole, file), CONSUMER);
    const options = ['--module', module, '--moduleResolution', resolution, '--target', 'es2023'];
    const tsc = path.join(whole, 'node_modules', '.bin', 'tsc');
    // Declarations are checked as well, ours among them: no skipLibCheck.
    const ours = ['--strict', '--noEmit', '--ignoreConfig', '--types', 'node', file];
    expect(runIn(whole, [tsc, ...options, ...ours])).toMatchObject({ exitCode: 0, output: '' });
  });

  it('refuses what the types forbid', () => {
    const wrong = CONSUMER.replace("parseTenantId('acme')", "'acme'");
    writeFileSync(path.join(whole, 'wrong.mts'), wrong);
    const tsc = path.join(whole, 'node_modules', '.bin', 'tsc');
    const options = ['--module', 'nodenext', '--target', 'es2023', '--strict', '--noEmit'];
    const { exitCode, output } = runIn(whole, [
      tsc,
      ...[...options, '--ignoreConfig', '--types', 'node', '--skipLibCheck', 'wrong.mts'],
    ]);
    expect(exitCode).not.toBe(0);
    expect(output).toContain('wrong.mts(7,14)');
  });

  it('loads the constructs with require and with import', () => {
    const names = "Object.keys(entry).includes('DeliveryStack')";
    const required = `const entry = require('edgepass'); console.log(${names})`;
    const imported = `import('edgepass').then((entry) => console.log(${names}))`;
    for (const program of [required, imported])
      expect(requireIn(whole, [process.execPath, '-e', program])).toBe('true\n');
  });

  it('signs with KMS, and gives its errors the class of the entry', () => {
    const program = `
      const { createKmsSigner, KmsSigningError } = require('edgepass/custody');
      const client = { send: () => Promise.reject(new Error('down')) };
      createKmsSigner({ client, kmsKeyId: 'k', keyPairId: 'K1', algorithm: 'ECDSA_SHA_256' })
        .sign(Buffer.from('x'))
        .catch((error) => console.log(error instanceof KmsSigningError, error.cause.message));`;
    expect(requireIn(whole, [process.execPath, '-e', program])).toBe('true down\n');
  });

  it('asks logs on DuckDB', () => {
    const generate = ['logs', 'generate', '--out', 'logs', '--lines', '2000', '--start'];
    expect(edgepass(whole, [...generate, '2026-01-02T00:00:00Z'])).toMatchObject({ exitCode: 0 });
    const window = ['--from', '2026-01-02T00:00:00Z', '--to', '2026-01-03T00:00:00Z'];
    const query = [
      'logs',
      'query',
      'causes-by-tenant',
      '--source',
      'logs/logs',
      '--format',
      'json',
    ];
    const { exitCode, output, errorOutput } = edgepass(whole, [...query, ...window]);
    expect({ exitCode, errorOutput }).toMatchObject({ exitCode: 0 });
    expect((JSON.parse(output) as unknown[]).length).toBeGreaterThan(10);
  });
});

/** Compiles examples in the folder of a consumer. @returns what the compiler says */
function compileExamples(examples: readonly DocExample[]): string {
  mkdirSync(path.join(whole, 'doc-examples'), { recursive: true });
  const program = "console.log(JSON.stringify(Object.keys(require('edgepass'))))";
  const exported = JSON.parse(requireIn(whole, [process.execPath, '-e', program])) as string[];
  const files = examples.map((example, index) => {
    const file = path.join('doc-examples', `example-${index}.ts`);
    writeFileSync(path.join(whole, file), toModule(example, exported));
    return file;
  });
  const options = ['--module', 'esnext', '--moduleResolution', 'bundler', '--target', 'es2023'];
  const others = ['--strict', '--noEmit', '--ignoreConfig', '--types', 'node', '--skipLibCheck'];
  const tsc = path.join(whole, 'node_modules', '.bin', 'tsc');
  return runIn(whole, [tsc, ...options, ...others, ...files]).output;
}

describe('the examples in documentation comments', () => {
  const examples = packageExamples();

  it('are there, and compile against the installed package', () => {
    expect(examples.map(({ of }) => of)).toContain('custody/index.ts createKmsSigner');
    expect(compileExamples(examples)).toBe('');
  });

  it('would be refused with a prop that does not exist', () => {
    const text = `/**
 * A signer.
 *
 * @example
 * \`\`\`ts
 * import { createKmsSigner } from 'edgepass/custody';
 * createKmsSigner({ keyId: 'x' });
 * \`\`\`
 * @see nothing
 */
export function planted(): void {}`;
    expect(compileExamples(examplesIn('planted.ts', text))).toContain("'keyId' does not exist");
  });
});

describe('the recipes of docs/browser-client.md', () => {
  const recipes = browserRecipes();

  /** Compiles modules for a browser. @returns what the compiler says */
  function compileRecipes(texts: readonly string[]): string {
    mkdirSync(path.join(whole, 'recipes'), { recursive: true });
    const files = texts.map((text, index) => {
      const file = path.join('recipes', `recipe-${index}.tsx`);
      writeFileSync(path.join(whole, file), text);
      return file;
    });
    const tsc = path.join(whole, 'node_modules', '.bin', 'tsc');
    const options = ['--module', 'esnext', '--moduleResolution', 'bundler', '--target', 'es2023'];
    const others = [
      '--strict',
      '--noEmit',
      '--ignoreConfig',
      '--jsx',
      'react-jsx',
      '--types',
      'react',
    ];
    const lib = ['--lib', 'es2023,dom,dom.iterable', '--skipLibCheck'];
    return runIn(whole, [tsc, ...options, ...others, ...lib, ...files]).output;
  }

  it('are there, and compile against the installed package', () => {
    const entries = ['client', 'client/files', 'react'].map((entry) => `'edgepass/${entry}'`);
    const missing = [...entries, "'hls.js'"].filter((name) => !recipes.join().includes(name));
    expect(missing).toEqual([]);
    expect(compileRecipes(recipes)).toBe('');
  });

  it('would be refused with an option that does not exist', () => {
    const wrong = recipes.map((text) => text.replaceAll('getToken:', 'getTokens:'));
    expect(compileRecipes(wrong)).toContain("'getTokens' does not exist");
  });

  it('the loader for Next.js leads to the content host, also for a path with other letters', () => {
    const loader = recipes.find((text) => text.includes('edgepassLoader')) ?? '';
    const { code } = transformSync(loader, { loader: 'ts', format: 'cjs' });
    const program = `${code}
      const { default: load } = module.exports;
      console.log(load({ src: '/t/acme/f/1/a b.png', width: 640 }));`;
    expect(requireIn(whole, [process.execPath, '-e', program])).toBe(
      'https://media.example.com/t/acme/f/1/a%20b.png\n',
    );
  });
});

describe('the report of public types', () => {
  const declarations = (): string => path.join(ROOT, 'dist', 'core.d.ts');

  it('changes with a public type', () => {
    const text = readFileSync(declarations(), 'utf8');
    const [was, is] = [
      'declare function isTenantId(text: string)',
      'declare function isTenantId(text: string, strict?: boolean)',
    ];
    const planted = path.join(ROOT, 'dist', 'core-planted.d.ts');
    try {
      writeFileSync(planted, text.replace(was, is));
      expect(renderApiReport(planted)).toContain('strict?: boolean');
      expect(renderApiReport(declarations())).not.toContain('strict?: boolean');
    } finally {
      rmSync(planted);
    }
  });

  it('names every construct that the entry exports', () => {
    const report = readFileSync(path.join(ROOT, 'docs', 'api', 'index.api.md'), 'utf8');
    const program = "console.log(JSON.stringify(Object.keys(require('edgepass'))))";
    const names = JSON.parse(requireIn(whole, [process.execPath, '-e', program])) as string[];
    expect(names.filter((name) => !report.includes(` ${name}`))).toEqual([]);
  });
});

describe('examples/constructs', () => {
  const stack = (): string => path.join(whole, 'cdktf.out', 'stacks', 'media');

  beforeAll(() => {
    requireIn(whole, [process.execPath, 'main.ts']);
  });

  it('has no type error', () => {
    expect(requireIn(whole, ['npx', '--no-install', 'tsc', '-p', '.'])).toBe('');
  });

  it('synthesises its own bucket behind the distribution, and its own issuer', () => {
    const text = readFileSync(path.join(stack(), 'cdk.tf.json'), 'utf8');
    expect(text).toContain('acme-files-');
    expect(text).toContain('AWS:SourceArn');
    const archives = readdirSync(path.join(whole, 'cdktf.out', '.functions'), { recursive: true });
    expect(archives.map(String).filter((file) => file.endsWith('function.zip'))).toHaveLength(1);
  });

  it('is valid Terraform for the AWS provider', () => {
    const { terraform, terraformConfiguration } = readTools(ROOT);
    const run = (...arguments_: string[]) =>
      requireIn(whole, [
        'env',
        `TF_CLI_CONFIG_FILE=${terraformConfiguration}`,
        ...[terraform, `-chdir=${stack()}`, ...arguments_, '-no-color'],
      ]);
    run('init', '-input=false');
    expect(run('validate')).toContain('The configuration is valid');
    expect(existsSync(path.join(stack(), '.terraform.lock.hcl'))).toBe(true);
  });

  it('signs a grant that edgepass verify reads', () => {
    const cookies = requireIn(whole, [process.execPath, 'sign-grant.ts']).trim().split('\n');
    expect(cookies.slice(0, -1).map((line) => line.split('=')[0])).toEqual(
      expect.arrayContaining([
        'CloudFront-Policy',
        'CloudFront-Signature',
        'CloudFront-Key-Pair-Id',
      ]),
    );
    const header = cookies.slice(0, -1).join('; ');
    const url = 'https://media.acme.example/t/design/plan.pdf';
    const request = {
      ...REQUEST,
      url,
      headers: { cookie: header },
      now: Math.floor(Date.now() / 1_000),
    };
    const { output } = edgepass(whole, ['verify', '-'], JSON.stringify(request));
    // Its key was made on the spot: what is left to refuse is that nobody trusts it.
    expect(JSON.parse(output)).toMatchObject({ reasons: ['unknown_key'] });
  });
});
