/** Hours of the partition key, both included: `yyyy/MM/dd/HH`. */
export interface Hours {
  readonly from: string;
  readonly to: string;
}

/** Every hour: no partition key sorts before or after these. */
export const EVERY_HOUR: Hours = { from: '', to: '~' };

/** A node of the plan that DuckDB explains as JSON, as much of it as is read here. */
interface PlanNode {
  readonly name: string;
  readonly children: readonly PlanNode[];
  readonly extra_info: Readonly<Record<string, string | readonly string[]>>;
}

const CONDITION = /^dt(>=|<=|>|<|=)'(\d{4}\/\d{2}\/\d{2}\/\d{2})'$/;

function narrowed(hours: Hours, operator: string, hour: string): Hours {
  // The hour itself stays with > and < too: one hour more is read, and DuckDB drops its lines.
  const from = operator.startsWith('<') || hour < hours.from ? hours.from : hour;
  const to = operator.startsWith('>') || hour > hours.to ? hours.to : hour;
  return { from, to };
}

/** The hours that one scan reads at most. What is not a comparison of dt with an hour limits nothing. */
function hoursOf({ extra_info: { Filters = [] } }: PlanNode): Hours {
  const filters = typeof Filters === 'string' ? [Filters] : Filters;
  return filters.reduce<Hours>((hours, filter) => {
    const conditions = filter.split(' AND ').map((text) => CONDITION.exec(text) ?? undefined);
    return conditions.reduce<Hours>((sofar, match) => {
      // Part of an expression with OR is not a condition by itself.
      if (match === undefined || conditions.includes(undefined)) return sofar;
      return narrowed(sofar, match[1] ?? '', match[2] ?? '');
    }, hours);
  }, EVERY_HOUR);
}

/** DuckDB quotes a name that is not a plain word. */
function tableOf({ extra_info: { Table: name } }: PlanNode): string {
  const plain = String(name).replace(/^memory\.main\./, '');
  return plain.startsWith('"') ? plain.slice(1, -1).replaceAll('""', '"') : plain;
}

function* scansOf(node: PlanNode): Generator<PlanNode> {
  if (node.extra_info['Table'] !== undefined) yield node;
  for (const child of node.children) yield* scansOf(child);
}

/**
 * The hours of each table that a statement reads at most, from DuckDB's plan: conditions stand there at the table
 * that they limit, however the statement is written. A table that the statement does not read is not in the answer.
 *
 * @param plan what `explain (format json)` says, over tables without statistics
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
