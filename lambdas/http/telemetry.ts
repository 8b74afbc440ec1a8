import type { RefusalReason } from '#core/refusals';

export type LogFields = Readonly<Record<string, unknown>>;

/** Logs and metrics of the function. In Lambda they go to Powertools, in tests to a list. */
export interface Telemetry {
  info(message: string, fields: LogFields): void;
  warn(message: string, fields: LogFields): void;
  error(message: string, fields: LogFields): void;
  countIssued(grants: number): void;
  countRefused(reason: RefusalReason, status: number): void;
}

/**
 * Returns the parts of an error that may be logged. Error causes of this project and of the AWS SDK
 * name services but never contain credentials.
 */
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
