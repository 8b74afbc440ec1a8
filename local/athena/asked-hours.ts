import { PARTITION_PATTERN } from '#analytics/partition';

/** The first and the last hour of a range, as values of the partition key: `yyyy/MM/dd/HH`. */
export interface Hours {
  readonly from: string;
  readonly to: string;
}

/** The range with all hours. Every partition key sorts between these two texts. */
export const EVERY_HOUR: Hours = { from: '', to: '~' };

/** The used members of a node in the query plan that DuckDB prints as JSON. */
interface PlanNode {
  readonly name: string;
  readonly children: readonly PlanNode[];
  readonly extra_info: Readonly<Record<string, string | readonly string[]>>;
}

const CONDITION = new RegExp(`^dt(>=|<=|>|<|=)'(${PARTITION_PATTERN})'$`);

function narrowed(hours: Hours, operator: string, hour: string): Hours {
  // The hour itself is also read for `>` and `<`. This reads one hour too many, and DuckDB then
  // drops its lines.
  const from = operator.startsWith('<') || hour < hours.from ? hours.from : hour;
  const to = operator.startsWith('>') || hour > hours.to ? hours.to : hour;
  return { from, to };
}

/**
 * Returns the hours that a scan can read at most. Only comparisons of `dt` with an hour limit them.
 */
function hoursOf({ extra_info: { Filters = [] } }: PlanNode): Hours {
  const filters = typeof Filters === 'string' ? [Filters] : Filters;
  return filters.reduce<Hours>((hours, filter) => {
    const conditions = filter.split(' AND ').map((text) => CONDITION.exec(text) ?? undefined);
    return conditions.reduce<Hours>((sofar, match) => {
      // A part of an OR expression does not limit the hours.
      if (match === undefined || conditions.includes(undefined)) return sofar;
      return narrowed(sofar, match[1] ?? '', match[2] ?? '');
    }, hours);
  }, EVERY_HOUR);
}

/** Returns the name of a scan's table. DuckDB quotes a name that is not a plain word. */
function tableOf({ extra_info: { Table: name } }: PlanNode): string {
  const plain = String(name).replace(/^memory\.main\./, '');
  return plain.startsWith('"') ? plain.slice(1, -1).replaceAll('""', '"') : plain;
}

function* scansOf(node: PlanNode): Generator<PlanNode> {
  if (node.extra_info['Table'] !== undefined) yield node;
  for (const child of node.children) yield* scansOf(child);
}

/**
 * Returns for each table the hours that a statement reads at most. They come from DuckDB's plan, in
 * which every condition stands at the table that it limits, independent of how the statement is
 * written. Tables that the statement does not read are missing.
 *
 * @param plan the output of `explain (format json)`, over tables without statistics
 */
export function askedHours(plan: string): ReadonlyMap<string, Hours> {
  const hours = new Map<string, Hours>();
  for (const root of JSON.parse(plan) as readonly PlanNode[]) {
    for (const scan of scansOf(root)) {
      const table = tableOf(scan);
      const asked = hoursOf(scan);
      const known = hours.get(table) ?? asked;
      hours.set(table, {
        from: asked.from < known.from ? asked.from : known.from,
        to: asked.to > known.to ? asked.to : known.to,
      });
    }
  }
  return hours;
}
