/** What was made of a text before is not made again; of so many texts, then it begins anew. */
export class Remembered<Made> {
  readonly #made = new Map<string, Made>();
  readonly #textsMax: number;

  constructor(textsMax: number) {
    this.#textsMax = textsMax;
  }

  /** What `make` gave for this text, now or before. */
  of(text: string, make: () => Made): Made {
    const known = this.#made.get(text);
    if (known !== undefined) return known;
    const made = make();
    if (this.#made.size === this.#textsMax) this.#made.clear();
    this.#made.set(text, made);
    return made;
  }
}
