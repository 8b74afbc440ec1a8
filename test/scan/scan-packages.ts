import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { runToSuccess } from '../support/install-packages';
import { readAudit } from './audit';
import {
  type BillOfMaterials,
  limitTo,
  packageFolders,
  referenceOf,
  type RuntimePackages,
  withDependencies,
} from './bill-of-materials';
import { refusedLicences } from './licences';
import { failed, notRun, type Outcome, passed } from './outcome';
import { findScanner } from './scanners';

const BILL_FILE = path.join('.edgepass', 'scan', 'sbom.cdx.json');

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

interface FunctionBuilder {
  readonly buildFunctions: () => Promise<readonly { readonly inputs: readonly string[] }[]>;
}

/** What npm knows of all installed packages, development included. */
function readBill(root: string): BillOfMaterials {
  const command = ['npm', 'sbom', '--sbom-format=cyclonedx'] as const;
  return JSON.parse(runToSuccess({ command: [...command], folder: root })) as BillOfMaterials;
}

async function findRuntimePackages(root: string, bill: BillOfMaterials): Promise<RuntimePackages> {
  const builder = pathToFileURL(path.join(root, 'lambdas', 'build-functions.mjs')).href;
  const { buildFunctions } = (await import(builder)) as FunctionBuilder;
  const functions = await buildFunctions();
  const inputs = functions.flatMap((one) => one.inputs);
  const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as Manifest;
  const names = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
  const folders = names.map((name) => path.join(root, 'node_modules', name));
  return {
    bundled: new Set(packageFolders(inputs).map((one) => referenceOf(path.join(root, one)))),
    installed: withDependencies(bill, folders.map(referenceOf)),
  };
}

/** Asks the registry for known vulnerabilities. */
export async function scanVulnerabilities(root: string): Promise<Outcome> {
  const { bundled, installed } = await findRuntimePackages(root, readBill(root));
  const { stdout, error } = spawnSync('npm', ['audit', '--json'], { cwd: root, encoding: 'utf8' });
  if (error !== undefined) throw error;
  return readAudit(stdout, (folder) => {
    const reference = referenceOf(path.join(root, folder));
    return bundled.has(reference) || installed.has(reference);
  });
}

/** Compares the licences of everything that runs at users with those that are allowed. */
export async function scanLicences(root: string): Promise<Outcome> {
  const bill = readBill(root);
  const packages = await findRuntimePackages(root, bill);
  const refused = refusedLicences(bill, packages);
  if (refused.length > 0) return failed(refused);
  const { bundled, installed } = packages;
  return passed(`${bundled.size} packages in the functions, ${installed.size} beside the package`);
}

/** CycloneDX's own library for Python, which comes with checkov, knows the schema. */
const VALIDATE = `
import sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
text = open(sys.argv[1]).read()
error = JsonStrictValidator(SchemaVersion.from_version(sys.argv[2])).validate_str(text)
sys.exit(str(error)[:2000] if error else 0)
`;

/** Writes the bill of materials of what runs at users, and validates it. */
export async function scanBill(root: string): Promise<Outcome> {
  const bill = readBill(root);
  const { bundled, installed } = await findRuntimePackages(root, bill);
  const written = limitTo(bill, new Set([...bundled, ...installed]));
  const missing = [...bundled, ...installed].filter(
    (reference) => !written.components.some((one) => one['bom-ref'] === reference),
  );
  if (missing.length > 0) return failed([`not in npm's bill of materials: ${missing.join(', ')}`]);
  const file = path.join(root, BILL_FILE);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(written, null, 2)}\n`);
  const scanner = findScanner('checkov');
  if ('missing' in scanner) return notRun(`${BILL_FILE} is not validated: ${scanner.missing}`);
  const { specVersion } = written as BillOfMaterials & { readonly specVersion: string };
  runToSuccess({ command: [scanner.python, '-c', VALIDATE, file, specVersion], folder: root });
  return passed(
    `${written.components.length} packages in ${BILL_FILE}, valid CycloneDX ${specVersion}`,
  );
}
