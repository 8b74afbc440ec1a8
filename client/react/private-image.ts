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
import { usePageFiles, useSession } from './session-context';
import { usePrivateFile } from './use-private-file';

/** What a fallback is made from. */
export interface UnavailablePicture {
  readonly alt: string;
  /** `expired`: log in again. `refused`: not for this person. `network`: no answer. */
  readonly reason: Unavailable;
  readonly tryAgain: () => void;
}

interface PictureAttributes extends Omit<
  ComponentPropsWithoutRef<'img'>,
  'src' | 'srcSet' | 'alt'
> {
  readonly alt: string;
  /** Shown instead of what cannot be loaded. @default the alternative text and a button */
  readonly fallback?: (picture: UnavailablePicture) => ReactNode;
}

/** A picture that the cookies of the session open. */
export interface PathImageProps extends PictureAttributes {
  /** Path of the picture on the content host, e.g. `/t/acme/f/1/a.png`. */
  readonly path: string;
  readonly fileId?: never;
}

/** A picture with a signed URL. */
export interface FileImageProps extends PictureAttributes {
  /** Id of the file. */
  readonly fileId: string;
  readonly path?: never;
}

/** What `PrivateImage` is made from: a path or a file id, and the attributes of an `<img>`. */
export type PrivateImageProps = PathImageProps | FileImageProps;

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
  readonly shown: PictureAttributes;
  /** Calls a listener when what failed may work now. Returns what ends that. */
  readonly onRecovery: (listener: () => void) => (() => void) | undefined;
}

function canRecover(reason: Unavailable | undefined): boolean {
  return reason === 'expired' || reason === 'network';
}

/** Renders one picture, or what stands for it. */
function Picture({ source, shown, onRecovery }: PictureProps): ReactNode {
  const { alt, fallback = placeholder, onLoad, onError, ...attributes } = shown;
  const picture = useRetriedPicture(source);
  const { request, tryAgain } = picture;
  useEffect(() => (canRecover(picture.unavailable) ? onRecovery(tryAgain) : undefined));
  const reason = source.unavailable ?? picture.unavailable;
  if (reason !== undefined) {
    const again = (): void => {
      if (source.unavailable === undefined) tryAgain();
      else void source.renew();
    };
    return fallback({ alt, reason, tryAgain: again });
  }
  return createElement('img', {
    ...attributes,
    [SELF_RETRYING]: '',
    key: request,
    src: source.url,
    alt,
    onLoad: (event: SyntheticEvent<HTMLImageElement>) => {
      picture.onLoad();
      onLoad?.(event);
    },
    onError: (event: SyntheticEvent<HTMLImageElement>) => {
      picture.onError(event.currentTarget);
      onError?.(event);
    },
  });
}

function PathImage({ path, ...shown }: PathImageProps): ReactElement {
  const { session } = useSession();
  const url = `${session.contentBaseUrl}${path}`;
  const source: PictureSource = {
    url,
    unavailable: undefined,
    renew: () => session.renew().then(() => undefined, reasonOfFailure),
    onUnavailable: (element, reason) => {
      session.emit('media-unavailable', { element, url, reason });
    },
  };
  const onRecovery = (listener: () => void): (() => void) =>
    session.on('change', ({ status }) => {
      if (status === 'open') listener();
    });
  return createElement(Picture, { source, shown, onRecovery });
}

function FileImage({ fileId, ...shown }: FileImageProps): ReactElement {
  const files = usePageFiles();
  const { url, unavailable } = usePrivateFile(fileId);
  const source: PictureSource = {
    url,
    unavailable,
    renew: () => files.renew(fileId).then(() => undefined, reasonOfFailure),
    onUnavailable: (element, reason) => {
      // Without an address the files have already made the event.
      if (files.state(fileId).url !== undefined)
        files.emit('media-unavailable', { fileId, reason, element });
    },
  };
  const onRecovery = (listener: () => void): (() => void) => files.display(fileId, listener);
  return createElement(Picture, { source, shown, onRecovery });
}

/**
 * A picture of the content host, by its path or by the id of its file. When it does not load, it is
 * loaded once more with renewed cookies or a fresh signed URL. When that fails too, session or
 * files make one event `media-unavailable` and the fallback is shown. Another path or id begins
 * anew. What failed for want of a session or a network is loaded when it is back.
 */
export function PrivateImage(props: PrivateImageProps): ReactElement {
  if (props.fileId === undefined) return createElement(PathImage, { key: props.path, ...props });
  return createElement(FileImage, { key: props.fileId, ...props });
}
