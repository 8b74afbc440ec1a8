/**
 * A number together with its digits, because a policy can have integers that a double cannot hold
 * exactly.
 */
export interface JsonNumber {
  readonly numberText: string;
}

/** A JSON object. If a name occurs twice, the first value is kept. */
export type JsonObject = ReadonlyMap<string, JsonValue>;

/** A value that {@link parseStrictJson} returns. */
export type JsonValue = string | boolean | null | JsonNumber | readonly JsonValue[] | JsonObject;

/** A JSON text, and the members that objects in it name twice. */
export interface StrictJson {
  readonly value: JsonValue;
  /** Paths from the outside in, e.g. `Statement.0.Resource`; one for each repetition. */
  readonly duplicateMembers: readonly string[];
}

// A policy has five levels. The limit prevents that deeply nested input overflows the call stack.
const DEPTH_MAX = 8;

const WHITESPACE = /[ \t\r\n]*/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const LITERALS: readonly (readonly [string, boolean | null])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
];

class NotJson extends Error {}

class StrictJsonReader {
  readonly #text: string;
  readonly #path: (string | number)[] = [];
  #at = 0;
  readonly duplicateMembers: string[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  readDocument(): JsonValue {
    const value = this.#readValue(0);
    if (this.#at !== this.#text.length) throw new NotJson();
    return value;
  }

  #skipWhitespace(): void {
    WHITESPACE.lastIndex = this.#at;
    WHITESPACE.test(this.#text);
    this.#at = WHITESPACE.lastIndex;
  }

  /**
   * If the next character is this punctuation character, consumes it and the whitespace after it.
   */
  #accept(character: string): boolean {
    if (this.#text.charAt(this.#at) !== character) return false;
    this.#at++;
    this.#skipWhitespace();
    return true;
  }

  #expect(character: string): void {
    if (!this.#accept(character)) throw new NotJson();
  }

  #readValue(depth: number): JsonValue {
    if (depth > DEPTH_MAX) throw new NotJson();
    this.#skipWhitespace();
    const value = this.#readBareValue(depth);
    this.#skipWhitespace();
    return value;
  }

  #readBareValue(depth: number): JsonValue {
    if (this.#text.charAt(this.#at) === '"') return this.#readString();
    if (this.#accept('{')) return this.#readMembers(depth);
    if (this.#accept('[')) return this.#readElements(depth);
    for (const [literal, value] of LITERALS) {
      if (this.#text.startsWith(literal, this.#at)) {
        this.#at += literal.length;
        return value;
      }
    }
    return this.#readNumber();
  }

  #readMembers(depth: number): JsonObject {
    const members = new Map<string, JsonValue>();
    if (this.#accept('}')) return members;
    do {
      const name = this.#readString();
      this.#skipWhitespace();
      this.#expect(':');
      this.#path.push(name);
      const value = this.#readValue(depth + 1);
      if (members.has(name)) this.duplicateMembers.push(this.#path.join('.'));
      else members.set(name, value);
      this.#path.pop();
    } while (this.#accept(','));
    this.#expect('}');
    return members;
  }

  #readElements(depth: number): readonly JsonValue[] {
    const elements: JsonValue[] = [];
    if (this.#accept(']')) return elements;
    do {
      this.#path.push(elements.length);
      elements.push(this.#readValue(depth + 1));
      this.#path.pop();
    } while (this.#accept(','));
    this.#expect(']');
    return elements;
  }

  #readNumber(): JsonNumber {
    NUMBER.lastIndex = this.#at;
    const numberText = NUMBER.exec(this.#text)?.[0];
    if (numberText === undefined) throw new NotJson();
    this.#at += numberText.length;
    return { numberText };
  }

  #readString(): string {
    let end = this.#at + 1;
    while (end < this.#text.length && this.#text.charAt(end) !== '"') {
      end += this.#text.charAt(end) === '\\' ? 2 : 1;
    }
    const literal = this.#text.slice(this.#at, end + 1);
    this.#at = end + 1;
    // `JSON.parse` knows all escapes, and it refuses a literal that is not one whole string.
    const value: unknown = JSON.parse(literal);
    if (typeof value !== 'string') throw new NotJson();
    return value;
  }
}

/**
 * Parses JSON as RFC 8259 defines it. It reports two things that `JSON.parse` hides: members that
 * occur twice (C-12) and the exact digits of numbers. Returns `undefined` if the text is not JSON
 * or has more than eight levels.
 */
export function parseStrictJson(text: string): StrictJson | undefined {
  const reader = new StrictJsonReader(text);
  try {
    return { value: reader.readDocument(), duplicateMembers: reader.duplicateMembers };
  } catch (error) {
    if (error instanceof NotJson || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
