import { encodeFileCursor, parseFileCursor } from '#core/files/file-cursor';
import { makeFile } from '#test/support/file-records';

const { tenant, createdAt, fileId } = makeFile();
const encode = (text: string): string => Buffer.from(text, 'utf8').toString('base64url');

it.each([[{ tenant }], [{ tenant, after: { createdAt, fileId } }]])(
  'a cursor is read as it was written: %j',
  (cursor) => {
    expect(parseFileCursor(encodeFileCursor(cursor))).toEqual({ ok: true, value: cursor });
  },
);

it.each([
  ['nothing', ''],
  ['a wildcard tenant', encode('*')],
  ['no file id', encode(`acme.${createdAt}`)],
  ['a malformed file id', encode(`acme.${createdAt}.x`)],
  ['a time with a zero before it', encode(`acme.0${createdAt}.${fileId}`)],
  ['a time in milliseconds', encode(`acme.${createdAt}000.${fileId}`)],
  ['one part more', encode(`acme.${createdAt}.${fileId}.x`)],
  ['junk that a decoder ignores', `${encode('acme')}=!`],
  ['the other base64 alphabet', `${encode('acme')}+`],
])('a cursor with %s is refused', (_what, text) => {
  expect(parseFileCursor(text)).toEqual({ ok: false, refusal: 'cursor-malformed' });
});
