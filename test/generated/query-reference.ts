import { listQueries, type QueryDescription, type QueryParameter } from '#analytics/catalog';

const NEEDS: Readonly<Record<QueryDescription['needs'], string>> = {
  traffic: 'traffic alone',
  evidence: "better with evidence, else with the guard's log data",
  grants: 'issuance records',
};

const COSTS: Readonly<Record<QueryDescription['cost'], string>> = {
  low: 'a few columns of traffic',
  high: 'long columns; cookies and query strings too where there is evidence',
};

function renderParameter({ name, type, default: standard }: QueryParameter): string {
  const value = standard === undefined ? 'must be given' : `\`${standard}\` unless given`;
  return `\`${name}\` (${type}, ${value})`;
}

function renderQuerySection(query: QueryDescription): string[] {
  const own = query.ownParameters;
  return [
    `## ${query.name}`,
    '',
    `**${query.question}** ${query.purpose.charAt(0).toUpperCase()}${query.purpose.slice(1)}`,
    '',
    `- Columns: ${query.columns.map((column) => `\`${column}\``).join(', ')}`,
    ...(own.length === 0 ? [] : [`- Parameters: ${own.map(renderParameter).join(', ')}`]),
    `- Reads: ${COSTS[query.cost]}`,
    `- Needs: ${NEEDS[query.needs]}`,
    '',
  ];
}

/** docs/queries.md: every question of analytics/queries, from the headers of its file. */
export function renderQueryReference(): string {
  const queries = listQueries();
  return [
    '# The questions',
    '',
    'Generated from the headers of `analytics/queries/*.sql` by `npm run generate`; do not edit.',
    '',
    'Every question takes `from` and `to` (RFC 3339): the time between which responses were finished. The same text runs',
    "on DuckDB, Trino and Athena: `edgepass logs query <name>`, the workgroup's named queries, its prepared statements.",
    '',
    '| question | name | needs |',
    '| --- | --- | --- |',
    ...queries.map(
      ({ name, question, needs }) => `| ${question} | [\`${name}\`](#${name}) | ${needs} |`,
    ),
    '',
    ...queries.flatMap(renderQuerySection),
  ].join('\n');
}
