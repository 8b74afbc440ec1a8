/// <reference lib="dom" />

/** The listeners of one object, by the name of what they listen to. */
export class Listeners<Events> {
  readonly #byName = new Map<keyof Events, Set<(detail: never) => void>>();

  /** Calls a listener at every event of a name. Returns what ends that. */
  on<Name extends keyof Events>(name: Name, listener: (detail: Events[Name]) => void): () => void {
    const listeners = this.#byName.get(name) ?? new Set();
    this.#byName.set(name, listeners.add(listener));
    return () => {
      listeners.delete(listener);
    };
  }

  /** Makes an event. An error of a listener is reported as uncaught and stops nothing. */
  emit<Name extends keyof Events>(name: Name, detail: Events[Name]): void {
    for (const listener of this.#byName.get(name) ?? []) {
      try {
        (listener as (detail: Events[Name]) => void)(detail);
      } catch (error) {
        reportError(error);
      }
    }
  }

  clear(): void {
    this.#byName.clear();
  }
}
