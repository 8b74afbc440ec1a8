/// <reference lib="dom" />
import { useEffect, useRef, useState } from 'react';
import { reasonOf, type Unavailable } from '../media-reasons';

/** What a picture is loaded with. */
export interface PictureSource {
  /** Undefined while it is not known. */
  readonly url: string | undefined;
  /** Why there is no address. */
  readonly unavailable: Unavailable | undefined;
  /** Gets a fresh grant. Returns undefined, or why there is none. */
  readonly renew: () => Promise<Unavailable | undefined>;
  /** Called once when the picture is given up. */
  readonly onUnavailable: (element: Element, reason: Unavailable) => void;
}

/** A picture that is loaded, or was given up. */
export interface RetriedPicture {
  /** Another number means that the picture is to be requested anew. */
  readonly request: number;
  /** Why it was given up. Undefined while it is not. */
  readonly unavailable: Unavailable | undefined;
  readonly onLoad: () => void;
  readonly onError: (element: HTMLImageElement) => void;
  readonly tryAgain: () => void;
}

/**
 * Loads a picture once more with a fresh grant when it failed, then gives it up. After it was shown
 * it may be tried once more. A component uses it for one picture only: give another picture another
 * React key.
 */
export function useRetriedPicture({ renew, onUnavailable }: PictureSource): RetriedPicture {
  const [request, setRequest] = useState(0);
  const [unavailable, setUnavailable] = useState<Unavailable>();
  const isRetried = useRef(false);
  const isMounted = useRef(false);
  useEffect(() => {
    isMounted.current = true;
    return () => {
      isMounted.current = false;
    };
  }, []);
  const requestAgain = (): void => {
    setRequest((number) => number + 1);
  };
  const handleFailure = async (element: HTMLImageElement): Promise<void> => {
    const { src } = element;
    const isLast = isRetried.current;
    isRetried.current = true;
    const reason = isLast ? await reasonOf(src) : await renew();
    if (!isMounted.current) return;
    if (reason !== undefined) {
      setUnavailable(reason);
      onUnavailable(element, reason);
      return;
    }
    // A new address was put in already, and is being loaded.
    if (element.src === src) requestAgain();
  };
  return {
    request,
    unavailable,
    onLoad: () => {
      isRetried.current = false;
    },
    onError: (element) => {
      void handleFailure(element);
    },
    tryAgain: () => {
      isRetried.current = false;
      setUnavailable(undefined);
      requestAgain();
    },
  };
}
