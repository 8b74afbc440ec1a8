import Hls from 'hls.js/light';

const REASONS = { unauthenticated: 'expired', refused: 'refused', unreachable: 'network' };

/**
 * Plays an HLS clip of the content host in a video element. One set of cookies opens the playlist
 * and all its segments. When a part does not load, the session is renewed and the player goes on
 * where it was, once; then the session makes one event `media-unavailable`. When the session is open
 * again, it goes on by itself. Returns what ends all of it.
 */
export function playClip({ session, video, url }) {
  // iPhones before iOS 17.1 play HLS by themselves and know no other way. `watchMedia` retries it.
  if (!Hls.isSupported()) {
    video.src = url;
    return () => {};
  }
  const { fragLoadPolicy } = Hls.DefaultConfig;
  const hls = new Hls({
    // Without credentials the browser sends no cookie to the content host.
    xhrSetup: (request) => {
      request.withCredentials = true;
    },
    // A refused part is no server error: without new cookies it is refused each time.
    fragLoadPolicy: { default: { ...fragLoadPolicy.default, errorRetry: null } },
    maxBufferLength: 6,
    maxMaxBufferLength: 6,
  });
  let isRetried = false;
  /** Given up for want of a session or a network. A refused clip is not asked for again. */
  let isWaiting = false;

  const goOn = () => {
    isWaiting = false;
    if (hls.levels.length === 0) hls.loadSource(url);
    else hls.startLoad(video.currentTime);
  };
  const giveUp = (reason) => {
    isWaiting = reason !== 'refused';
    session.emit('media-unavailable', { element: video, url, reason });
  };
  const retryOnce = async () => {
    if (isRetried) return giveUp(navigator.onLine ? 'refused' : 'network');
    isRetried = true;
    try {
      await session.renew();
      goOn();
    } catch (error) {
      giveUp(REASONS[error.reason] ?? 'expired');
    }
  };

  hls.on(Hls.Events.FRAG_BUFFERED, () => {
    isRetried = false;
  });
  hls.on(Hls.Events.ERROR, (_name, { fatal, type }) => {
    if (!fatal) return;
    if (type === Hls.ErrorTypes.NETWORK_ERROR) void retryOnce();
    else hls.recoverMediaError();
  });
  const leave = session.on('change', ({ status }) => {
    if (status !== 'open' || !isWaiting) return;
    isRetried = false;
    goOn();
  });
  hls.attachMedia(video);
  hls.loadSource(url);
  return () => {
    leave();
    hls.destroy();
  };
}
