import {
  createContext,
  createElement,
  type ReactElement,
  type ReactNode,
  useCallback,
  useContext,
  useMemo,
  useSyncExternalStore,
} from 'react';
import type { Files } from '../files/files';
import type { Session, SessionState } from '../session';

/** What the components use of a session of `edgepass/client`. */
export type PageSession = Pick<
  Session,
  'contentBaseUrl' | 'state' | 'open' | 'renew' | 'close' | 'on' | 'emit'
>;

/** What the components use of the files of `edgepass/client/files`. */
export type PageFiles = Pick<Files, 'state' | 'display' | 'renew' | 'emit'>;

/** What `SessionProvider` is made from. */
export interface SessionProviderProps {
  /** From `createSession` of `edgepass/client`. @default none, for a page with signed URLs alone */
  readonly session?: PageSession;
  /** From `createFiles` of `edgepass/client/files`. @default none, for a page with cookies alone */
  readonly files?: PageFiles;
  readonly children?: ReactNode;
}

/** The session of the page, and what is known of it now. */
export interface OpenSession {
  readonly session: PageSession;
  /** A component that reads it renders again at every change. */
  readonly state: SessionState;
}

type Provided = Pick<SessionProviderProps, 'session' | 'files'>;

const Context = createContext<Provided>({});

/** Gives session and files to the components inside. It neither opens nor stops them. */
export function SessionProvider(props: SessionProviderProps): ReactElement {
  const { session, files, children } = props;
  const value = useMemo(
    () => ({ ...(session && { session }), ...(files && { files }) }),
    [session, files],
  );
  return createElement(Context.Provider, { value }, children);
}

/** Returns the files of the page. Throws outside of a `SessionProvider` with `files`. */
export function usePageFiles(): PageFiles {
  const { files } = useContext(Context);
  if (files === undefined)
    throw new Error('usePrivateFile: expected a SessionProvider with `files` around it');
  return files;
}

/**
 * Returns the session of the page, and renders again at its changes.
 *
 * @throws {Error} outside of a `SessionProvider` with `session`
 */
export function useSession(): OpenSession {
  const { session } = useContext(Context);
  if (session === undefined)
    throw new Error('useSession: expected a SessionProvider with `session` around it');
  const subscribe = useCallback((render: () => void) => session.on('change', render), [session]);
  const read = (): SessionState => session.state;
  return { session, state: useSyncExternalStore(subscribe, read, read) };
}
