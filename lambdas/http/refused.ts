import type { RefusalReason } from '#core/refusals';

/** Details of a refusal for the log. They must never contain a token, cookie or secret. */
export type RefusalDetails = Readonly<Record<string, string | number | boolean>>;

/**
 * A request was refused. The reason goes to the log; the caller sees only the problem of that
 * reason.
 */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly reason: RefusalReason;
  readonly details: RefusalDetails;
  /** Message of the line in the log. */
  readonly event: string = 'request refused';

  constructor(reason: RefusalReason, details: RefusalDetails = {}, cause?: unknown) {
    super(reason, { cause });
    this.reason = reason;
    this.details = details;
  }
}

/** A person asked for a file that they do not get. The caller never learns why. */
export class FileAccessRefused extends Refused {
  override readonly event = 'file-access-refused';
}
