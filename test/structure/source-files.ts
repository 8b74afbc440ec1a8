import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/** Root folder of the checkout. */
export const ROOT = path.resolve(__dirname, '..', '..');

/** Returns every file that git tracks or would track, relative to the root. */
export function listFiles(): string[] {
  const output = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  return output.split('\n').filter((file) => file !== '' && existsSync(path.join(ROOT, file)));
}

/** The syntax tree of a TypeScript file. */
export function parseSource(
  file: string,
  text = readFileSync(path.join(ROOT, file), 'utf8'),
): ts.SourceFile {
  return ts.createSourceFile(file, text, ts.ScriptTarget.ES2023, true);
}

/**
 * Returns every module that a file names in an import, an export or a call of `import` or
 * `require`.
 */
export function importsOf(source: ts.SourceFile): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (
      (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) &&
      node.moduleSpecifier !== undefined
    ) {
      found.push((node.moduleSpecifier as ts.StringLiteral).text);
    }
    if (ts.isCallExpression(node) && /^(?:import|require)$/.test(node.expression.getText(source))) {
      const [argument] = node.arguments;
      if (argument !== undefined && ts.isStringLiteral(argument)) found.push(argument.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/**
 * Returns the path that an import of a project file refers to, relative to the root and without
 * extension: `./x` is relative to the file, and `#core/x` is relative to the root (`imports` in
 * package.json).
 */
export function resolveOwn(file: string, specifier: string): string {
  const target = specifier.startsWith('#')
    ? specifier.slice(1)
    : path.posix.join(path.posix.dirname(file), specifier);
  const folder = path.join(ROOT, target);
  const isFolder =
    existsSync(folder) && statSync(folder).isDirectory() && !existsSync(`${folder}.ts`);
  return isFolder ? `${target}/index` : target;
}

function hasDocComment(node: ts.Node, source: ts.SourceFile): boolean {
  const comments = ts.getLeadingCommentRanges(source.text, node.getFullStart()) ?? [];
  return comments.some(({ pos }) => source.text.startsWith('/**', pos));
}

function isExported(node: ts.Node): boolean {
  if (!ts.canHaveModifiers(node)) return false;
  return ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;
}

/**
 * Returns the names of exported declarations without a documentation comment. For overloads, the
 * comment of the first signature counts.
 */
export function undocumentedExports(source: ts.SourceFile): string[] {
  return source.statements
    .filter((statement) => isExported(statement) && !hasDocComment(statement, source))
    .map((statement) => statement.getText(source).split('\n')[0] ?? '');
}

function propComplaints(property: ts.PropertySignature, source: ts.SourceFile): string[] {
  if (!hasDocComment(property, source)) return ['has no comment'];
  const isOptional = property.questionToken !== undefined;
  return isOptional && !property.getFullText(source).includes('@default')
    ? ['has no @default']
    : [];
}

/**
 * Returns props of constructs (`…Props` interfaces) that have no comment, or that are optional and
 * have no `@default`.
 */
export function undocumentedProps(source: ts.SourceFile): string[] {
  return source.statements
    .filter((statement) => ts.isInterfaceDeclaration(statement))
    .filter(({ name }) => name.text.endsWith('Props'))
    .flatMap(({ name, members }) =>
      members
        .filter((member) => ts.isPropertySignature(member))
        .flatMap((member) =>
          propComplaints(member, source).map(
            (complaint) => `${name.text}.${member.name.getText(source)} ${complaint}`,
          ),
        ),
    );
}
