import rules from './import-rules.json';
import { importsOf, parseSource, resolveOwn } from './source-files';

interface ImportRule {
  readonly folder: string;
  readonly may: readonly string[];
}

/**
 * Subfolders of a folder, lowest first. A subfolder may import itself and the subfolders before it.
 */
interface Floor {
  readonly folder: string;
  readonly rooms: readonly string[];
}

const BARREL_PACKAGE = '@cdktf/provider-aws';

/** Entries of the package. Only users of the package import them. */
const PACKAGE_ENTRIES = [
  'core/index',
  'custody/index',
  'modules/index',
  'client/index',
  'client/files/index',
  'client/react/index',
];

/** Returns the rule of the innermost folder that contains a file. */
function ruleFor(file: string): ImportRule | undefined {
  return (rules.rules as ImportRule[])
    .filter(({ folder }) => file.startsWith(`${folder}/`))
    .sort((a, b) => b.folder.length - a.folder.length)[0];
}

function covers(entry: string, imported: string): boolean {
  if (entry === 'node:*') return imported.startsWith('node:');
  return imported === entry || imported.startsWith(`${entry}/`);
}

/** Returns the listed subfolder in which a file is. Undefined for a file that is not in one. */
function roomOf({ folder }: Floor, file: string): string | undefined {
  const [room, ...below] = file.startsWith(`${folder}/`)
    ? file.slice(folder.length + 1).split('/')
    : [];
  return below.length === 0 ? undefined : room;
}

/**
 * Returns why an import is wrong: it goes to a higher subfolder or to one that is not listed.
 * Undefined if it is correct.
 */
function climbs(file: string, imported: string): string | undefined {
  for (const floor of rules.floors as Floor[]) {
    const [from, to] = [roomOf(floor, file), roomOf(floor, imported)];
    if (from === undefined || to === undefined) continue;
    const unknown = [from, to].find((room) => !floor.rooms.includes(room));
    if (unknown !== undefined) return `${floor.folder}/${unknown} is not among the rooms`;
    if (floor.rooms.indexOf(to) > floor.rooms.indexOf(from)) {
      return `goes up: rooms of ${floor.folder} are, lowest first, ${floor.rooms.join(', ')}`;
    }
  }
  return undefined;
}

/** Returns the top-level folder of a file. Empty for a file at the root. */
function topFolder(file: string): string {
  return file.includes('/') ? (file.split('/')[0] ?? '') : '';
}

/** Returns why an import of a file is forbidden. Undefined if it is allowed. */
function complaint(file: string, specifier: string): string | undefined {
  if (specifier === BARREL_PACKAGE) return 'loads every provider class; import by subpath';
  const isOwn = /^[.#]/.test(specifier);
  const imported = isOwn ? resolveOwn(file, specifier) : specifier;
  if (specifier.startsWith('.') && file.includes('/') && topFolder(file) !== topFolder(imported)) {
    return `leaves ${topFolder(file)}: write #${imported}`;
  }
  if (isOwn && PACKAGE_ENTRIES.includes(imported))
    return 'is a package entry, for users of the package only';
  const upwards = climbs(file, imported);
  if (upwards !== undefined) return upwards;
  const rule = ruleFor(file);
  if (rule === undefined || rule.may.some((entry) => covers(entry, imported))) return undefined;
  return `is not among what ${rule.folder} may import: ${rule.may.join(', ')}`;
}

/** Returns every forbidden import of a file as a sentence. */
export function forbiddenImports(file: string, text?: string): string[] {
  return importsOf(parseSource(file, text)).flatMap((specifier) => {
    const wrong = complaint(file, specifier);
    return wrong === undefined ? [] : [`${file}: ${specifier} ${wrong}`];
  });
}

/**
 * Returns permissions in a rule that no file uses. Such a permission belongs to code that no longer
 * exists.
 */
export function unusedPermissions(files: readonly string[], given = rules.rules): string[] {
  const imports = files.map((file) => ({
    rule: ruleFor(file)?.folder,
    imported: importsOf(parseSource(file)).map((specifier) =>
      /^[.#]/.test(specifier) ? resolveOwn(file, specifier) : specifier,
    ),
  }));
  return given.flatMap(({ folder, may }) => {
    const exempt = Object.keys((rules.notYet as Record<string, object>)[folder] ?? {});
    const used = imports.filter(({ rule }) => rule === folder).flatMap(({ imported }) => imported);
    return may
      .filter((entry) => entry !== folder && !exempt.includes(entry))
      .filter((entry) => !used.some((imported) => covers(entry, imported)))
      .map((entry) => `${folder}: ${entry}`);
  });
}
