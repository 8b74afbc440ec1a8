// The package entry `edgepass/client/files`: an ES module for browsers, without dependencies.

export {
  createFiles,
  type Files,
  type FilesEvents,
  type FilesOptions,
  type FileState,
} from './files';
export { type FileElement, showFile, type ShowFileOptions, type ShownFile } from './show-file';
export { FileError, type SignedUrl } from './signed-url-api';
