import type { ExplainedFinding } from './findings';

const HEAD = `# Findings of the policy scanner that stand

<!-- Written by \`npm run scan -- checkov --write\` from the scan and from the explanations beside the resources. -->

\`npm run scan\` plans the \`example\` environment with every option on, before and after it is applied to the emulator,
and runs [checkov](https://www.checkov.io) over both plans. A finding is fixed, or explained where the resource is made
(\`acceptFindings\` in \`modules/\`). The scan fails when a finding has no explanation, when an explanation has no finding, and
when this page is not current.
`;

/** Path of a construct without its stack and without the name of the resource itself. */
const placeOf = ({ path }: ExplainedFinding): string => path.split('/').slice(1).join('/');

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function renderCheck(check: string, findings: readonly ExplainedFinding[]): string {
  const reasons = [...new Set(findings.map(({ reason }) => reason))].sort(byText);
  const lines = reasons.map((reason) => {
    const places = findings
      .filter((one) => one.reason === reason)
      .map(placeOf)
      .sort(byText);
    return `- ${reason} (${places.map((place) => `\`${place}\``).join(', ')})`;
  });
  return `## ${check}: ${findings[0]?.title ?? ''}\n\n${lines.join('\n')}\n`;
}

/** Renders docs/security-findings.md, in the order of the checks. It has no times and no counts. */
export function renderFindingsPage(explained: readonly ExplainedFinding[]): string {
  const checks = [...new Set(explained.map(({ check }) => check))].sort(byText);
  const sections = checks.map((check) =>
    renderCheck(
      check,
      explained.filter((one) => one.check === check),
    ),
  );
  return `${HEAD}\n${sections.join('\n')}`;
}
