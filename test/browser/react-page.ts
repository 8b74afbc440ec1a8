/// <reference lib="dom" />
// A page of an application with React. The test bundles it and runs it on the origin of the
// gallery, without the gallery's own scripts.
import { createElement, type ReactElement, StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { createFiles } from '#client/files/files';
import { showFile, type ShownFile } from '#client/files/show-file';
import { watchMedia } from '#client/media';
import { PrivateImage } from '#client/react/private-image';
import { SessionProvider, useSession } from '#client/react/session-context';
import { usePrivateFile } from '#client/react/use-private-file';
import { createSession } from '#client/session';

/** What the test gives to the page, and what it uses of it. */
export interface ReactPage {
  readonly contentBaseUrl: string;
  readonly token: string;
  /** Reasons of every `media-unavailable`, of the session and of files. */
  unavailable?: string[];
  /** Shows another picture in the same place. */
  show?: (path: string) => void;
  /** Shows pictures and a link of files. */
  showFiles?: (fileIds: readonly string[]) => void;
  /** Shows a file in a plain element. */
  showPlain?: (fileId: string) => ShownFile;
}

const test = (globalThis as unknown as { readonly page: ReactPage }).page;
const { contentBaseUrl, token } = test;
const unavailable: string[] = [];
test.unavailable = unavailable;
const session = createSession({ contentBaseUrl, getToken: () => token });
const files = createFiles({ contentBaseUrl, getToken: () => token, session });
session.on('media-unavailable', ({ reason }) => unavailable.push(reason));
files.on('media-unavailable', ({ fileId, reason }) => unavailable.push(`${fileId} ${reason}`));
// Many pages have plain elements too. The watcher must leave the component alone.
watchMedia(session);

function FileLink({ fileId }: { readonly fileId: string }): ReactElement {
  const { url, unavailable: reason } = usePrivateFile(fileId);
  return createElement('a', { id: `link-${fileId}`, href: url }, reason ?? fileId);
}

function FilePictures({ fileIds }: { readonly fileIds: readonly string[] }): ReactElement[] {
  return fileIds.flatMap((fileId, place) => [
    createElement(PrivateImage, { key: place, fileId, alt: `File ${fileId}`, id: `file-${place}` }),
    createElement(FileLink, { key: `link ${place}`, fileId }),
  ]);
}

function Page(): ReactElement {
  const { state } = useSession();
  const [path, setPath] = useState('');
  const [fileIds, setFileIds] = useState<readonly string[]>([]);
  test.show = setPath;
  test.showFiles = setFileIds;
  const picture = createElement(PrivateImage, { path, alt: `Picture ${path}`, id: 'picture' });
  return createElement(
    'section',
    { id: 'react' },
    createElement('p', { id: 'state' }, state.status),
    path !== '' && picture,
    createElement(FilePictures, { fileIds }),
  );
}

const plain = document.body.appendChild(document.createElement('img'));
plain.id = 'plain';
plain.alt = 'A plain picture';
test.showPlain = (fileId) => showFile(files, { element: plain, fileId });

const provided = createElement(SessionProvider, { session, files }, createElement(Page));
const root = document.body.appendChild(document.createElement('div'));
createRoot(root).render(createElement(StrictMode, {}, provided));
void session.open();
