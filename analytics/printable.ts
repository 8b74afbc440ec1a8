/**
 * Text from a log, made safe for a terminal or a page (L-04): it was sent by strangers. Control
 * characters, line breaks, marks that hide or reorder text and characters that XML does not allow
 * are shown as their code points.
 */
export function printable(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16) ?? ''}}`,
  );
}
