/**
 * A log line holds what strangers sent: nothing of it may reach a terminal or a page as more than text (L-04).
 * Escapes, line breaks and the marks that hide or reorder text are each shown as their code point.
 */
export function printable(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16) ?? ''}}`,
  );
}
