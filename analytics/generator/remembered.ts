/**
 * Remembers results by text, so that the same text is not computed twice. When the limit is
 * reached, everything is forgotten.
 */
export class Remembered<Made> {
  readonly #made = new Map<string, Made>();
  readonly #textsMax: number;

  constructor(textsMax: number) {
    this.#textsMax = textsMax;
  }

  /** The result of `make` for this text, computed now or remembered. */
  of(text: string, make: () => Made): Made {
    const known = this.#made.get(text);
    if (known !== undefined) return known;
    const made = make();
    if (this.#made.size === this.#textsMax) this.#made.clear();
    this.#made.set(text, made);
    return made;
  }
}
