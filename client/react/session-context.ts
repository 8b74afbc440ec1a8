import {
  createContext,
  createElement,
  type ReactElement,
  type ReactNode,
  useCallback,
  useContext,
  useSyncExternalStore,
} from 'react';
import type { Session, SessionState } from '../session';

/** What the components use of a session of `edgepass/client`. */
export type PageSession = Pick<
  Session,
  'contentBaseUrl' | 'state' | 'open' | 'renew' | 'close' | 'on' | 'emit'
>;

/** What `SessionProvider` is made from. */
export interface SessionProviderProps {
  /** From `createSession` of `edgepass/client`. */
  readonly session: PageSession;
  readonly children?: ReactNode;
}

/** The session of the page, and what is known of it now. */
export interface OpenSession {
  readonly session: PageSession;
  /** A component that reads it renders again at every change. */
  readonly state: SessionState;
}

const SessionContext = createContext<PageSession | undefined>(undefined);

/** Gives the session of the page to the components inside. It neither opens nor stops it. */
export function SessionProvider({ session, children }: SessionProviderProps): ReactElement {
  return createElement(SessionContext.Provider, { value: session }, children);
}

/**
 * Returns the session of the page, and renders again at its changes.
 *
 * @throws {Error} outside of a `SessionProvider`
 */
export function useSession(): OpenSession {
  const session = useContext(SessionContext);
  if (session === undefined) throw new Error('useSession: expected a SessionProvider around it');
  const subscribe = useCallback((render: () => void) => session.on('change', render), [session]);
  const read = (): SessionState => session.state;
  return { session, state: useSyncExternalStore(subscribe, read, read) };
}
