import { readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { listFiles, ROOT } from '../structure/source-files';

/** The text of one `@example` of a documentation comment. */
export interface DocExample {
  /** File and name of what is documented, for messages. */
  readonly of: string;
  readonly text: string;
}

function textOf(comment: ts.JSDocTag['comment']): string {
  const text = ts.getTextOfJSDocComment(comment) ?? '';
  return text.replace(/^\s*```(?:ts|typescript)?\n|```\s*$/g, '');
}

/** Every `@example` of an exported declaration in one source text. */
export function examplesIn(file: string, text: string): DocExample[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2023, true);
  return source.statements.flatMap((statement) =>
    ts
      .getJSDocTags(statement)
      .filter(({ tagName }) => tagName.text === 'example')
      .map(({ comment }) => {
        const name = ts.getNameOfDeclaration(statement as unknown as ts.Declaration);
        return { of: `${file} ${name?.getText(source) ?? ''}`.trim(), text: textOf(comment) };
      }),
  );
}

/**
 * Every `@example` in what the package exports: its entries and the files that they are made of.
 */
export function packageExamples(): DocExample[] {
  return listFiles()
    .filter((file) => /^(?:core|custody|modules)\/.*\.ts$/.test(file))
    .flatMap((file) => examplesIn(file, readFileSync(path.join(ROOT, file), 'utf8')));
}

/** What examples name without making it: the stack that they are in, and neighbours. */
const NEIGHBOURS: Readonly<Record<string, string>> = {
  app: "import('cdktf').App",
  stack: "import('cdktf').TerraformStack",
  edgeProvider: "import('cdktf').TerraformProvider",
  owner: "import('edgepass').ResourceOwner",
  environment: "import('edgepass').Environment",
  settings: "import('edgepass').FunctionSettings",
  sessionSettings: "import('edgepass').FunctionSettings",
  queries: "import('edgepass').LogWorkspaceProps['queries']",
  record: "import('edgepass').DeploymentParameterProps['record']",
  store: "import('edgepass').ContentStore",
  bucket: "import('edgepass').PrivateBucket",
  logBucket: "import('edgepass').LogBucket",
  signing: "import('edgepass').SigningKeys",
  signingKey: "import('edgepass').SigningKey",
  keyGroup: "import('edgepass').TrustedKeyGroup",
  api: "import('edgepass').HttpApi",
  edge: "import('edgepass').ContentEdge",
  distribution: "import('edgepass').ContentDistribution",
  distributionArn: 'string',
  guard: "import('edgepass').ViewerGuard",
  originAccess: "import('edgepass').OriginAccess",
  originSecret: "import('edgepass').OriginSecret",
  cachePolicy: "import('edgepass').ContentCachePolicy",
  requestPolicy: "import('edgepass').ApiOriginRequestPolicy",
  headers: "import('edgepass').ContentResponseHeaders",
  tenantHeaders: "import('edgepass').ContentResponseHeaders",
  userHeaders: "import('edgepass').ContentResponseHeaders",
  evidence: "import('edgepass').EvidenceStore",
  webAcl: "import('edgepass').WebAcl",
  session: "import('edgepass').SessionFunction",
  sessionFunction: "import('edgepass').SessionFunction",
  files: "import('edgepass').FilesFunction",
  accessLogs: "import('edgepass').AccessLogs",
  topic: "import('edgepass').AlarmTopic",
  edgeTopic: "import('edgepass').AlarmTopic",
  results: "import('edgepass').QueryResults",
  workspace: "import('edgepass').LogWorkspace",
};

/**
 * An example as a module: with the imports of the entry, and its neighbours declared, where it has
 * none itself.
 */
export function toModule({ of, text }: DocExample, exported: readonly string[]): string {
  const isUsed = (name: string): boolean => new RegExp(`(?<!\\w|\\w\\.)${name}\\b(?!:)`).test(text);
  const isMade = (name: string): boolean => new RegExp(`\\bconst ${name}\\b`).test(text);
  const imports = text.includes('import ') ? [] : exported.filter(isUsed);
  const declared = Object.entries(NEIGHBOURS)
    .filter(([name]) => isUsed(name) && !isMade(name))
    .map(([name, type]) => `declare const ${name}: ${type};`);
  return [
    `// ${of}`,
    `import { ${imports.join(', ')} } from 'edgepass';`,
    ...declared,
    text,
    'export {};\n',
  ].join('\n');
}
