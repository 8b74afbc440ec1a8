import { CHECKLIST } from '#cli/check/checklist';
import { findRequirementTests } from './requirement-tests';

/**
 * Renders docs/security-checklist.md: the checks of `edgepass check`, each with the tests that
 * prove it.
 */
export function renderSecurityChecklist(): string {
  const tests = findRequirementTests();
  const sections = CHECKLIST.map(({ id, title, requirements, command }, index) => {
    const wanted: readonly string[] = requirements;
    const proofs = tests.filter((test) =>
      test.requirements.some((requirement) => wanted.includes(requirement)),
    );
    return [
      `## ${index + 1}. ${title}`,
      '',
      `\`edgepass check --only ${id}\`, or by hand:`,
      '',
      '```sh',
      command,
      '```',
      '',
      `Proved by (${wanted.join(', ')}):`,
      '',
      ...proofs.map((proof) => `- \`${proof.file}\`: ${proof.title}`),
      '',
    ].join('\n');
  });
  return [
    '# Before production',
    '',
    'Generated from `cli/check/checklist.ts` and the titles of the tests by `npm run generate`; do not edit.',
    '`npm run --silent edgepass -- check --environment <name>` runs them read-only against a deployed environment.',
    '',
    ...sections,
  ].join('\n');
}
