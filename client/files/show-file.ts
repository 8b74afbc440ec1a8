/// <reference lib="dom" />
import { reasonOf, reasonOfFailure, SELF_RETRYING, type Unavailable } from '../media-reasons';
import { removePlaceholder, showPlaceholder } from '../placeholder';
import type { Files } from './files';

/** An element that can show a file: a picture, a video, a sound or a link. */
export type FileElement = HTMLImageElement | HTMLMediaElement | HTMLAnchorElement;

/** What is shown, and where. */
export interface ShowFileOptions {
  readonly element: FileElement;
  readonly fileId: string;
  /** Text of the button of the placeholder. @default Try again */
  readonly tryAgain?: string;
}

/** A file that is shown. */
export interface ShownFile {
  /** Ends renewal and retries. The element keeps its address. */
  stop(): void;
}

const LOADED = ['load', 'loadeddata'] as const;
const shown = new WeakMap<FileElement, ShownFile>();

/** Whether a video or a sound would be interrupted by another address. */
function isLoaded(element: FileElement): boolean {
  return element instanceof HTMLMediaElement && element.readyState > 0;
}

/** Gives an element an address. A video goes on where it was. */
function setAddress(element: FileElement, url: string): void {
  if (element instanceof HTMLAnchorElement) {
    element.href = url;
    return;
  }
  if (!isLoaded(element)) {
    element.src = url;
    return;
  }
  const media = element as HTMLMediaElement;
  const { currentTime, paused } = media;
  media.src = url;
  media.currentTime = currentTime;
  if (!paused) media.play().catch(() => undefined);
}

class Shown implements ShownFile {
  readonly #files: Files;
  readonly #element: FileElement;
  readonly #fileId: string;
  readonly #tryAgain: string;
  readonly #endDisplay: () => void;
  /** The address that the element has from us. */
  #address: string | undefined;
  #isRetried = false;
  #isRefused = false;
  #isStopped = false;

  constructor(files: Files, { element, fileId, tryAgain = 'Try again' }: ShowFileOptions) {
    this.#files = files;
    this.#element = element;
    this.#fileId = fileId;
    this.#tryAgain = tryAgain;
    removePlaceholder(element);
    element.setAttribute(SELF_RETRYING, '');
    element.addEventListener('error', this.#onError);
    for (const name of LOADED) element.addEventListener(name, this.#onLoad);
    this.#endDisplay = files.display(fileId, this.#update);
    this.#update();
  }

  stop(): void {
    this.#isStopped = true;
    this.#endDisplay();
    this.#element.removeAttribute(SELF_RETRYING);
    this.#element.removeEventListener('error', this.#onError);
    for (const name of LOADED) this.#element.removeEventListener(name, this.#onLoad);
    removePlaceholder(this.#element);
  }

  readonly #update = (): void => {
    const { url, unavailable } = this.#files.state(this.#fileId);
    if (url !== undefined) {
      const isKept = this.#isRefused || (this.#address !== undefined && isLoaded(this.#element));
      if (!isKept && url.signedUrl !== this.#address) this.#load(url.signedUrl);
    } else if (unavailable !== undefined) {
      this.#showPlaceholder();
    }
  };

  readonly #onLoad = (): void => {
    this.#isRetried = false;
  };

  readonly #onError = (): void => {
    void this.#retryOnce();
  };

  #load(address: string): void {
    this.#address = address;
    removePlaceholder(this.#element);
    setAddress(this.#element, address);
  }

  async #retryOnce(): Promise<void> {
    const failed = this.#address;
    // An element without an address, or with another one, has not failed with ours.
    if (failed === undefined) return;
    if (this.#isRetried) {
      this.#giveUp(await reasonOf(failed));
      return;
    }
    this.#isRetried = true;
    try {
      const { signedUrl } = await this.#files.renew(this.#fileId);
      if (!this.#isStopped && (this.#address === failed || isLoaded(this.#element)))
        this.#load(signedUrl);
    } catch (error) {
      // Without an address the files have already made the event.
      const { url } = this.#files.state(this.#fileId);
      if (url === undefined) this.#showPlaceholder();
      else this.#giveUp(reasonOfFailure(error));
    }
  }

  #giveUp(reason: Unavailable): void {
    if (this.#isStopped) return;
    this.#isRefused = reason === 'refused';
    const [fileId, element] = [this.#fileId, this.#element];
    this.#files.emit('media-unavailable', { fileId, reason, element });
    this.#showPlaceholder();
  }

  #showPlaceholder(): void {
    if (this.#isStopped) return;
    showPlaceholder(this.#element, this.#tryAgain, () => {
      this.#isRetried = false;
      this.#isRefused = false;
      this.#address = undefined;
      this.#files.renew(this.#fileId).catch(() => {
        this.#showPlaceholder();
      });
    });
  }
}

/**
 * Shows a file in a picture, a video, a sound or a link, by its id. The address is renewed before
 * its end. What fails to load is loaded once more with a fresh address; then the files make one
 * event `media-unavailable`, and the alternative text with a button stands in its place. Another
 * file in the same element begins anew. A video that has begun keeps its address until it fails.
 */
export function showFile(files: Files, options: ShowFileOptions): ShownFile {
  shown.get(options.element)?.stop();
  const file = new Shown(files, options);
  shown.set(options.element, file);
  return file;
}
