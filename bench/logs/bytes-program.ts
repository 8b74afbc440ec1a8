// Prints how many bytes each query reads from the Parquet files in a folder, computed from the
// scans in its query plan. Argument: folder.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { listQueries, type QueryDescription } from '#analytics/catalog';
import { createDuckDbEngine } from '#analytics/engines/duckdb';
import type { QueryEngine } from '#analytics/engines/engine';
import { LOG_FIELDS } from '#analytics/fields';
import { findLogFiles } from '#analytics/records/log-file';
import { renderQuery } from '#analytics/render-query';
import { MEASURED_DAY } from './measured-day';
import type { ReadBytes } from './read-bytes';

const EVIDENCE = ['cs_cookie', 'cs_uri_query'];
const SAMPLE_LINES = 50_000;

interface PlanNode {
  readonly children?: readonly PlanNode[];
  readonly extra_info?: { readonly Projections?: string | readonly string[] };
}

/** Returns the columns of the logs that each scan of a query plan reads. */
function scansOf({ children = [], extra_info: info }: PlanNode): readonly (readonly string[])[] {
  if (children.length > 0) return children.flatMap(scansOf);
  const known = LOG_FIELDS.map(({ column }) => column);
  return [[info?.Projections ?? []].flat().filter((name) => known.includes(name))];
}

async function plannedScans(
  engine: QueryEngine,
  query: QueryDescription,
): Promise<readonly (readonly string[])[]> {
  const needed = query.parameters.filter((parameter) => parameter.default === undefined);
  const values = Object.fromEntries(needed.map(({ name }) => [name, 'x']));
  const sql = renderQuery(query, { ...values, ...MEASURED_DAY });
  const { rows } = await engine.run(`explain (format json) ${sql}`);
  return (JSON.parse(String(rows[0]?.[1])) as readonly PlanNode[]).flatMap(scansOf);
}

/**
 * Evidence is delivered as JSON lines, so a query that needs one column of it reads all columns.
 */
async function evidenceBytesPerLine(engine: QueryEngine): Promise<number> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'edgepass-bench-evidence-'));
  const file = path.join(folder, 'evidence.json.gz');
  try {
    await engine.run(
      `copy (select x_edge_request_id, cs_uri_query as "cs-uri-query", cs_cookie as "cs(Cookie)" from current_lines limit ${SAMPLE_LINES}) to '${file}' (format json, compression gzip)`,
    );
    return statSync(file).size / SAMPLE_LINES;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function main(folder: string): Promise<void> {
  const files = findLogFiles(folder);
  const engine = await createDuckDbEngine({ files });
  const list = files.map((file) => `'${file.path}'`).join(', ');
  const sizes = await engine.run(
    `select path_in_schema, sum(total_compressed_size), sum(num_values) from parquet_metadata([${list}]) group by 1`,
  );
  const bytesPerLine = new Map(
    sizes.rows.map(([name, bytes, lines]) => [String(name), Number(bytes) / Number(lines)]),
  );
  const evidence = await evidenceBytesPerLine(engine);
  // Athena and Trino read a table again each time a query names it, so DuckDB must not share these
  // scans here.
  await engine.run("set disabled_optimizers = 'common_subplan'");
  const read: ReadBytes[] = [];
  for (const query of listQueries()) {
    const scans = await plannedScans(engine, query);
    const ofEvidence = scans.filter((columns) => columns.some((name) => EVIDENCE.includes(name)));
    const ofTraffic = scans.filter((columns) => !ofEvidence.includes(columns)).flat();
    read.push({
      query: query.name,
      trafficPerLine: ofTraffic.reduce((sum, column) => sum + (bytesPerLine.get(column) ?? 0), 0),
      evidencePerLine: ofEvidence.length * evidence,
    });
  }
  await engine.close();
  process.stdout.write(`${JSON.stringify(read)}\n`);
}

void main(process.argv[2] ?? '');
