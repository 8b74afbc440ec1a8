/// <reference lib="dom" />
import { createFiles, type Files, type FilesEvents } from '#client/files/files';
import type { SessionState } from '#client/session';
import { SIGNED_URL_BATCH_MAX } from '#core/contract/files-api';

const BASE_URL = 'https://media.example.com';
const START = Date.parse('2026-01-01T18:00:00Z');
const LIFE_MILLISECONDS = 300_000;
/** One minute before the end, less up to ten seconds of chance. */
const RENEWAL_MILLISECONDS = { earliest: 230_000, latest: 240_000 } as const;

type Item = Readonly<Record<string, string>>;
type Answer = Response | Error | Promise<Response>;

function signed(fileId: string, serverNow = Date.now(), life = LIFE_MILLISECONDS): Item {
  const expiresAt = new Date(serverNow + life).toISOString();
  return { fileId, signedUrl: `${BASE_URL}/u/a/${fileId}?Expires=${expiresAt}`, expiresAt };
}

const notFound = (fileId: string): Item => ({ fileId, error: 'file-not-found' });
const all = (fileIds: readonly string[]): Response =>
  Response.json({ signedUrls: fileIds.map((id) => signed(id)) });

/** A page, and an API whose answers a test decides. */
class TestPage {
  readonly window = new EventTarget();
  readonly asked: (readonly string[])[] = [];
  readonly calls: RequestInit[] = [];
  readonly document = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  answer: (fileIds: readonly string[]) => Answer = all;
  open: () => void = () => undefined;

  constructor() {
    const { window, document } = this;
    Object.assign(globalThis, {
      document,
      addEventListener: window.addEventListener.bind(window),
      removeEventListener: window.removeEventListener.bind(window),
    });
  }

  readonly fetch = (async (url: string, init: RequestInit) => {
    expect(url).toBe(`${BASE_URL}/api/files/signed-urls`);
    this.calls.push(init);
    const { fileIds } = JSON.parse(init.body as string) as { fileIds: string[] };
    this.asked.push(fileIds);
    const answer = await this.answer(fileIds);
    if (answer instanceof Error) throw answer;
    return answer;
  }) as typeof fetch;

  files(): Files {
    const on = (_name: string, listener: (state: SessionState) => void): (() => void) => {
      this.open = () => {
        listener({ status: 'open' } as SessionState);
      };
      return () => {
        this.open = () => undefined;
      };
    };
    const session = { on } as NonNullable<Parameters<typeof createFiles>[0]['session']>;
    return createFiles({
      contentBaseUrl: BASE_URL,
      getToken: () => 'secret-token',
      fetch: this.fetch,
      session,
    });
  }

  event(name: string): void {
    (name === 'visibilitychange' ? this.document : this.window).dispatchEvent(new Event(name));
  }
}

const pass = (milliseconds: number): Promise<void> => jest.advanceTimersByTimeAsync(milliseconds);

let page: TestPage;
let files: Files;
let events: FilesEvents['media-unavailable'][];
/** How often a displayed file has changed. */
let changes: number;

const display = (fileId: string): (() => void) =>
  files.display(fileId, () => {
    changes += 1;
  });

/** What a promise is rejected with, as a value: the fake clock runs meanwhile. */
const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no failure',
    (error: unknown) => error,
  );

beforeEach(() => {
  jest.useFakeTimers({ now: START });
  page = new TestPage();
  files = page.files();
  events = [];
  changes = 0;
  files.on('media-unavailable', (event) => events.push(event));
});

afterEach(() => {
  files.stop();
  jest.useRealTimers();
});

describe('what is asked for', () => {
  it('C-26: an error of one file is an error of that file alone', async () => {
    page.answer = () => Response.json({ signedUrls: [signed('a'), notFound('b'), signed('c')] });
    const [a, b, c] = ['a', 'b', 'c'].map((id) => files.url(id));
    const refused = failure(b ?? Promise.resolve());
    await pass(0);
    expect(await refused).toMatchObject({ name: 'FileError', fileId: 'b', reason: 'refused' });
    expect([(await a)?.fileId, (await c)?.fileId]).toEqual(['a', 'c']);
  });

  it('C-26: in one tick is one request without duplicates, of as many files as the API takes', async () => {
    const most = SIGNED_URL_BATCH_MAX;
    const ids = Array.from({ length: most + 1 }, (_, index) => `f${index}`);
    const all = Promise.all([...ids, 'f0', `f${most}`].map((id) => files.url(id)));
    await pass(0);
    await all;
    expect(page.asked).toEqual([ids.slice(0, most), [`f${most}`]]);
  });

  it('carries the token and no cookie, and no error repeats the token', async () => {
    page.answer = () => new TypeError('offline');
    const failed = failure(files.url('a'));
    await pass(0);
    const { headers, credentials } = page.calls[0] ?? {};
    expect({ headers, credentials }).toEqual({
      headers: { authorization: 'Bearer secret-token', 'content-type': 'application/json' },
      credentials: 'omit',
    });
    const { message, reason } = (await failed) as { message: string; reason: string };
    expect({ message, reason }).toEqual({
      message: 'no signed URL: unreachable',
      reason: 'unreachable',
    });
  });

  it('a file that the answer does not name is asked for later', async () => {
    page.answer = () => Response.json({ signedUrls: [] });
    const failed = failure(files.url('a'));
    await pass(0);
    expect(await failed).toMatchObject({ reason: 'unreachable' });
  });

  it('is used again until refreshAt, also while the answer is under way', async () => {
    const first = files.url('a');
    await pass(0);
    expect(await files.url('a')).toBe(await first);
    await pass(RENEWAL_MILLISECONDS.earliest - 1);
    expect(await files.url('a')).toBe(await first);
    await pass(RENEWAL_MILLISECONDS.latest - RENEWAL_MILLISECONDS.earliest + 1);
    const second = Promise.all([files.url('a'), files.url('a'), files.renew('a')]);
    await pass(0);
    expect((await second)[0]).not.toBe(await first);
    expect(page.asked).toEqual([['a'], ['a']]);
  });

  it.each([-3_600_000, 3_600_000])('a clock that is wrong by %i ms is no matter', async (wrong) => {
    page.answer = ([id = '']) => {
      const serverNow = Date.now() + wrong;
      const headers = { date: new Date(serverNow).toUTCString() };
      return Response.json({ signedUrls: [signed(id, serverNow)] }, { headers });
    };
    display('a');
    await pass(RENEWAL_MILLISECONDS.earliest - 1_000);
    expect(page.asked).toHaveLength(1);
    await pass(RENEWAL_MILLISECONDS.latest - RENEWAL_MILLISECONDS.earliest + 2_000);
    expect(page.asked).toHaveLength(2);
  });
});

describe('what is displayed', () => {
  it('is renewed before its end, the files of one answer with one request', async () => {
    display('a');
    display('b');
    await pass(RENEWAL_MILLISECONDS.earliest - 1);
    expect(page.asked).toHaveLength(1);
    await pass(RENEWAL_MILLISECONDS.latest - RENEWAL_MILLISECONDS.earliest + 1);
    expect(page.asked).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
    expect(files.state('a').url?.expiresAt.getTime()).toBeGreaterThan(START + LIFE_MILLISECONDS);
  });

  it('a short life is used for two thirds, and makes no loop', async () => {
    page.answer = ([id = '']) => Response.json({ signedUrls: [signed(id, Date.now(), 90_000)] });
    display('a');
    await pass(59_000);
    expect(page.asked).toHaveLength(1);
    await pass(2_000);
    expect(page.asked).toHaveLength(2);
    // The oldest that an API could give: it has already ended.
    page.answer = ([id = '']) => Response.json({ signedUrls: [signed(id, Date.now(), -90_000)] });
    await pass(600_000);
    expect(page.asked.length).toBeLessThan(30);
  });

  it('is not renewed when nobody shows it any more', async () => {
    const end = display('a');
    await pass(0);
    end();
    await pass(2 * LIFE_MILLISECONDS);
    expect(page.asked).toEqual([['a']]);
    expect(files.state('a')).toEqual({ url: undefined, unavailable: undefined });
  });

  it.each(['online', 'pageshow', 'focus', 'visibilitychange'])(
    'is renewed once after sleep: %s',
    async (event) => {
      display('a');
      await pass(0);
      // Timers do not run while a machine sleeps.
      jest.setSystemTime(START + 2 * LIFE_MILLISECONDS);
      page.event(event);
      page.event(event);
      await pass(0);
      expect(page.asked).toEqual([['a'], ['a']]);
    },
  );

  it('is not renewed in a hidden page, and at once when it is shown', async () => {
    display('a');
    await pass(0);
    page.document.visibilityState = 'hidden';
    await pass(3 * LIFE_MILLISECONDS);
    expect(page.asked).toHaveLength(1);
    page.document.visibilityState = 'visible';
    page.event('visibilitychange');
    await pass(0);
    expect(page.asked).toHaveLength(2);
  });
});

describe('an API that does not answer', () => {
  it('takes nothing away, and is asked after 1, 2, 4 … seconds or when the network is back', async () => {
    display('a');
    await pass(0);
    const before = files.state('a');
    page.answer = () => new TypeError('offline');
    while (page.asked.length < 2) await pass(100);
    await pass(1_000 + 2_000 + 4_000 + 8_000 + 16_000 + 32_000 + 100);
    expect(page.asked).toHaveLength(8);
    await pass(59_000);
    expect(page.asked).toHaveLength(8);
    expect(files.state('a')).toBe(before);
    expect(events).toEqual([]);
    page.answer = all;
    page.event('online');
    await pass(0);
    expect(files.state('a').url).not.toBe(before.url);
  });

  it('is one event for a file that never had an address', async () => {
    page.answer = () => new Response('', { status: 503 });
    display('a');
    await pass(20_000);
    expect(page.asked.length).toBeGreaterThan(3);
    expect(events).toEqual([{ fileId: 'a', reason: 'network', element: undefined }]);
    page.answer = all;
    await pass(60_000);
    expect(files.state('a')).toMatchObject({ unavailable: undefined });
  });

  it('401 is not asked again before the session is open', async () => {
    page.answer = () => new Response('', { status: 401 });
    display('a');
    await pass(2 * LIFE_MILLISECONDS);
    expect(page.asked).toHaveLength(1);
    expect(files.state('a').unavailable).toBe('expired');
    page.answer = all;
    page.open();
    await pass(0);
    expect(files.state('a').unavailable).toBeUndefined();
  });
});

it('a file that was deleted loses its address at the renewal, with one event', async () => {
  display('a');
  await pass(0);
  page.answer = () => Response.json({ signedUrls: [notFound('a')] });
  await pass(10 * LIFE_MILLISECONDS);
  expect(files.state('a')).toEqual({ url: undefined, unavailable: 'refused' });
  expect(events).toEqual([{ fileId: 'a', reason: 'refused', element: undefined }]);
  expect(page.asked).toHaveLength(2);
});

describe('stop()', () => {
  it('leaves no timer, no listener and no address, also when an answer is under way', async () => {
    let answer: (response: Response) => void = () => undefined;
    display('a');
    await pass(0);
    page.answer = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    const waiting = failure(files.url('b'));
    await pass(0);
    const collected = failure(files.url('c'));
    files.stop();
    const before = changes;
    answer(all(['b']));
    await pass(0);
    for (const event of ['online', 'focus', 'visibilitychange']) page.event(event);
    page.open();
    await pass(2 * LIFE_MILLISECONDS);

    expect(page.asked).toEqual([['a'], ['b']]);
    expect(page.calls[1]?.signal?.aborted).toBe(true);
    expect(await waiting).toMatchObject({ reason: 'unreachable' });
    expect(await collected).toMatchObject({ reason: 'unreachable' });
    expect(files.state('a').url).toBeUndefined();
    expect(changes).toBe(before);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('is final: whoever asks later gets an error, and nothing is requested', async () => {
    files.stop();
    display('a')();
    expect(await failure(files.url('a'))).toMatchObject({ reason: 'unreachable' });
    await pass(1_000);
    expect(page.asked).toEqual([]);
  });
});
