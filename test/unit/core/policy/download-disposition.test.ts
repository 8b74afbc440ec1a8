import { parse } from 'content-disposition';
import fc from 'fast-check';
import {
  buildDownloadDisposition,
  buildDownloadQuery,
  isDownloadDisposition,
} from '#core/policy/download-disposition';
import { isPlainSegment } from '#core/tenancy/path-hygiene';

const NAMES = [
  'report.pdf',
  'Ärger & Söhne.png',
  '山の朝.png',
  '🎉.png',
  `so "nice".png`,
  "it's*.png",
];

describe('S-11: the disposition of a download', () => {
  it.each(NAMES)('another reader of RFC 6266 finds the name %s in it', (name) => {
    expect(parse(buildDownloadDisposition(name))).toEqual({
      type: 'attachment',
      parameters: { filename: name },
    });
  });

  it('is "attachment" alone without a name', () => {
    expect(buildDownloadDisposition()).toBe('attachment');
    expect(buildDownloadQuery()).toBe('response-content-disposition=attachment');
  });

  it.each(['', '.', '..', 'a/b', 'a\\b', 'a\u0000', 'a\r\nb', 'a%41', 'ä'.repeat(128), '\ud800'])(
    'refuses the name %j',
    (name) => {
      expect(() => buildDownloadDisposition(name)).toThrow(
        expect.objectContaining({ code: 'ERR_FILE_NAME', field: 'fileName' }) as Error,
      );
    },
  );

  it('every plain name goes through the guard and comes out as it was, sent or decoded', () => {
    const plainName = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
      .filter((name) => isPlainSegment(name) && Buffer.byteLength(name) <= 255);

    fc.assert(
      fc.property(plainName, (name) => {
        const value = buildDownloadDisposition(name);
        const sent = buildDownloadQuery(name).split('=')[1] ?? '';

        expect(decodeURIComponent(sent)).toBe(value);
        expect([isDownloadDisposition(sent), isDownloadDisposition(value)]).toEqual([true, true]);
        expect(parse(value).parameters['filename']).toBe(name);
      }),
    );
  });

  it('what the guard lets through has one line and is an attachment for another reader', () => {
    const pieces = [
      'attachment',
      '; ',
      'filename=',
      '"a"',
      'filename*=',
      "UTF-8''",
      '%0A',
      '%41',
      ';',
    ];
    const hostile = fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 4 })));

    fc.assert(
      fc.property(hostile, (texts) => {
        const value = texts.join('');
        if (!isDownloadDisposition(value)) return;
        const seen = value.startsWith('attachment; ') ? value : decodeURIComponent(value);

        expect(seen).toMatch(/^[\x20-\x7e]+$/);
        expect(parse(seen).type).toBe('attachment');
      }),
      { numRuns: 2_000 },
    );
  });
});
