import fc from 'fast-check';
import { type ParameterType, type ParameterValue, renderLiteral } from '#analytics/parameters';

/** One complete SQL string literal and nothing after it. */
const ONE_TEXT_LITERAL = /^'(?:[^']|'')*'$/;

describe('renderLiteral', () => {
  it.each<[ParameterType, ParameterValue, string]>([
    ['text', "x' OR '1'='1", "'x'' OR ''1''=''1'"],
    ['text', '', "''"],
    ['text', '\\', "'\\'"],
    ['text', "'); --", "'''); --'"],
    ['text', '’', "'’'"],
    ['text-list', ['a', "b'"], "('a', 'b''')"],
    ['text-list', 'a,b', "('a', 'b')"],
    ['integer', '42', '42'],
    ['integer', 0, '0'],
    ['double', 0.5, '5e-1'],
    ['double', -1e9, '-1e9'],
    ['yes-no', 'yes', 'true'],
    ['yes-no', 'no', 'false'],
    ['timestamp', '2026-11-22T08:00:00+02:00', "timestamp '2026-11-22 06:00:00'"],
    ['timestamp', '2028-02-29T23:59:59.999Z', "timestamp '2028-02-29 23:59:59'"],
    ['timestamp', '0001-01-01T00:00:00Z', "timestamp '0001-01-01 00:00:00'"],
    ['timestamp', '9998-12-31T23:59:59Z', "timestamp '9998-12-31 23:59:59'"],
  ])('L-01: %s %j is one literal', (type, value, literal) => {
    expect(renderLiteral('p', type, value)).toBe(literal);
  });

  it.each<[ParameterType, ParameterValue]>([
    ['integer', '1 OR 1=1'],
    ['integer', '1.5'],
    ['integer', ''],
    ['integer', '1e400'],
    ['integer', -1],
    ['integer', '-1'],
    ['double', 'NaN'],
    ['double', '1; drop table x'],
    ['timestamp', "2026-11-22T08:00:00Z' or '1'='1"],
    ['timestamp', '2026-13-45T00:00:00Z'],
    ['timestamp', '2026-11-22'],
    ['timestamp', '2026-02-30T00:00:00Z'],
    ['timestamp', '2026-02-29T12:00:00+02:00'],
    ['timestamp', '2026-11-22T24:00:00Z'],
    ['timestamp', '2026-11-22T00:00:00+24:00'],
    ['timestamp', '9999-01-01T00:00:00Z'],
    ['timestamp', '9999-12-31T23:59:59-01:00'],
    ['timestamp', '0001-01-01T00:00:00+01:00'],
    ['timestamp', '+275760-09-13T00:00:00Z'],
    ['text', 'a\u0000b'],
    ['text', 'a\nb'],
    ['text', 'x'.repeat(2_049)],
    ['text-list', []],
    ['yes-no', 'true'],
    ['yes-no', 'Yes'],
    ['yes-no', "yes' or '1'='1"],
    ['yes-no', ''],
    ['text-list', Array(101).fill('a')],
  ])('L-01: refuses %s %j and names the parameter', (type, value) => {
    expect(() => renderLiteral('tenant', type, value)).toThrow(/^tenant: /);
  });

  it('L-01: no text, however hostile, ends its literal', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
        const rendered = ((): string | undefined => {
          try {
            return renderLiteral('p', 'text', text);
          } catch {
            return undefined;
          }
        })();
        if (rendered === undefined) return;
        expect(rendered).toMatch(ONE_TEXT_LITERAL);
        expect(rendered.slice(1, -1).replaceAll("''", "'")).toBe(text);
      }),
    );
  });
});
