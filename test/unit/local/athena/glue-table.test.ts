import type { Table } from '@aws-sdk/client-glue';
import { parseGlueTable, resolveFirstHour } from '#local/athena/glue-table';

const PROJECTION = {
  'projection.enabled': 'true',
  'projection.dt.type': 'date',
  'projection.dt.format': 'yyyy/MM/dd/HH',
  'projection.dt.range': '2025/01/01/00,NOW',
  'projection.dt.interval': '1',
  'projection.dt.interval.unit': 'HOURS',
  'storage.location.template': 's3://logs/traffic/E1/${dt}/',
};

function table(
  parameters: Readonly<Record<string, string>> = {},
  more: Partial<Table> = {},
): Table {
  return {
    Name: 'evidence_lines',
    PartitionKeys: [{ Name: 'dt', Type: 'string' }],
    Parameters: { ...PROJECTION, ...parameters },
    StorageDescriptor: {
      Location: 's3://logs/traffic/E1/',
      Columns: [{ Name: 'cs_cookie' }, { Name: 'date' }],
      SerdeInfo: {
        SerializationLibrary: 'org.openx.data.jsonserde.JsonSerDe',
        Parameters: { 'mapping.cs_cookie': 'cs(Cookie)', 'ignore.malformed.json': 'true' },
      },
    },
    ...more,
  };
}

it('reads place, columns and format of a projected table', () => {
  expect(parseGlueTable(table())).toEqual({
    name: 'evidence_lines',
    format: 'json',
    bucket: 'logs',
    prefix: 'traffic/E1/',
    firstHour: '2025/01/01/00',
    columns: [
      { name: 'cs_cookie', source: 'cs(Cookie)' },
      { name: 'date', source: 'date' },
    ],
    headerLines: 0,
    ignoresMalformed: true,
  });
});

it('a projection may begin some days ago, and the hour moves with the clock', () => {
  const { firstHour = '' } = parseGlueTable(table({ 'projection.dt.range': 'NOW-9DAYS,NOW' }));
  expect(resolveFirstHour(firstHour, Date.parse('2026-11-22T05:30:00Z'))).toBe('2026/11/13/05');
  expect(resolveFirstHour(firstHour, Date.parse('2027-01-03T00:00:00Z'))).toBe('2026/12/25/00');
  expect(resolveFirstHour('2025/01/01/00', Date.now())).toBe('2025/01/01/00');
});

it('reads the whole location of a table without partitions', () => {
  const flat = table({ 'skip.header.line.count': '2' }, { PartitionKeys: [] });
  expect(parseGlueTable(flat)).toMatchObject({ prefix: 'traffic/E1/', headerLines: 2 });
  expect(parseGlueTable(flat)).not.toHaveProperty('firstHour');
});

describe('a table that would be read wrongly is refused, and the message says why', () => {
  it.each([
    ['projection.enabled', 'false'],
    ['projection.dt.type', 'enum'],
    ['projection.dt.format', 'yyyy-MM-dd-HH'],
    ['projection.dt.interval', '2'],
    ['projection.dt.interval.unit', 'DAYS'],
    ['projection.dt.range', '2025/01/01,NOW'],
    ['projection.dt.range', 'NOW-3MONTHS,NOW'],
    ['projection.dt.range', 'NOW+3DAYS,NOW'],
    ['projection.dt.range', 'NOW-3DAYS,NOW+1DAYS'],
    ['storage.location.template', 's3://logs/traffic/E1/'],
    ['storage.location.template', 's3://logs/traffic/dt=${dt}/x/'],
    ['storage.location.template', '/logs/${dt}/'],
  ])('%s = %s', (name, value) => {
    const parse = (): unknown => parseGlueTable(table({ [name]: value }));
    expect(parse).toThrow(/^HIVE_INVALID_METADATA: Table evidence_lines: /);
  });

  it.each<[string, Partial<Table>]>([
    ['partitioned by year', { PartitionKeys: [{ Name: 'year' }, { Name: 'month' }] }],
    ['of an unknown format', { StorageDescriptor: { Location: 's3://a/b/', Columns: [] } }],
    ['without a location', { PartitionKeys: [], StorageDescriptor: {} }],
  ])('%s', (_title, more) => {
    expect(() => parseGlueTable(table({}, more))).toThrow('HIVE_INVALID_METADATA: Table ');
  });
});
