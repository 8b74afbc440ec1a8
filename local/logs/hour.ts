/** Things by the UTC hour that they belong to, `yyyy/MM/dd/HH`: a log file holds one hour. */
export function groupByHour<Thing>(
  things: readonly Thing[],
  millisecondsOf: (thing: Thing) => number,
): ReadonlyMap<string, readonly Thing[]> {
  const hours = new Map<string, Thing[]>();
  for (const thing of things) {
    const hour = new Date(millisecondsOf(thing)).toISOString().slice(0, 13).replace(/[-T]/g, '/');
    const known = hours.get(hour);
    if (known === undefined) hours.set(hour, [thing]);
    else known.push(thing);
  }
  return hours;
}
