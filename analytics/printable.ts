/**
 * A log line holds what strangers sent: nothing of it may reach a terminal or a page as more than text (L-04).
 * Escapes, line breaks, the marks that hide or reorder text, and what XML has no place for (halves of characters and
 * code points that are none) are each shown as their code point.
 */
export function printable(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16) ?? ''}}`,
  );
}
