// Writes every generated file anew; with --check it only says which of them are not current.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import { generatedConfigurationFiles } from '#configuration/generated-files';
import { renderAccountQuotas } from './generated/account-quotas';
import { renderApiReport, reportedEntries } from './generated/api-report';
import { renderDeployerPolicies } from './generated/deployer-policy';
import { renderFidelity } from './generated/fidelity';
import { renderKeyChanges } from './generated/key-changes';
import { renderListedAgents } from './generated/listed-agents';
import { renderQueryReference } from './generated/query-reference';
import { renderRequiredFields } from './generated/required-fields';
import { renderRequirements } from './generated/requirement-page';
import { renderSecurityChecklist } from './generated/security-checklist';

const ROOT = path.dirname(__dirname);

function openApiTypes(): string {
  const program = path.join(ROOT, 'node_modules', 'openapi-typescript', 'bin', 'cli.js');
  return execFileSync(process.execPath, [program, path.join(ROOT, 'api', 'openapi.json')], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

async function formatted(file: string, text: string): Promise<string> {
  const options = await resolveConfig(path.join(ROOT, file));
  return format(text, { ...options, filepath: file });
}

/** The public types of the package as it would be built now. */
async function apiReports(): Promise<(readonly [string, string])[]> {
  execFileSync(process.execPath, [path.join(ROOT, 'setup', 'build-package.mjs')]);
  const reports = reportedEntries().map(
    async ({ file, declarationsFile }) =>
      [file, await formatted(file, renderApiReport(declarationsFile))] as const,
  );
  return await Promise.all(reports);
}

async function deployerPolicies(): Promise<(readonly [string, string])[]> {
  const rendered = Object.entries(await renderDeployerPolicies()).map(
    async ([file, text]) => [file, await formatted(file, text)] as const,
  );
  return await Promise.all(rendered);
}

async function generate(): Promise<Readonly<Record<string, string>>> {
  const configuration = generatedConfigurationFiles().map(
    async (file) => [file.path, await formatted(file.path, file.text)] as const,
  );
  return {
    ...Object.fromEntries(await Promise.all(configuration)),
    ...Object.fromEntries(await apiReports()),
    'analytics/required-fields.ts': await formatted(
      'required-fields.ts',
      await renderRequiredFields(),
    ),
    ...Object.fromEntries(await deployerPolicies()),
    'analytics/listed-agents.json': await formatted('listed-agents.json', renderListedAgents()),
    'api/types.ts': openApiTypes(),
    'local/cloudfront/FIDELITY.md': await formatted('FIDELITY.md', renderFidelity()),
    'docs/changes.md': await formatted('changes.md', renderKeyChanges()),
    'docs/quotas.md': await formatted('quotas.md', renderAccountQuotas()),
    'docs/queries.md': await formatted('queries.md', renderQueryReference()),
    'docs/requirements.md': await formatted('requirements.md', renderRequirements()),
    'docs/security-checklist.md': await formatted('checklist.md', renderSecurityChecklist()),
  };
}

async function main(checkOnly: boolean): Promise<void> {
  const stale: string[] = [];
  for (const [file, text] of Object.entries(await generate())) {
    const target = path.join(ROOT, file);
    if (existsSync(target) && readFileSync(target, 'utf8') === text) continue;
    stale.push(file);
    if (checkOnly) continue;
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, text);
  }
  const verb = checkOnly ? 'not current' : 'written';
  process.stdout.write(
    stale.length === 0 ? 'generated files are current\n' : `${verb}: ${stale.join(', ')}\n`,
  );
  process.exitCode = checkOnly && stale.length > 0 ? 1 : 0;
}

void main(process.argv.includes('--check'));
