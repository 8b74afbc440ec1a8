// This file is also bundled into a CloudFront Function. It must not use a Node.js API, an import,
// or syntax newer than ES2020.

/**
 * The result of an operation that can be refused: the value, or the reason of the refusal. All code
 * returns refusals in this form.
 */
export type Outcome<Value, Refusal> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly refusal: Refusal };

/** Makes a successful outcome from a value. */
export function accept<Value>(value: Value): { readonly ok: true; readonly value: Value } {
  return { ok: true, value };
}

/** Makes a refused outcome from a reason. */
export function refuse<Refusal>(refusal: Refusal): {
  readonly ok: false;
  readonly refusal: Refusal;
} {
  return { ok: false, refusal };
}
