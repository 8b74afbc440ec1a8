/// <reference lib="dom" />
// A page of an application with React. The test bundles it and runs it on the origin of the
// gallery, without the gallery's own scripts.
import { createElement, StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { watchMedia } from '#client/media';
import { PrivateImage } from '#client/react/private-image';
import { SessionProvider, useSession } from '#client/react/session-context';
import { createSession } from '#client/session';

/** What the test gives to the page, and what it uses of it. */
export interface ReactPage {
  readonly contentBaseUrl: string;
  readonly token: string;
  /** Reasons of every `media-unavailable`. */
  unavailable?: string[];
  /** Shows another picture in the same place. */
  show?: (path: string) => void;
}

const test = (globalThis as unknown as { readonly page: ReactPage }).page;
const { contentBaseUrl, token } = test;
const unavailable: string[] = [];
test.unavailable = unavailable;
const session = createSession({ contentBaseUrl, getToken: () => token });
session.on('media-unavailable', ({ reason }) => {
  unavailable.push(reason);
});
// Many pages have plain elements too. The watcher must leave the component alone.
watchMedia(session);

function Page(): ReturnType<typeof createElement> {
  const { state } = useSession();
  const [path, setPath] = useState('');
  test.show = setPath;
  const picture = createElement(PrivateImage, { path, alt: `Picture ${path}`, id: 'picture' });
  return createElement(
    'section',
    { id: 'react' },
    createElement('p', { id: 'state' }, state.status),
    path !== '' && picture,
  );
}

const provided = createElement(SessionProvider, { session }, createElement(Page));
const root = document.body.appendChild(document.createElement('div'));
createRoot(root).render(createElement(StrictMode, {}, provided));
void session.open();
