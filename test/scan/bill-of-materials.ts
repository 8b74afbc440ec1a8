import { readFileSync } from 'node:fs';
import path from 'node:path';

type Licence =
  | { readonly license: { readonly id?: string; readonly name?: string } }
  | { readonly expression: string };

/** A package in a CycloneDX document. */
export interface Component {
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version: string;
  readonly licenses?: readonly Licence[];
  readonly scope?: string;
}

/** The members of a CycloneDX document that are used here. */
export interface BillOfMaterials {
  readonly metadata: { readonly component: { readonly 'bom-ref': string } };
  readonly components: readonly Component[];
  readonly dependencies: readonly {
    readonly ref: string;
    readonly dependsOn?: readonly string[];
  }[];
}

/** Packages of this project that run at its users, as references of the document. */
export interface RuntimePackages {
  /** Parts of the built functions. They are in the npm package itself. */
  readonly bundled: ReadonlySet<string>;
  /** Dependencies and peers, with all that they need. npm installs them beside the package. */
  readonly installed: ReadonlySet<string>;
}

const PACKAGE_FOLDER = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/;

/** Returns the reference of the package in a folder, e.g. `zod@4.6.7`. */
export function referenceOf(folder: string): string {
  const { name, version } = JSON.parse(
    readFileSync(path.join(folder, 'package.json'), 'utf8'),
  ) as Component;
  return `${name}@${version}`;
}

/** Returns the folders of the packages whose files are among the inputs of a bundle. */
export function packageFolders(inputs: readonly string[]): string[] {
  const folders = inputs.flatMap((input) => PACKAGE_FOLDER.exec(input)?.[0] ?? []);
  return [...new Set(folders)].sort();
}

/** Returns the references and everything that they depend on. */
export function withDependencies(
  { dependencies }: Pick<BillOfMaterials, 'dependencies'>,
  references: readonly string[],
): Set<string> {
  const needs = new Map(dependencies.map(({ ref, dependsOn = [] }) => [ref, dependsOn]));
  const found = new Set<string>();
  const waiting = [...references];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    waiting.push(...(needs.get(next) ?? []));
  }
  return found;
}

/** Returns the document with the given packages only. */
export function limitTo<Document extends BillOfMaterials>(
  document: Document,
  references: ReadonlySet<string>,
): Document {
  const own = document.metadata.component['bom-ref'];
  const kept = (reference: string): boolean => reference === own || references.has(reference);
  return {
    ...document,
    components: document.components.filter((one) => kept(one['bom-ref'])),
    dependencies: document.dependencies
      .filter(({ ref }) => kept(ref))
      .map((one) => ({ ...one, dependsOn: (one.dependsOn ?? []).filter(kept) })),
  };
}
