import { buildZip } from '#modules/functions/zip-archive';

interface Entry {
  readonly name: string;
  readonly crc: number;
  readonly size: number;
  readonly offset: number;
  readonly mode: number;
}

/** Reads the central directory, as an unpacking program does. */
function readDirectory(zip: Buffer): Entry[] {
  const end = zip.lastIndexOf(Buffer.from('PK\u0005\u0006', 'latin1'));
  const count = zip.readUInt16LE(end + 10);
  let at = zip.readUInt32LE(end + 16);
  return Array.from({ length: count }, () => {
    expect(zip.readUInt32LE(at)).toBe(0x02014b50);
    const nameLength = zip.readUInt16LE(at + 28);
    const entry = {
      name: zip.toString('utf8', at + 46, at + 46 + nameLength),
      crc: zip.readUInt32LE(at + 16),
      size: zip.readUInt32LE(at + 24),
      offset: zip.readUInt32LE(at + 42),
      mode: zip.readUInt32LE(at + 38) >>> 16,
    };
    at += 46 + nameLength;
    return entry;
  });
}

function contentOf(zip: Buffer, { offset, size }: Entry): string {
  expect(zip.readUInt32LE(offset)).toBe(0x04034b50);
  const start = offset + 30 + zip.readUInt16LE(offset + 26);
  return zip.toString('utf8', start, start + size);
}

const file = (name: string, text: string) => ({ name, bytes: Buffer.from(text, 'utf8') });

test('files come back with their names and bytes, readable by all', () => {
  const zip = buildZip([file('index.js', 'exports.a = 1;\n'), file('deep/é.json', '{"ü":1}')]);
  const entries = readDirectory(zip);
  expect(entries.map((entry) => [entry.name, contentOf(zip, entry), entry.mode])).toEqual([
    ['deep/é.json', '{"ü":1}', 0o100644],
    ['index.js', 'exports.a = 1;\n', 0o100644],
  ]);
});

test('the checksum is the CRC-32 of the format: its published check value', () => {
  const [entry] = readDirectory(buildZip([file('x', '123456789')]));
  expect(entry?.crc).toBe(0xcbf43926);
});

test('the same files give the same bytes, in whatever order they come', () => {
  const [one, other] = [file('a', '1'), file('b', '2')];
  expect(buildZip([one, other]).equals(buildZip([other, one]))).toBe(true);
  expect(buildZip([one, other]).equals(buildZip([one, file('b', '3')]))).toBe(false);
});

test('an archive without files is still an archive', () => {
  expect(readDirectory(buildZip([]))).toEqual([]);
});
