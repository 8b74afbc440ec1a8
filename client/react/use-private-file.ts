import { useCallback, useSyncExternalStore } from 'react';
import type { FileState } from '../files/files';
import type { Unavailable } from '../media-reasons';
import { usePageFiles } from './session-context';

/** A file of this person, as a component shows it. */
export interface PrivateFile {
  /** Address of the file. Undefined while it is asked for, and when there is none. */
  readonly url: string | undefined;
  readonly expiresAt: Date | undefined;
  /** `expired`: log in again. `refused`: no such file for this person. `network`: no answer. */
  readonly unavailable: Unavailable | undefined;
  /** Asks for another address. */
  readonly tryAgain: () => void;
}

/**
 * Returns a signed URL of a file, and renders again when it is renewed. Components that ask for
 * different files in one render make one request.
 *
 * @throws {Error} outside of a `SessionProvider` with `files`
 */
export function usePrivateFile(fileId: string): PrivateFile {
  const files = usePageFiles();
  const subscribe = useCallback(
    (render: () => void) => files.display(fileId, render),
    [files, fileId],
  );
  const read = (): FileState => files.state(fileId);
  const { url, unavailable } = useSyncExternalStore(subscribe, read, read);
  const tryAgain = useCallback(() => {
    // The state tells of a failure.
    files.renew(fileId).catch(() => undefined);
  }, [files, fileId]);
  return { url: url?.signedUrl, expiresAt: url?.expiresAt, unavailable, tryAgain };
}
