/**
 * Why the API gave nothing. `unauthenticated`: it did not accept the access token. `refused`: the
 * token opens nothing, or not from this page. `unreachable`: no answer, or one that means "later".
 */
export type ApiFailure = 'unauthenticated' | 'refused' | 'unreachable';

/** One request to the API. */
export interface ApiCall {
  readonly url: string;
  readonly init: RequestInit;
  readonly fetch: typeof fetch;
  /** Makes the error that is thrown. */
  readonly toError: (failure: ApiFailure, options?: ErrorOptions) => Error;
}

/** Time in milliseconds when the clock of this machine says that a new grant is too old. */
const WRONG_CLOCK_MILLISECONDS = 60_000;

function failureOf(status: number): ApiFailure {
  if (status === 401) return 'unauthenticated';
  return status === 429 || status >= 500 ? 'unreachable' : 'refused';
}

/** Calls the API. Every answer but a successful one is thrown. */
export async function callApi({ url, init, fetch, toError }: ApiCall): Promise<Response> {
  const response = await fetch(url, init).catch((cause: unknown) => {
    throw toError('unreachable', { cause });
  });
  if (!response.ok) throw toError(failureOf(response.status));
  return response;
}

/**
 * Converts a time of the server to the clock of this machine, in milliseconds since 1970. The
 * answer's `Date` header is the server's own time. Without it the clocks are taken to be equal.
 */
export function toLocalTime(serverTime: string, response: Response): number {
  const serverNow = Date.parse(response.headers.get('date') ?? '');
  const behind = Number.isNaN(serverNow) ? 0 : Date.now() - serverNow;
  const local = Date.parse(serverTime) + behind;
  return local > Date.now() ? local : Date.now() + WRONG_CLOCK_MILLISECONDS;
}
