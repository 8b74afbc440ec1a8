/** A part of the local cloud that can be stopped. */
export interface Stoppable {
  stop(): Promise<void> | void;
}

/**
 * Stops the parts in the reverse order of their start. An error in one part does not prevent the
 * others from being stopped.
 */
export class StopList {
  readonly #parts: Stoppable[] = [];

  add<Part extends Stoppable>(part: Part): Part {
    this.#parts.unshift(part);
    return part;
  }

  async stop(): Promise<void> {
    for (const part of this.#parts.splice(0)) {
      await Promise.resolve(part.stop()).catch(() => undefined);
    }
  }
}
