/** A seeded source of numbers: the same seed gives the same logs (mulberry32). */
export class SeededRandom {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A number from 0 to 1, 1 excluded. */
  next(): number {
    return this.#draw() / 4_294_967_296;
  }

  /** A whole number below `limit`. */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  /** One of some things. */
  pick<Thing>(things: readonly Thing[]): Thing {
    const picked = things[this.below(things.length)];
    if (picked === undefined) throw new Error('there is nothing to pick from');
    return picked;
  }

  /** So many bytes, a multiple of four. */
  bytes(length: number): Buffer {
    const bytes = Buffer.alloc(length);
    for (let at = 0; at < length; at += 4) bytes.writeUInt32LE(this.#draw(), at);
    return bytes;
  }

  #draw(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }
}
