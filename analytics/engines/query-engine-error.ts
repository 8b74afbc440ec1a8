const TEXT_CHARACTERS_MAX = 600;

/**
 * A statement failed. The message of an engine may quote log lines, which hold text from strangers:
 * only its printable characters are kept (L-04).
 */
export class QueryEngineError extends Error {
  override readonly name = 'QueryEngineError';

  constructor(engine: string, reason: string, cause?: unknown) {
    const printable = reason
      .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
      .trim()
      .slice(0, TEXT_CHARACTERS_MAX);
    super(`${engine}: ${printable}`, { cause });
  }
}
