// The package entry `edgepass/react`: an ES module for browsers. React is a peer.

export { PrivateImage, type PrivateImageProps, type UnavailablePicture } from './private-image';
export {
  type OpenSession,
  type PageSession,
  SessionProvider,
  type SessionProviderProps,
  useSession,
} from './session-context';
