import type { RefusalReason } from '#core/refusals';

/** What a refusal may carry into the log: never a token, cookie or secret. */
export type RefusalDetails = Readonly<Record<string, string | number | boolean>>;

/** A request that gets no grant, and why: the caller sees only the problem of its reason. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly reason: RefusalReason;
  readonly details: RefusalDetails;

  constructor(reason: RefusalReason, details: RefusalDetails = {}, cause?: unknown) {
    super(reason, { cause });
    this.reason = reason;
    this.details = details;
  }
}
