const TEXT_CHARACTERS_MAX = 600;

/**
 * A statement that an engine did not answer. What the engine wrote may quote log lines, and log lines hold
 * what strangers sent: nothing but printable text of it is kept (L-04).
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
