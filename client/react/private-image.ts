/// <reference lib="dom" />
import {
  type ComponentPropsWithoutRef,
  createElement,
  type ReactElement,
  type ReactNode,
  type SyntheticEvent,
  useEffect,
} from 'react';
import { reasonOfFailure, SELF_RETRYING, type Unavailable } from '../media-reasons';
import { type PictureSource, useRetriedPicture } from './retried-picture';
import { type PageSession, useSession } from './session-context';

/** What a fallback is made from. */
export interface UnavailablePicture {
  readonly alt: string;
  /** `expired`: log in again. `refused`: not for this person. `network`: no answer. */
  readonly reason: Unavailable;
  readonly tryAgain: () => void;
}

/** What `PrivateImage` is made from: a path, and the attributes of an `<img>`. */
export interface PrivateImageProps extends Omit<
  ComponentPropsWithoutRef<'img'>,
  'src' | 'srcSet' | 'alt'
> {
  /** Path of the picture on the content host, e.g. `/t/acme/f/1/a.png`. */
  readonly path: string;
  readonly alt: string;
  /** Shown instead of what cannot be loaded. @default the alternative text and a button */
  readonly fallback?: (picture: UnavailablePicture) => ReactNode;
}

type Shown = Omit<PrivateImageProps, 'path'>;

/** The same elements and class as `watchMedia` makes, for one style sheet. */
function placeholder({ alt, tryAgain }: UnavailablePicture): ReactElement {
  return createElement(
    'span',
    { className: 'edgepass-unavailable', role: 'group' },
    `${alt} `,
    createElement('button', { type: 'button', onClick: tryAgain }, 'Try again'),
  );
}

interface PictureProps {
  readonly source: PictureSource;
  readonly session: PageSession;
  readonly shown: Shown;
}

/** Renders one picture, or what stands for it. */
function Picture({ source, session, shown }: PictureProps): ReactNode {
  const { alt, fallback = placeholder, onLoad, onError, ...attributes } = shown;
  const { request, unavailable, tryAgain, ...events } = useRetriedPicture(source);
  useEffect(() => {
    if (unavailable === undefined || unavailable === 'refused') return undefined;
    return session.on('change', ({ status }) => {
      if (status === 'open') tryAgain();
    });
  });
  if (unavailable !== undefined) return fallback({ alt, reason: unavailable, tryAgain });
  return createElement('img', {
    ...attributes,
    [SELF_RETRYING]: '',
    key: request,
    src: source.url,
    alt,
    onLoad: (event: SyntheticEvent<HTMLImageElement>) => {
      events.onLoad();
      onLoad?.(event);
    },
    onError: (event: SyntheticEvent<HTMLImageElement>) => {
      events.onError(event.currentTarget);
      onError?.(event);
    },
  });
}

/**
 * A picture of the content host. When it does not load, it is loaded once more with renewed
 * cookies. When that fails too, the session makes one event `media-unavailable` and the fallback is
 * shown. Another path begins anew. What failed for want of a session or a network is loaded when
 * the session is open again.
 */
export function PrivateImage({ path, ...shown }: PrivateImageProps): ReactElement {
  const { session } = useSession();
  const url = `${session.contentBaseUrl}${path}`;
  const source: PictureSource = {
    url,
    renew: () => session.renew().then(() => undefined, reasonOfFailure),
    onUnavailable: (element, reason) => {
      session.emit('media-unavailable', { element, url, reason });
    },
  };
  return createElement(Picture, { key: path, source, session, shown });
}
