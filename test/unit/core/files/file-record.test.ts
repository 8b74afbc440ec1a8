import { parseFileId } from '#core/files/file-id';
import { folderPathOf, objectKeyOf, parseFileRecord } from '#core/files/file-record';
import { encodeObjectPath, parseObjectKey, scopeOfObjectKey } from '#core/tenancy/object-key';
import { ANN, FILE_ID_TEXT, makeFile } from '#test/support/file-records';
import { thrownBy } from '../thrown-by';

const BAD_NAMES = [
  ['empty', ''],
  ['a dot segment', '..'],
  ['a separator', 'a/b.png'],
  ['a backslash', 'a\\b.png'],
  ['an escape', 'a%2Fb.png'],
  ['a control character', 'a\nb.png'],
  ['not NFC', 'u\u0308.png'],
  ['half a character', 'a\ud800.png'],
  ['256 bytes', 'ü'.repeat(128)],
  ['no text', 7],
] as const;

describe('file ids', () => {
  it.each([
    ['upper case', FILE_ID_TEXT.toUpperCase()],
    ['a traversal', '../0b8b9a3e-53a5-4c5e-9d6e-5f3a0e9d7c11'],
    ['a line end', `${FILE_ID_TEXT}\n`],
    ['no hyphens', FILE_ID_TEXT.replaceAll('-', '')],
    ['another variant', '0b8b9a3e-53a5-4c5e-0d6e-5f3a0e9d7c11'],
    ['nothing', ''],
  ])('refuses %s', (_what, text) => {
    expect(thrownBy(() => parseFileId(text))).toMatchObject({
      code: 'ERR_FILE_ID',
      field: 'fileId',
    });
  });

  it('refuses what is no text', () => {
    expect(thrownBy(() => parseFileId([FILE_ID_TEXT] as unknown as string))).toMatchObject({
      code: 'ERR_FILE_ID',
    });
  });
});

describe('a record from storage', () => {
  it('is read as it was written', () => {
    expect(parseFileRecord({ ...makeFile() })).toEqual(makeFile());
  });

  it.each([
    ['fileId', 'x'],
    ['fileId', undefined],
    ['tenant', '*'],
    ['tenant', ['acme']],
    ['owner', 'ann'],
    ['owner', [ANN]],
    ['visibility', 'public'],
    ['contentType', 'png'],
    ['contentType', 'image/png\r\nx: y'],
    ['contentType', 7],
    ['size', -1],
    ['size', 1.5],
    ['size', '12'],
    ['size', 2 ** 43],
    ['state', 'deleted'],
    ['state', undefined],
    ['createdAt', 1_767_290_000_000],
    ['createdAt', '1767290000'],
    ['updatedAt', undefined],
  ])('C-25: names the field %s for %j', (field, value) => {
    expect(thrownBy(() => parseFileRecord({ ...makeFile(), [field]: value }))).toMatchObject({
      name: 'InputError',
      field,
    });
  });

  it.each(BAD_NAMES)('C-21: refuses a name with %s', (_what, name) => {
    expect(thrownBy(() => parseFileRecord({ ...makeFile(), name }))).toMatchObject({
      code: 'ERR_FILE_RECORD',
      field: 'name',
    });
  });
});

describe('the key of a file', () => {
  it('is below the folder of its owner when the file is private', () => {
    const file = makeFile({ name: "it's +1 (ü) 🙂.png" });

    expect(objectKeyOf(file)).toBe(`u/acme/${ANN}/${FILE_ID_TEXT}/it's +1 (ü) 🙂.png`);
    expect(folderPathOf(file)).toBe(`/u/acme/${ANN}/${FILE_ID_TEXT}/`);
    expect(scopeOfObjectKey(objectKeyOf(file)).path).toBe(`/u/acme/${ANN}/`);
  });

  it('is below the shared folder when the file is of the tenant', () => {
    const file = makeFile({ visibility: 'tenant', name: 'a b.png' });

    expect(objectKeyOf(file)).toBe(`t/acme/f/${FILE_ID_TEXT}/a b.png`);
    expect(folderPathOf(file)).toBe(`/t/acme/f/${FILE_ID_TEXT}/`);
  });

  it.each(BAD_NAMES)('C-21: is not made from a name with %s', (_what, name) => {
    expect(thrownBy(() => objectKeyOf({ ...makeFile(), name: name as string }))).toMatchObject({
      field: 'name',
    });
  });

  it('C-20: is in its folder, also as a URL path', () => {
    const file = makeFile();

    expect(encodeObjectPath(parseObjectKey(objectKeyOf(file)))).toMatch(folderPathOf(file));
  });
});
