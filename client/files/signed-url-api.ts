import type { components, paths } from '#api/types';
import { type ApiFailure, callApi, toLocalTime } from '../api-call';

const SIGNED_URLS_PATH = '/api/files/signed-urls' satisfies keyof paths;

/** The API takes no more ids in one request: `maxItems` of its description. */
export const FILE_IDS_MAX = 100;

/** Milliseconds before its end at which a signed URL is replaced, less a random part of these. */
const AHEAD_MILLISECONDS = { fixed: 60_000, random: 10_000 } as const;
/** A shorter life, in milliseconds, is used for two thirds. */
const SHORT_LIFE_MILLISECONDS = 180_000;

/** An address that opens one file for everybody who has it. */
export interface SignedUrl {
  readonly fileId: string;
  readonly signedUrl: string;
  /** Its end, by the clock of this machine. */
  readonly expiresAt: Date;
  /** From then on another one is asked for. */
  readonly refreshAt: Date;
}

/** The API gave no signed URL for a file. It contains no token and no address. */
export class FileError extends Error {
  override readonly name = 'FileError';
  readonly fileId: string;
  /**
   * `unauthenticated`: log in again. `refused`: the file does not exist or is not for this person.
   * `unreachable`: no answer, or one that means "later".
   */
  readonly reason: ApiFailure;

  constructor(fileId: string, reason: ApiFailure, options?: ErrorOptions) {
    super(`no signed URL: ${reason}`, options);
    this.fileId = fileId;
    this.reason = reason;
  }
}

/** How the files API is called. */
export interface FilesApiSettings {
  readonly contentBaseUrl: string;
  readonly getToken: () => string | Promise<string>;
  readonly fetch: typeof fetch;
  readonly signal: AbortSignal;
}

type SignedUrlsAnswer = components['schemas']['SignedUrlList'];
type SignedUrlEntry = components['schemas']['SignedUrlEntry'];

function refreshTimeOf(expiresAt: number, chance: number): number {
  const life = expiresAt - Date.now();
  if (life < SHORT_LIFE_MILLISECONDS) return Date.now() + (life * 2) / 3;
  return expiresAt - AHEAD_MILLISECONDS.fixed - chance * AHEAD_MILLISECONDS.random;
}

/**
 * Asks for signed URLs of at most `FILE_IDS_MAX` files. A file without one has an error in its
 * place.
 *
 * @throws {FileError} when none of them got an answer; what `getToken` throws is thrown as it is
 */
export async function requestSignedUrls(
  { contentBaseUrl, getToken, fetch, signal }: FilesApiSettings,
  fileIds: readonly string[],
): Promise<ReadonlyMap<string, SignedUrl | FileError>> {
  const token = await getToken();
  const response = await callApi({
    url: `${contentBaseUrl}${SIGNED_URLS_PATH}`,
    init: {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ fileIds }),
      // The token says who asks. Cookies play no part.
      credentials: 'omit',
      signal,
    },
    fetch,
    toError: (reason, options) => new FileError(fileIds.join(' '), reason, options),
  });
  const { signedUrls } = (await response.json()) as SignedUrlsAnswer;
  // One time for all, so that files of one answer are renewed with one request.
  const chance = Math.random();
  const readEntry = (entry: SignedUrlEntry): SignedUrl | FileError => {
    const { fileId } = entry;
    if ('error' in entry) return new FileError(fileId, 'refused');
    const { signedUrl, expiresAt } = entry;
    const end = toLocalTime(expiresAt, response);
    const refreshAt = new Date(refreshTimeOf(end, chance));
    return { fileId, signedUrl, expiresAt: new Date(end), refreshAt };
  };
  return new Map(signedUrls.map((entry) => [entry.fileId, readEntry(entry)]));
}
