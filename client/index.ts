// The package entry `edgepass/client`: an ES module for browsers, without dependencies.

export { type MediaWatcher, watchMedia, type WatchMediaOptions } from './media';
export {
  createSession,
  type Session,
  type SessionEvents,
  type SessionOptions,
  type SessionState,
  type SessionStatus,
} from './session';
export { type Grant, SessionError, type SessionFailure } from './session-api';
