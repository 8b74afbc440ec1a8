// The package entry `edgepass/react`: an ES module for browsers. React is a peer.

export {
  type FileImageProps,
  type PathImageProps,
  PrivateImage,
  type PrivateImageProps,
  type UnavailablePicture,
} from './private-image';
export {
  type OpenSession,
  type PageFiles,
  type PageSession,
  SessionProvider,
  type SessionProviderProps,
  useSession,
} from './session-context';
export { type PrivateFile, usePrivateFile } from './use-private-file';
