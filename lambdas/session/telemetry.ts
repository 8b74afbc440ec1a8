import type { RefusalReason } from '#core/refusals';

export type LogFields = Readonly<Record<string, unknown>>;

/** Where the function tells what it did. Powertools behind it in Lambda, a list in tests. */
export interface Telemetry {
  info(message: string, fields: LogFields): void;
  warn(message: string, fields: LogFields): void;
  error(message: string, fields: LogFields): void;
  countIssued(grants: number): void;
  countRefused(reason: RefusalReason, status: number): void;
}

/** What of an error may be logged. Causes of ours and of the SDK name services, never credentials. */
export function describeError(error: unknown): LogFields {
  if (!(error instanceof Error)) return { name: typeof error };
  const { name, message, stack, cause } = error;
  const code = (error as { code?: unknown }).code;
  return {
    name,
    message,
    stack,
    ...(typeof code === 'string' && { code }),
    ...(cause !== undefined && { cause: describeCause(cause) }),
  };
}

const describeCause = (cause: unknown): LogFields =>
  cause instanceof Error ? { name: cause.name, message: cause.message } : { name: typeof cause };
