/// <reference lib="dom" />
import { createSession, type Session, type SessionState } from '#client/session';

const BASE_URL = 'https://media.example.com';
const START = Date.parse('2026-01-01T18:00:00Z');
const GRANT = { tenant: 'acme', path: '/t/acme/', expiresAt: '2026-01-01T18:15:00Z' };
const LIFE_MILLISECONDS = 840_000;

type Answer = Response | Error | Promise<Response>;

/** A page of one tab: its events, and an API whose answers a test decides. */
class TestPage {
  readonly window = new EventTarget();
  readonly asked: string[] = [];
  readonly reported: unknown[] = [];
  answer: (method: string) => Answer = (method) =>
    method === 'DELETE' ? cleared() : issued(Date.now());

  constructor() {
    const { window } = this;
    Object.assign(globalThis, {
      document: new EventTarget(),
      addEventListener: window.addEventListener.bind(window),
      removeEventListener: window.removeEventListener.bind(window),
      reportError: (error: unknown) => this.reported.push(error),
    });
  }

  readonly fetch = (async (url: string, { method = 'GET' }: RequestInit) => {
    expect(url).toBe(`${BASE_URL}/api/session`);
    this.asked.push(method);
    const answer = await this.answer(method);
    if (answer instanceof Error) throw answer;
    return answer;
  }) as typeof fetch;

  session(): Session {
    return createSession({ contentBaseUrl: BASE_URL, getToken: () => 'token', fetch: this.fetch });
  }
}

/** An answer of the API, by the clock of the server. */
function issued(serverNow: number, headers: Record<string, string> = {}): Response {
  const refreshAt = new Date(serverNow + LIFE_MILLISECONDS).toISOString();
  return Response.json({ grants: [GRANT], refreshAt }, { headers });
}

const cleared = (remaining: readonly string[] = []): Response =>
  Response.json({ cleared: ['/t/acme/'], ...(remaining.length > 0 && { remaining }) });

const refused = (status: number): Response => new Response('', { status });

const pass = (milliseconds: number): Promise<void> => jest.advanceTimersByTimeAsync(milliseconds);

let page: TestPage;
let session: Session;

beforeEach(() => {
  jest.useFakeTimers({ now: START });
  page = new TestPage();
  session = page.session();
});

afterEach(() => {
  session.stop();
  jest.useRealTimers();
});

describe('renewal', () => {
  it('C-39: asks again at refreshAt, and not before', async () => {
    await session.open();
    await pass(LIFE_MILLISECONDS - 1_000);
    expect(page.asked).toEqual(['POST']);
    await pass(1_000);
    expect(page.asked).toEqual(['POST', 'POST']);
    expect(session.state).toMatchObject({ status: 'open', grants: [GRANT] });
  });

  it.each([-3_600_000, 3_600_000])(
    'a clock that is wrong by %i ms changes nothing',
    async (wrong) => {
      page.answer = () => {
        const serverNow = Date.now() + wrong;
        return issued(serverNow, { date: new Date(serverNow).toUTCString() });
      };
      await session.open();
      await pass(LIFE_MILLISECONDS - 2_000);
      expect(page.asked).toHaveLength(1);
      await pass(4_000);
      expect(page.asked).toHaveLength(2);
    },
  );

  it('a wrong clock without the time of the server makes no loop', async () => {
    page.answer = () => issued(Date.now() - 3_600_000);
    await session.open();
    await pass(59_000);
    expect(page.asked).toHaveLength(1);
  });

  it.each(['online', 'pageshow', 'focus', 'visibilitychange'])(
    'renews after sleep: %s',
    async (event) => {
      await session.open();
      // Timers do not run while a machine sleeps.
      jest.setSystemTime(START + 2 * LIFE_MILLISECONDS);
      const target = event === 'visibilitychange' ? document : page.window;
      target.dispatchEvent(new Event(event));
      target.dispatchEvent(new Event(event));
      await pass(0);
      expect(page.asked).toEqual(['POST', 'POST']);
    },
  );

  it('waits for an open() that is under way, and asks once for many', async () => {
    const opening = session.open();
    await Promise.all([session.renew(), session.renew(), opening]);
    await session.renew();
    expect(page.asked).toEqual(['POST']);
  });

  it('without a session it is an error, and nothing is asked', async () => {
    await expect(session.renew()).rejects.toMatchObject({ reason: 'unauthenticated' });
    expect(page.asked).toEqual([]);
  });
});

describe('an API that does not answer', () => {
  it('is asked again after 1, 2, 4 … 60 seconds, and at once when the network is back', async () => {
    await session.open();
    page.answer = () => new TypeError('offline');
    await pass(LIFE_MILLISECONDS);
    expect(session.state).toMatchObject({ status: 'unreachable', failure: 'unreachable' });
    const before = page.asked.length;
    await pass(1_000 + 2_000 + 4_000 + 8_000 + 16_000 + 32_000);
    expect(page.asked.length - before).toBe(6);
    await pass(59_000);
    expect(page.asked.length - before).toBe(6);
    page.answer = () => issued(Date.now());
    page.window.dispatchEvent(new Event('online'));
    await pass(0);
    expect(session.state.status).toBe('open');
  });

  it.each([
    [401, 'unauthenticated'],
    [403, 'refused'],
  ])('%i ends the session until the next login', async (status, failure) => {
    await session.open();
    page.answer = () => refused(status);
    await pass(LIFE_MILLISECONDS);
    expect(session.state).toMatchObject({ status: 'refused', failure, refreshAt: undefined });
    const before = page.asked.length;
    page.window.dispatchEvent(new Event('online'));
    await pass(LIFE_MILLISECONDS);
    expect(page.asked).toHaveLength(before);
    page.answer = () => issued(Date.now());
    await expect(session.open()).resolves.toMatchObject({ status: 'open' });
  });

  it.each([429, 500, 503])('%i means later', async (status) => {
    await session.open();
    page.answer = () => refused(status);
    await pass(LIFE_MILLISECONDS);
    expect(session.state.status).toBe('unreachable');
  });
});

describe('the end', () => {
  it('stop() leaves no timer and no listener, also when an answer is under way', async () => {
    await session.open();
    let answer: (response: Response) => void = () => undefined;
    page.answer = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    await pass(LIFE_MILLISECONDS);
    session.stop();
    answer(issued(Date.now()));
    await pass(0);
    for (const event of ['online', 'focus']) page.window.dispatchEvent(new Event(event));
    await pass(2 * LIFE_MILLISECONDS);
    expect(page.asked).toEqual(['POST', 'POST']);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('C-38: cookies that come after close() are cleared again', async () => {
    await session.open();
    let answer: (response: Response) => void = () => undefined;
    page.answer = (method) =>
      method === 'DELETE'
        ? cleared()
        : new Promise((resolve) => {
            answer = resolve;
          });
    await pass(LIFE_MILLISECONDS);
    await session.close();
    answer(issued(Date.now()));
    await pass(0);
    expect(page.asked).toEqual(['POST', 'POST', 'DELETE', 'DELETE']);
    expect(session.state).toMatchObject({ status: 'closed', grants: [] });
  });

  it('C-38: close() asks until nothing remains, and says so when it never ends', async () => {
    await session.open();
    const left = [['/t/b/'], ['/t/c/'], []];
    page.answer = () => cleared(left.shift());
    await session.close();
    expect(page.asked).toEqual(['POST', 'DELETE', 'DELETE', 'DELETE']);
    page.answer = () => cleared(['/t/b/']);
    await expect(session.close()).rejects.toMatchObject({ reason: 'unreachable' });
  });

  it('when logout fails the session is open as before', async () => {
    await session.open();
    page.answer = () => new TypeError('offline');
    await expect(session.close()).rejects.toMatchObject({ reason: 'unreachable' });
    expect(session.state.status).toBe('open');
  });
});

it('an error of one listener is reported and stops no other', async () => {
  const seen: SessionState['status'][] = [];
  session.on('change', () => {
    throw new Error('of the page');
  });
  const end = session.on('change', ({ status }) => {
    seen.push(status);
  });
  await session.open();
  end();
  await session.close();
  expect(seen).toEqual(['open']);
  expect(page.reported).toHaveLength(2);
});
