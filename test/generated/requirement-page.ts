import { findRequirementTests, type RequirementTest } from './requirement-tests';
import { AWS_PAGES, REQUIREMENT_AREAS, REQUIREMENTS } from './requirements';

const GUIDE = 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide';

/** The test files whose titles name a requirement, each with the number of such titles. */
function renderProofs(id: string, tests: readonly RequirementTest[]): string {
  const counts = new Map<string, number>();
  for (const { file, requirements } of tests) {
    if (requirements.includes(id)) counts.set(file, (counts.get(file) ?? 0) + 1);
  }
  if (counts.size === 0) return '–';
  return [...counts]
    .map(([file, count]) => (count === 1 ? `\`${file}\`` : `\`${file}\` (${count})`))
    .join(', ');
}

function renderArea(letter: string, area: string, tests: readonly RequirementTest[]): string[] {
  const rows = Object.entries(REQUIREMENTS).filter(([id]) => id.startsWith(letter));
  return [
    `## ${letter}: ${area}`,
    '',
    '| id | demands | tests that name it |',
    '| --- | --- | --- |',
    ...rows.map(([id, demand]) => `| ${id} | ${demand} | ${renderProofs(id, tests)} |`),
    '',
  ];
}

/** docs/requirements.md: every requirement with the tests that prove it, and the pages of AWS. */
export function renderRequirements(): string {
  const tests = findRequirementTests();
  return [
    '# Requirements',
    '',
    'Comments in the code and titles of tests name requirements by an id, for example `C-03`. This page says what',
    'each id demands and which test files name it in a title (with the number of such tests, if there are several).',
    '',
    'Generated from `test/generated/requirements.ts` and the titles of the tests by `npm run generate`; do not edit.',
    'A dash means that no test title names the id. Search the code for the id; a comment there says more.',
    '',
    ...Object.entries(REQUIREMENT_AREAS).flatMap(([letter, area]) =>
      renderArea(letter, area, tests),
    ),
    '## AWS pages',
    '',
    'A comment such as `DG:private-content-signed-cookies` names a page of the CloudFront Developer Guide.',
    '',
    '| reference | page |',
    '| --- | --- |',
    ...Object.entries(AWS_PAGES).map(
      ([page, title]) => `| \`DG:${page}\` | [${title}](${GUIDE}/${page}.html) |`,
    ),
    '',
  ].join('\n');
}
