import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { plainEnvironment } from '../support/edgepass-command';
import { largestEnvironment, synthesiseForAws } from './largest-environment';
import { failed, notRun, type Outcome, passed } from './outcome';
import { findScanner } from './scanners';

/** Folder of the configurations of tflint. */
const PLACE = path.join('test', 'scan');
const EXAMPLE = path.join('examples', 'terraform-module');

interface Report {
  readonly issues: readonly {
    readonly rule: { readonly name: string };
    readonly message: string;
    readonly range: { readonly filename: string; readonly start: { readonly line: number } };
  }[];
  readonly errors: readonly { readonly message: string }[];
}

/** Reads the JSON that tflint printed: one line for each issue and error. */
export function readTflintReport(text: string): string[] {
  const { issues, errors } = JSON.parse(text) as Report;
  return [
    ...errors.map(({ message }) => message),
    ...issues.map(
      ({ rule, message, range }) =>
        `${range.filename}:${range.start.line}: ${message} (${rule.name})`,
    ),
  ];
}

function lint(program: string, folder: string, configuration: string): string[] {
  const { error, stdout } = spawnSync(program, ['--config', configuration, '--format=json'], {
    cwd: folder,
    encoding: 'utf8',
    env: plainEnvironment(),
    maxBuffer: 64 * 1_024 * 1_024,
  });
  if (error !== undefined) throw error;
  return readTflintReport(stdout).map((line) => `${path.basename(folder)}/${line}`);
}

/** Returns why tflint's rules for AWS cannot be had; undefined when they are installed. */
function missingAwsRules(program: string, configuration: string): string | undefined {
  const { status, stderr } = spawnSync(program, ['--init', '--config', configuration], {
    encoding: 'utf8',
    env: plainEnvironment(),
    timeout: 120_000,
  });
  if (status === 0) return undefined;
  const reason = stderr.trim().split('\n').at(-1) ?? 'no answer';
  return `rules for AWS: ${reason}; run this where GitHub can be reached (tflint downloads them from there)`;
}

/** The synthesised stacks and the example of the Terraform module. */
function lintedFolders(root: string): string[] {
  const outFolder = path.join(root, '.edgepass', 'scan', 'tflint', 'cdktf.out');
  const { stacks, stacksFolder } = synthesiseForAws(largestEnvironment(root), { root, outFolder });
  return [...stacks.map(({ node }) => path.join(stacksFolder, node.id)), path.join(root, EXAMPLE)];
}

function lintAll(program: string, root: string, configuration: string): Outcome {
  const folders = lintedFolders(root);
  const issues = folders.flatMap((folder) => lint(program, folder, configuration));
  return issues.length > 0 ? failed(issues) : passed(`${folders.length} folders`);
}

/** Lints the stacks and the example of the Terraform module with the rules that tflint brings. */
export function scanTerraform(root: string): Outcome {
  const scanner = findScanner('tflint');
  if ('missing' in scanner) return notRun(scanner.missing);
  return lintAll(scanner.program, root, path.join(root, PLACE, 'tflint.hcl'));
}

/** Lints the same with tflint's rules for AWS, which are a download of their own. */
export function scanTerraformForAws(root: string): Outcome {
  const scanner = findScanner('tflint');
  if ('missing' in scanner) return notRun(scanner.missing);
  const configuration = path.join(root, PLACE, 'tflint-aws.hcl');
  const missing = missingAwsRules(scanner.program, configuration);
  return missing === undefined ? lintAll(scanner.program, root, configuration) : notRun(missing);
}
