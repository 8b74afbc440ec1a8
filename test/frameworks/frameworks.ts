import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot, readTools } from '#local/emulator/tools';
import { installPackages, runToSuccess } from '../support/install-packages';

const ROOT = projectRoot();
const HOME = path.join('.edgepass', 'frameworks');
/** What `main.ts` needs of this project. */
const SOURCES = [
  'main.ts',
  'access-token',
  'analytics',
  'configuration',
  'core',
  'dist/functions',
  'environments',
  'modules',
];

/** A library and bindings of the AWS provider on which the stacks must be the same. */
export interface Framework {
  readonly dependencies: Readonly<Record<string, string>>;
  /** Packages under whose names the sources import, and what those are called here. */
  readonly renamed: Readonly<Record<string, string>>;
  readonly coreVersion: string;
  readonly providerVersion: string;
  /** Name of the provider as the library writes it. */
  readonly providerSource: string;
}

/** What the project itself uses. */
export const OURS = { coreVersion: '0.21.0', providerVersion: '5.100.0', providerSource: 'aws' };

/** Frameworks by the name of their folder. */
export const FRAMEWORKS: Readonly<Record<string, Framework>> = {
  'cdktf 0.21.0 with provider 6.25.0': {
    dependencies: { cdktf: '0.21.0', constructs: '10.4.2', '@cdktf/provider-aws': '21.22.1' },
    renamed: {},
    coreVersion: '0.21.0',
    providerVersion: '6.25.0',
    providerSource: 'aws',
  },
  'cdktn 0.24.0 with provider 6.66.0': {
    dependencies: { cdktn: '0.24.0', constructs: '10.7.2', '@cdktn/provider-aws': '25.7.0' },
    renamed: { cdktf: 'cdktn', '@cdktf/provider-aws': '@cdktn/provider-aws' },
    coreVersion: '0.24.0',
    providerVersion: '6.66.0',
    providerSource: 'hashicorp/aws',
  },
};

const folderOf = (name: string): string =>
  path.join(ROOT, HOME, name.replaceAll(/[^a-z0-9.]+/g, '-'));

/** Imports of a renamed package, its subpaths included. */
function renameImports(text: string, renamed: Framework['renamed']): string {
  return text.replaceAll(
    /(from |import\()'((?:@cdktf\/provider-aws|cdktf))(?=['/])/g,
    (_whole, before: string, name: string) => `${before}'${renamed[name] ?? name}`,
  );
}

function copySources(folder: string, renamed: Framework['renamed']): void {
  for (const source of SOURCES) {
    rmSync(path.join(folder, source), { recursive: true, force: true });
    cpSync(path.join(ROOT, source), path.join(folder, source), { recursive: true });
  }
  const typescript = ['main.ts', ...readdirSync(path.join(folder, 'modules'), { recursive: true })]
    .map(String)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => path.join(folder, file === 'main.ts' ? '' : 'modules', file));
  for (const file of typescript)
    writeFileSync(file, renameImports(readFileSync(file, 'utf8'), renamed));
}

/**
 * Installs a framework into a folder of its own and copies the sources there, with renamed imports.
 *
 * @returns the folder
 * @throws Error with what npm says when it cannot
 */
export function prepareFramework(name: string): string {
  const framework = FRAMEWORKS[name];
  if (framework === undefined) throw new Error(`no framework ${name}`);
  const folder = folderOf(name);
  // The imports (`#core/…`) of the copied sources are resolved by this manifest.
  const { imports } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
    imports: object;
  };
  const manifest = { imports, dependencies: framework.dependencies };
  installPackages(folder, manifest);
  copySources(folder, framework.renamed);
  return folder;
}

/** Checks the types of `main.ts` and `modules`. @throws Error with what the compiler says */
export function checkTypes(folder: string): void {
  const configuration = {
    extends: path.join(ROOT, 'tsconfig.json'),
    compilerOptions: { types: ['node'] },
    include: ['main.ts', 'modules/**/*.ts'],
    exclude: [],
  };
  writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify(configuration));
  const compiler = path.join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  runToSuccess({ command: [readTools(ROOT).node, compiler, '-p', '.'], folder });
}

function writeEnvironment(name: string, changes: object): string {
  const example = readFileSync(path.join(ROOT, 'environments', 'example.json'), 'utf8');
  const document = {
    ...(JSON.parse(example) as Record<string, unknown>),
    $schema: undefined,
    name,
    // Ours and theirs then differ if the relative path does.
    state: { type: 'local' },
    account: '123456789012',
    ...changes,
  };
  const file = path.join(ROOT, HOME, `${name}.json`);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(document));
  return file;
}

/** The environment with every option on. @returns its file */
export function writeLargestEnvironment(): string {
  const parentDomain = { confirmNoParentDomainCookies: true };
  return writeEnvironment('largest', {
    webAcl: { requestsPerFiveMinutes: 300, logs: { requests: 'blocked' } },
    retired: { signingKeys: { old: 'keep', older: 'delete' } },
    logs: {
      objectLock: true,
      refusalMetric: true,
      evidence: parentDomain,
      v1: { includeCookies: true, ...parentDomain },
    },
  });
}

/** The environment that uses existing resources wherever it can. @returns its file */
export function writeExistingPartsEnvironment(): string {
  const ours = 'arn:aws:sns:eu-central-1:123456789012:ours';
  return writeEnvironment('existing', {
    contentHost: {
      name: 'media.example.com',
      certificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/ours',
    },
    content: {
      existingBucket: { name: 'ours', region: 'eu-west-1' },
      existingKmsKeyArn: 'arn:aws:kms:eu-central-1:123456789012:key/ours',
    },
    webAcl: { arn: 'arn:aws:wafv2:us-east-1:123456789012:global/webacl/ours/1' },
    alarms: { topicArn: ours, edgeTopicArn: ours.replace('eu-central-1', 'us-east-1') },
  });
}

/** One synthesised stack. */
export interface Synthesis {
  /** What Terraform reads, without the versions. */
  readonly json: Record<string, unknown>;
  readonly versions: typeof OURS;
}

/** Removes what may differ: the version of the library, the version and name of the provider. */
function normalise(text: string): Synthesis {
  const document = JSON.parse(text) as {
    '//': { metadata: { version: string } };
    terraform: { required_providers: { aws: { source: string; version: string } } };
  };
  const { metadata } = document['//'];
  const { aws } = document.terraform.required_providers;
  const versions = {
    coreVersion: metadata.version,
    providerVersion: aws.version,
    providerSource: aws.source,
  };
  metadata.version = aws.source = aws.version = 'any';
  return { json: document, versions };
}

/** Synthesises an environment in a tree: this project's own, or that of a framework. */
export function synthesiseIn(
  folder: string,
  environment: string,
): Readonly<Record<string, Synthesis>> {
  // At the same place in every tree: the path of the state is relative.
  const outFolder = path.join(folder, HOME, 'out', path.basename(environment, '.json'));
  rmSync(outFolder, { recursive: true, force: true });
  mkdirSync(outFolder, { recursive: true });
  const loader = path.join(ROOT, 'node_modules', 'tsx', 'dist', 'loader.mjs');
  runToSuccess({
    command: [readTools(ROOT).node, '--import', `file://${loader}`, 'main.ts'],
    folder,
    environment: { CDKTF_OUTDIR: outFolder, EDGEPASS_ENVIRONMENT: environment },
  });
  const stacks = path.join(outFolder, 'stacks');
  return Object.fromEntries(
    readdirSync(stacks).map((name) => {
      const file = path.join(stacks, name, 'cdk.tf.json');
      return [name, normalise(readFileSync(file, 'utf8'))] as const;
    }),
  );
}

/** Bundles the functions, which are the same everywhere. */
export function buildFunctions(): void {
  const program = path.join(ROOT, 'lambdas', 'build-functions.mjs');
  runToSuccess({ command: [readTools(ROOT).node, program], folder: ROOT });
}
