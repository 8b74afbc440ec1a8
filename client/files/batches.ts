import {
  FILE_IDS_MAX,
  FileError,
  type FilesApiSettings,
  requestSignedUrls,
  type SignedUrl,
} from './signed-url-api';

interface Asked {
  readonly promise: Promise<SignedUrl>;
  readonly settle: (answer: SignedUrl | FileError) => void;
}

function isError(answer: SignedUrl | FileError): answer is FileError {
  return answer instanceof Error;
}

function makeAsked(): Asked {
  let settle: Asked['settle'] = () => undefined;
  const promise = new Promise<SignedUrl>((resolve, reject) => {
    settle = (answer) => {
      if (isError(answer)) reject(answer);
      else resolve(answer);
    };
  });
  return { promise, settle };
}

/** An error of one call, as the error of one of its files. */
function errorOf(fileId: string, cause: unknown): FileError {
  const reason = cause instanceof FileError ? cause.reason : 'unauthenticated';
  return new FileError(fileId, reason, { cause });
}

/** Puts what is asked for in one tick into as few requests as the API allows. */
export class SignedUrlBatches {
  readonly #settings: Omit<FilesApiSettings, 'signal'>;
  readonly #end = new AbortController();
  readonly #underWay = new Map<string, Asked>();
  #collected: string[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(settings: Omit<FilesApiSettings, 'signal'>) {
    this.#settings = settings;
  }

  /**
   * Asks for one signed URL. Whoever asks before the answer is there gets the same one.
   *
   * @throws {FileError}
   */
  async ask(fileId: string): Promise<SignedUrl> {
    if (this.#end.signal.aborted) throw new FileError(fileId, 'unreachable');
    const known = this.#underWay.get(fileId);
    if (known !== undefined) return await known.promise;
    const asked = makeAsked();
    this.#underWay.set(fileId, asked);
    this.#collected.push(fileId);
    this.#timer ??= setTimeout(() => {
      this.#send();
    });
    return await asked.promise;
  }

  /** Ends every request. Whoever waits gets an error. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#end.abort();
    for (const fileId of [...this.#underWay.keys()])
      this.#settle(fileId, new FileError(fileId, 'unreachable'));
  }

  #send(): void {
    this.#timer = undefined;
    const fileIds = this.#collected.splice(0);
    for (let from = 0; from < fileIds.length; from += FILE_IDS_MAX)
      void this.#call(fileIds.slice(from, from + FILE_IDS_MAX));
  }

  async #call(fileIds: readonly string[]): Promise<void> {
    const { signal } = this.#end;
    try {
      const answers = await requestSignedUrls({ ...this.#settings, signal }, fileIds);
      for (const fileId of fileIds)
        this.#settle(fileId, answers.get(fileId) ?? new FileError(fileId, 'unreachable'));
    } catch (error) {
      for (const fileId of fileIds) this.#settle(fileId, errorOf(fileId, error));
    }
  }

  #settle(fileId: string, answer: SignedUrl | FileError): void {
    const asked = this.#underWay.get(fileId);
    this.#underWay.delete(fileId);
    asked?.settle(answer);
  }
}
