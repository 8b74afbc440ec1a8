import path from 'node:path';
import ts from 'typescript';
import { ROOT } from './source-files';

/** A key of environment files that holds a value, and the type of what holds it. */
interface Leaf {
  readonly key: string;
  readonly name: string;
  readonly holder: ts.Type;
}

/** Where something is read from a value: the name, and the type of the value. */
interface Read {
  readonly name: string;
  readonly from: ts.Type;
}

/** An object that is spread into another, and the type that is expected of that one. */
interface Spread {
  readonly from: ts.Type;
  readonly to: ts.Type;
}

const SCHEMA_FILE = path.join(ROOT, 'configuration/environment-schema.ts');
const SOURCE = new RegExp(`^${ROOT}/(?!node_modules/|configuration/|test/|bench/|dist/)`);

/** The project's program; `planted` is added to the text of the schema as further keys. */
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

/** The types of the values that a key may hold, one level of lists and records down. */
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

/** Every key of environment files, by the type that their parser gives. */
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

/** What source files outside `configuration` read under one of the names, and what they spread. */
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

/** `{ ...from }` where a value of the type `to` is expected. */
function spreadAt(node: ts.SpreadAssignment, checker: ts.TypeChecker): readonly Spread[] {
  const to = checker.getContextualType(node.parent);
  return to === undefined ? [] : [{ from: checker.getTypeAtLocation(node.expression), to }];
}

/** The name that a node reads, where the text alone says it: types are asked for few nodes only. */
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

/** Whether a type of ours names the member: one of a package, or one that takes any name, proves nothing. */
function isOwnMember(type: ts.Type, name: string): boolean {
  return declarationsOf(type, name).some(
    (one) => !one.getSourceFile().fileName.includes('/node_modules/'),
  );
}

/**
 * Keys of environment files whose value no source file outside `configuration` reads. A read counts when the
 * value that it is read from has a type that the holder of the key fits, or into which the holder is spread: a
 * member of the same name of something else does not count.
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
    // What is left of a destructured object has a type of its own, with members declared where it came from.
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
