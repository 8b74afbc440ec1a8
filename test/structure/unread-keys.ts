import path from 'node:path';
import ts from 'typescript';
import { ROOT } from './source-files';

/** A key of environment files that has a value, and the type of the object that contains it. */
interface Leaf {
  readonly key: string;
  readonly name: string;
  readonly holder: ts.Type;
}

/** A place that reads a member: the member's name and the type of the object. */
interface Read {
  readonly name: string;
  readonly from: ts.Type;
}

/** An object that is spread into another one, and the expected type of the result. */
interface Spread {
  readonly from: ts.Type;
  readonly to: ts.Type;
}

const SCHEMA_FILE = path.join(ROOT, 'configuration/environment-schema.ts');
const SOURCE = new RegExp(`^${ROOT}/(?!node_modules/|configuration/|test/|bench/|dist/)`);

/**
 * Creates the TypeScript program of the project. `planted` is added to the text of the schema as
 * further keys.
 */
export function createProjectProgram(planted: string): ts.Program {
  const configFile = path.join(ROOT, 'tsconfig.json');
  const { config } = ts.readConfigFile(configFile, (file) => ts.sys.readFile(file)) as {
    config: unknown;
  };
  const { options, fileNames } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
  const host = ts.createCompilerHost(options, true);
  const readFile = host.readFile.bind(host);
  const getSourceFile = host.getSourceFile.bind(host);
  host.getSourceFile = (file, ...rest) => {
    if (path.resolve(file) !== SCHEMA_FILE) return getSourceFile(file, ...rest);
    const marker = 'z.strictObject({\n  $schema:';
    const text = readFile(file) ?? '';
    if (!text.includes(marker)) throw new Error(`${file}: where is ${marker}?`);
    const withKeys = text.replace(marker, `z.strictObject({\n  ${planted}\n  $schema:`);
    return ts.createSourceFile(file, withKeys, ts.ScriptTarget.ES2023, true);
  };
  const sources = fileNames.filter((file) => SOURCE.test(file) || file === SCHEMA_FILE);
  return ts.createProgram({ rootNames: sources, options, host });
}

function isHolder(type: ts.Type, checker: ts.TypeChecker): boolean {
  return (
    (type.flags & ts.TypeFlags.Object) !== 0 &&
    !checker.isArrayType(type) &&
    checker.getPropertiesOfType(type).length > 0
  );
}

/** Returns the types of the values that a key can have. Looks one level into lists and records. */
function valuesOf(type: ts.Type, checker: ts.TypeChecker): readonly ts.Type[] {
  if (type.isUnion()) return type.types.flatMap((one) => valuesOf(one, checker));
  if (checker.isArrayType(type)) {
    return checker
      .getTypeArguments(type as ts.TypeReference)
      .flatMap((one) => valuesOf(one, checker));
  }
  const record = (type.flags & ts.TypeFlags.Object) === 0 ? undefined : type.getStringIndexType();
  return record === undefined ? [type] : valuesOf(record, checker);
}

function leavesOf(holder: ts.Type, prefix: string, checker: ts.TypeChecker): readonly Leaf[] {
  return checker.getPropertiesOfType(holder).flatMap((property) => {
    const { name } = property;
    const key = `${prefix}${name}`;
    const inner = valuesOf(checker.getTypeOfSymbol(property), checker).filter((type) =>
      isHolder(type, checker),
    );
    return inner.length === 0
      ? [{ key, name, holder }]
      : inner.flatMap((type) => leavesOf(type, `${key}.`, checker));
  });
}

/** Returns every key of environment files by the type that the parser returns. */
function leavesOfEnvironment(program: ts.Program, checker: ts.TypeChecker): readonly Leaf[] {
  const file = program.getSourceFile(SCHEMA_FILE);
  const symbol = file === undefined ? undefined : checker.getSymbolAtLocation(file);
  const environment = checker
    .getExportsOfModule(symbol ?? fail('no schema'))
    .find(({ name }) => name === 'Environment');
  const type = checker.getDeclaredTypeOfSymbol(environment ?? fail('no type Environment'));
  return leavesOf(type, '', checker);
}

function fail(what: string): never {
  throw new Error(what);
}

function readAt(node: ts.Node, checker: ts.TypeChecker): Read | undefined {
  if (ts.isPropertyAccessExpression(node)) {
    return { name: node.name.text, from: checker.getTypeAtLocation(node.expression) };
  }
  if (ts.isElementAccessExpression(node)) {
    const index = checker.getTypeAtLocation(node.argumentExpression);
    if (!index.isStringLiteral()) return undefined;
    return { name: index.value, from: checker.getTypeAtLocation(node.expression) };
  }
  if (!ts.isBindingElement(node) || !ts.isObjectBindingPattern(node.parent)) return undefined;
  const name = node.propertyName ?? node.name;
  if (!ts.isIdentifier(name)) return undefined;
  return { name: name.text, from: checker.getTypeAtLocation(node.parent) };
}

/**
 * Returns the places outside `configuration` that read one of the names, and the objects that are
 * spread.
 */
function usesIn(
  program: ts.Program,
  checker: ts.TypeChecker,
  names: ReadonlySet<string>,
): { readonly reads: readonly Read[]; readonly spreads: readonly Spread[] } {
  const reads: Read[] = [];
  const spreads: Spread[] = [];
  const visit = (node: ts.Node): void => {
    const text = nameAt(node);
    if (text === undefined || names.has(text)) {
      const read = readAt(node, checker);
      if (read !== undefined && names.has(read.name)) reads.push(read);
    }
    if (ts.isSpreadAssignment(node)) spreads.push(...spreadAt(node, checker));
    ts.forEachChild(node, visit);
  };
  program
    .getSourceFiles()
    .filter(({ fileName }) => SOURCE.test(fileName))
    .forEach(visit);
  return { reads, spreads };
}

/** Returns `{ ...from }` if a value of the type `to` is expected. */
function spreadAt(node: ts.SpreadAssignment, checker: ts.TypeChecker): readonly Spread[] {
  const to = checker.getContextualType(node.parent);
  return to === undefined ? [] : [{ from: checker.getTypeAtLocation(node.expression), to }];
}

/**
 * Returns the name that a node reads, from the text alone. Types are computed only for these nodes,
 * because that is slow.
 */
function nameAt(node: ts.Node): string | undefined {
  if (ts.isPropertyAccessExpression(node)) return node.name.text;
  if (ts.isElementAccessExpression(node)) return undefined;
  if (!ts.isBindingElement(node)) return '';
  const name = node.propertyName ?? node.name;
  return ts.isIdentifier(name) ? name.text : '';
}

function kindsOf(type: ts.Type, checker: ts.TypeChecker): readonly ts.Type[] {
  const present = checker.getNonNullableType(type);
  return present.isUnion() ? present.types : [present];
}

function declarationsOf(type: ts.Type, name: string): readonly ts.Declaration[] {
  return type.getProperty(name)?.declarations ?? [];
}

/**
 * Returns whether a type of the project declares the member. A type of a package, or one with
 * arbitrary names, proves nothing.
 */
function isOwnMember(type: ts.Type, name: string): boolean {
  return declarationsOf(type, name).some(
    (one) => !one.getSourceFile().fileName.includes('/node_modules/'),
  );
}

/**
 * Returns the keys of environment files that no source file outside `configuration` reads. A read
 * counts only if the object has a type that fits the type that contains the key, or into which that
 * type is spread. A member of the same name in another object does not count.
 */
export function unreadKeys(program: ts.Program): readonly string[] {
  const checker = program.getTypeChecker();
  const leaves = leavesOfEnvironment(program, checker);
  const { reads, spreads } = usesIn(program, checker, new Set(leaves.map(({ name }) => name)));
  const isSame = (one: ts.Type, other: ts.Type): boolean =>
    checker.isTypeAssignableTo(one, other) && checker.isTypeAssignableTo(other, one);
  const isReadFrom = (holder: ts.Type, { name, from }: Read): boolean => {
    const kinds = kindsOf(from, checker).filter((kind) => isOwnMember(kind, name));
    if (kinds.some((kind) => checker.isTypeAssignableTo(holder, kind))) return true;
    const spread = spreads.filter((one) =>
      kindsOf(one.from, checker).some((kind) => isSame(holder, kind)),
    );
    // The rest of a destructured object has its own type, but its members are declared in the
    // original type.
    const declared = kinds.flatMap((kind) => declarationsOf(kind, name));
    return spread.some(({ to }) =>
      kindsOf(to, checker)
        .flatMap((target) => declarationsOf(target, name))
        .some((one) => declared.includes(one)),
    );
  };
  const isRead = ({ name, holder }: Leaf): boolean =>
    reads.some((read) => read.name === name && isReadFrom(holder, read));
  const unread = leaves.filter((leaf) => !isRead(leaf)).map(({ key }) => key);
  return [...new Set(unread)].sort();
}
