/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { buildSync } from 'esbuild';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { openSession } from '../support/session';
import { fetchAccessToken, startTestCloud, type TestCloud } from '../support/test-cloud';
import { launchChromium, logIn, openPictures } from './gallery-page';
import type { ReactPage } from './react-page';

/** The shortest life of a grant, in seconds: these tests wait for its end. */
const LIFETIME_SECONDS = 10;
const WAIT_MILLISECONDS_MAX = 120_000;
const ACME_ONLY = { acme: 3, globex: 0, initech: 0 };

let browser: Browser;
let cloud: TestCloud;
let context: BrowserContext;

beforeAll(async () => {
  browser = await launchChromium();
  cloud = await startTestCloud('browser-client', {
    environmentChanges: () => ({
      grants: { cookieLifetimeSeconds: LIFETIME_SECONDS, reuseWindowSeconds: 0 },
    }),
  });
});

beforeEach(async () => {
  context = await browser.newContext();
  context.setDefaultTimeout(WAIT_MILLISECONDS_MAX);
});

afterEach(async () => {
  await context.close();
});

afterAll(async () => {
  await browser.close();
  await cloud.stop();
});

const enter = (person = 'Ada Lovelace'): Promise<Page> =>
  logIn(context, cloud.addresses.galleryOrigin, person);

/** Number of grants that were asked for since a moment. */
function sessionsSince(served: number): number {
  return cloud.served
    .slice(served)
    .filter(({ request }) => request.method === 'POST' && request.rawPath === '/api/session')
    .length;
}

/** Waits until something is true. */
async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  for (let waited = 0; waited < WAIT_MILLISECONDS_MAX; waited += 100) {
    if (await isTrue()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`in vain: ${String(isTrue)}`);
}

/** Waits until a picture that is asked for now is refused: the cookies have ended. */
async function untilCookiesEnd(page: Page): Promise<void> {
  const url = `${cloud.addresses.contentBaseUrl}/t/acme/gallery.json`;
  await until(async () => (await statusOf(page, url)) === 403);
}

/** A script sees no status of the edge's error pages, because they have no CORS headers. */
function statusOf(page: Page, url: string): Promise<number> {
  return page.evaluate(
    (address) =>
      fetch(address, { credentials: 'include', cache: 'no-store' }).then(
        ({ status }) => status,
        () => 403,
      ),
    url,
  );
}

/** Asks for a picture in the page as an application does: with a new element. */
function addPicture(page: Page, picture: string): Promise<void> {
  return page.evaluate((address) => {
    const image = document.createElement('img');
    image.id = 'added';
    image.alt = 'The added picture';
    image.src = address;
    document.body.append(image);
  }, `${cloud.addresses.contentBaseUrl}${picture}`);
}

const isShown = (page: Page, id = 'added'): Promise<boolean> =>
  page.evaluate((wanted) => {
    const image = document.querySelector<HTMLImageElement>(`#${wanted}`);
    return image !== null && image.complete && image.naturalWidth > 0 && image.checkVisibility();
  }, id);

/** Number of GET requests for a picture that the edge has answered. */
const requestsFor = (picture: string): number =>
  cloud.served.filter(({ request }) => request.rawPath === picture && request.method === 'GET')
    .length;

describe('edgepass/client', () => {
  it('C-39: renews before the cookies end, without a request that fails', async () => {
    const page = await enter();
    const before = cloud.served.length;

    await until(() => sessionsSince(before) >= 2);
    expect(await statusOf(page, `${cloud.addresses.contentBaseUrl}/t/acme/gallery.json`)).toBe(200);
    const content = cloud.served
      .slice(before)
      .filter(({ request }) => request.rawPath.startsWith('/t/acme/'));
    expect(content.filter(({ response }) => response.status === 403)).toEqual([]);
  });

  it('a tab that was asleep past the end recovers by itself, with one request for a grant', async () => {
    const page = await enter();
    // Sleep: no request leaves this tab, and its timers find no network.
    await page.route('**/api/session', (route) => route.abort());
    await untilCookiesEnd(page);
    await page.unroute('**/api/session');
    const before = cloud.served.length;
    await addPicture(page, '/t/acme/f/picture-2/landscape.png');

    await until(() => isShown(page));
    expect(sessionsSince(before)).toBe(1);
  });

  it('what could not be loaded without a session is loaded when it is back', async () => {
    const page = await enter();
    await page.route('**/api/session', (route) => route.abort());
    await untilCookiesEnd(page);
    await addPicture(page, '/t/acme/f/picture-3/landscape.png');
    await page.locator('#added + .edgepass-unavailable').waitFor();
    await page.unroute('**/api/session');

    await until(() => isShown(page));
    expect(await page.locator('#added + .edgepass-unavailable').count()).toBe(0);
  });

  it('two tabs renew once between them', async () => {
    const [first, second] = [await enter(), await enter()];
    const before = cloud.served.length;
    await until(() => sessionsSince(before) >= 2);
    const renewals = cloud.served
      .slice(before)
      .filter(({ request }) => request.method === 'POST')
      .map(({ startedAtMilliseconds }) => startedAtMilliseconds);

    // A second tab with its own timer would ask in the same moment.
    expect((renewals[1] ?? 0) - (renewals[0] ?? 0)).toBeGreaterThan(1_000);
    for (const page of [first, second]) expect(await openPictures(page)).toEqual(ACME_ONLY);
  });

  it('C-01: tries a foreign picture once more, then shows its text and asks no more', async () => {
    const page = await enter();
    const foreign = '/t/globex/f/picture-2/landscape.png';
    const before = requestsFor(foreign);
    await addPicture(page, foreign);
    const placeholder = page.locator('#added + .edgepass-unavailable');
    await placeholder.waitFor();

    expect(await placeholder.textContent()).toBe('The added picture Try again');
    expect(requestsFor(foreign) - before).toBe(2);
    expect(await page.locator('#added').isVisible()).toBe(false);
    await placeholder.getByRole('button').click();
    await until(() => requestsFor(foreign) - before === 4);
    await placeholder.waitFor();
    // A new address is tried again, and shows that the picture is there.
    await page.evaluate((address) => {
      const image = document.querySelector<HTMLImageElement>('#added');
      if (image !== null) image.src = address;
    }, `${cloud.addresses.contentBaseUrl}/t/acme/f/picture-1/landscape.png`);
    await until(() => isShown(page));
    expect(await placeholder.count()).toBe(0);
  });

  it('C-38: logout in one tab closes the other, and nothing is renewed after it', async () => {
    const [first, second] = [await enter(), await enter()];
    await first.click('#logout');
    for (const page of [first, second]) {
      await page.waitForFunction(() => document.getElementById('logout')?.hidden === true);
      await page.waitForLoadState('networkidle');
    }

    expect(await openPictures(second)).toEqual({ acme: 0, globex: 0, initech: 0 });
    const cookies = await context.cookies(`${cloud.addresses.contentBaseUrl}/t/acme/x`);
    expect(cookies.filter(({ name }) => name.startsWith('CloudFront-'))).toEqual([]);
  });
});

const OWN = '/t/acme/f/picture-1/landscape.png';
const FOREIGN = '/t/globex/f/picture-1/landscape.png';

function bundleReactPage(): string {
  const { outputFiles } = buildSync({
    entryPoints: [path.join(__dirname, 'react-page.ts')],
    bundle: true,
    format: 'iife',
    write: false,
    define: { 'process.env.NODE_ENV': '"development"' },
  });
  return outputFiles.map(({ text }) => text).join('');
}

/** A page of the allowed origin, with React and without the scripts of the gallery. */
async function openReactPage(): Promise<Page> {
  const page = await context.newPage();
  await page.route('**/gallery.js', (route) => route.abort());
  await page.goto(cloud.addresses.galleryOrigin);
  await page.evaluate(() => {
    document.body.replaceChildren();
  });
  const { contentBaseUrl } = cloud.addresses;
  await page.evaluate((given) => Object.assign(globalThis, { page: given }), {
    contentBaseUrl,
    token: await fetchAccessToken(cloud, 'ada'),
  });
  await page.addScriptTag({ content: bundleReactPage() });
  await page.locator('#state', { hasText: 'open' }).waitFor();
  return page;
}

const show = (page: Page, picture: string): Promise<void> =>
  page.evaluate((wanted) => {
    (globalThis as unknown as { page: ReactPage }).page.show?.(wanted);
  }, picture);

const unavailable = (page: Page): Promise<readonly string[] | undefined> =>
  page.evaluate(() => (globalThis as unknown as { page: ReactPage }).page.unavailable);

describe('edgepass/react', () => {
  it('C-01: tries a foreign picture once more, and another path begins anew', async () => {
    const page = await openReactPage();
    const before = requestsFor(FOREIGN);
    await show(page, FOREIGN);
    const placeholder = page.locator('.edgepass-unavailable');
    await placeholder.waitFor();
    expect(await placeholder.textContent()).toBe(`Picture ${FOREIGN} Try again`);
    expect(requestsFor(FOREIGN) - before).toBe(2);
    expect(await unavailable(page)).toEqual(['refused']);

    await placeholder.getByRole('button').click();
    await until(async () => (await unavailable(page))?.length === 2);
    expect(requestsFor(FOREIGN) - before).toBe(4);
    await show(page, OWN);
    await until(() => isShown(page, 'picture'));
    expect(await placeholder.count()).toBe(0);
  });

  it('a network that is away is no refusal, and the button loads the picture later', async () => {
    const page = await openReactPage();
    await page.route(`**${OWN}`, (route) => route.abort());
    await show(page, OWN);
    const placeholder = page.locator('.edgepass-unavailable');
    await placeholder.waitFor();
    expect(await unavailable(page)).toEqual(['network']);
    await page.unroute(`**${OWN}`);
    await placeholder.getByRole('button').click();
    await until(() => isShown(page, 'picture'));
  });

  it('a picture that is removed while it is retried makes no event', async () => {
    const page = await openReactPage();
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route(`**${FOREIGN}`, async (route) => {
      if (route.request().method() === 'HEAD') await released;
      await route.abort();
    });
    const asked = page.waitForRequest((request) => request.method() === 'HEAD');
    await show(page, FOREIGN);
    const ended = page.waitForEvent('requestfailed', (request) => request.method() === 'HEAD');
    await asked;
    await show(page, OWN);
    await until(() => isShown(page, 'picture'));
    release();
    await ended;
    expect(await unavailable(page)).toEqual([]);
  });

  it('C-39: what failed for want of a session is loaded when the session is back', async () => {
    const page = await openReactPage();
    await page.route('**/api/session', (route) => route.abort());
    await untilCookiesEnd(page);
    await page.locator('#state', { hasText: 'unreachable' }).waitFor();
    await show(page, OWN);
    await page.locator('.edgepass-unavailable').waitFor();
    expect(await unavailable(page)).toEqual(['network']);
    await page.unroute('**/api/session');
    await until(() => isShown(page, 'picture'));
    expect(await page.locator('#state').innerText()).toBe('open');
  });
});

describe('edgepass/client/files', () => {
  /** Ids of each request that the page made to the files API. */
  let asked: (readonly string[])[];
  /** What the API answers for a file. */
  let answer: (fileId: string) => Promise<object>;

  /** A signed URL that the edge opens: the policy of the cookies, in the query. */
  async function sign(picture: string): Promise<string> {
    const session = await openSession(cloud, 'ada');
    const query = session.cookieFor(picture).replaceAll('; ', '&').replaceAll('CloudFront-', '');
    return `${cloud.addresses.contentBaseUrl}${picture}?${query}`;
  }

  async function answerSigned(fileId: string): Promise<object> {
    const signedUrl = await sign(`/t/acme/f/${fileId}/landscape.png`);
    const expiresAt = new Date(Date.now() + LIFETIME_SECONDS * 1_000).toISOString();
    return { fileId, signedUrl, expiresAt };
  }

  const notFound = (fileId: string): Promise<object> =>
    Promise.resolve({ fileId, error: 'file-not-found' });

  /** The page, with the files API at its network. Its session has no cookies. */
  async function openFilesPage(): Promise<Page> {
    asked = [];
    answer = answerSigned;
    const page = await openReactPage();
    await page.route('**/api/files/signed-urls', async (route) => {
      const { fileIds } = route.request().postDataJSON() as { fileIds: string[] };
      asked.push(fileIds);
      await route.fulfill({
        json: { signedUrls: await Promise.all(fileIds.map((fileId) => answer(fileId))) },
        headers: { 'access-control-allow-origin': cloud.addresses.galleryOrigin },
      });
    });
    await page.route('**/api/session', (route) => route.abort());
    await context.clearCookies();
    return page;
  }

  const showFiles = (page: Page, fileIds: readonly string[]): Promise<void> =>
    page.evaluate((wanted) => {
      (globalThis as unknown as { page: ReactPage }).page.showFiles?.(wanted);
    }, fileIds);

  const showPlain = (page: Page, fileId: string): Promise<void> =>
    page.evaluate((wanted) => {
      (globalThis as unknown as { page: ReactPage }).page.showPlain?.(wanted);
    }, fileId);

  const addressOf = (page: Page, selector: string): Promise<string> =>
    page.evaluate((wanted) => {
      const element = document.querySelector<HTMLImageElement & HTMLAnchorElement>(wanted);
      return element?.src ?? element?.href ?? '';
    }, selector);

  it('a refused file has its text, the others are shown, with one request for all', async () => {
    const page = await openFilesPage();
    answer = (fileId) => (fileId === 'foreign' ? notFound(fileId) : answerSigned(fileId));
    await showFiles(page, ['picture-1', 'foreign', 'picture-2']);
    await until(() => isShown(page, 'file-0'));
    await until(() => isShown(page, 'file-2'));
    const placeholder = page.locator('.edgepass-unavailable');
    expect(await placeholder.allTextContents()).toEqual(['File foreign Try again']);
    expect(await page.locator('#link-foreign').textContent()).toBe('refused');
    expect(await unavailable(page)).toEqual(['foreign refused']);
    expect(asked).toEqual([['picture-1', 'foreign', 'picture-2']]);
  });

  it.each(['showPlain', 'PrivateImage'])(
    '%s: a picture that is refused is tried once with a fresh address, and another begins anew',
    async (way) => {
      const page = await openFilesPage();
      const show = (fileId: string): Promise<void> =>
        way === 'PrivateImage' ? showFiles(page, [fileId]) : showPlain(page, fileId);
      const id = way === 'PrivateImage' ? 'file-0' : 'plain';
      const removed = '/t/acme/f/removed/landscape.png';
      const before = requestsFor(removed);
      answer = async (fileId) => {
        const item = await answerSigned(fileId);
        return fileId === 'removed'
          ? { ...item, signedUrl: `${cloud.addresses.contentBaseUrl}${removed}?v=${asked.length}` }
          : item;
      };
      await show('removed');
      const placeholder = page.locator('.edgepass-unavailable');
      await placeholder.waitFor();
      expect(requestsFor(removed) - before).toBe(2);
      expect(asked).toEqual([['removed'], ['removed']]);
      expect(await unavailable(page)).toEqual(['removed refused']);

      await show('picture-2');
      await until(() => isShown(page, id));
      expect(await placeholder.count()).toBe(0);
      expect(requestsFor(removed) - before).toBe(2);
    },
  );

  it.each(['showPlain', 'PrivateImage'])(
    '%s: an address that had ended is replaced',
    async (way) => {
      const page = await openFilesPage();
      const [fresh, old] = [answer, await answerSigned('picture-3')];
      const { signedUrl } = old as { signedUrl: string };
      await until(async () => (await fetch(signedUrl)).status === 403);
      answer = (fileId) => (asked.length === 1 ? Promise.resolve(old) : fresh(fileId));
      await (way === 'PrivateImage'
        ? showFiles(page, ['picture-3'])
        : showPlain(page, 'picture-3'));
      await until(() => isShown(page, way === 'PrivateImage' ? 'file-0' : 'plain'));
      expect(asked).toEqual([['picture-3'], ['picture-3']]);
      expect(await unavailable(page)).toEqual([]);
    },
  );

  it('renews displayed addresses before they end, without a request that fails', async () => {
    const page = await openFilesPage();
    await showFiles(page, ['picture-1']);
    await showPlain(page, 'picture-1');
    await until(() => isShown(page, 'plain'));
    const before = cloud.served.length;
    const read = async (): Promise<readonly string[]> =>
      Promise.all(['#file-0', '#plain', '#link-picture-1'].map((one) => addressOf(page, one)));
    const [first] = await read();
    await until(async () => (await read()).every((address) => address !== first));
    expect(new Set(await read()).size).toBe(1);
    expect(asked).toEqual([['picture-1'], ['picture-1']]);
    await until(() => isShown(page, 'file-0'));
    const refused = cloud.served.slice(before).filter(({ response }) => response.status === 403);
    expect(refused).toEqual([]);
  });
});

describe('a clip', () => {
  const CLIP = '/t/acme/f/clip-1/';
  const video = (page: Page) => page.locator('.tenant[data-tenant="acme"] video');
  const caption = (page: Page) => page.locator('.tenant[data-tenant="acme"] .clip figcaption');

  /** Files of the clip that the edge answered since a moment, with the status. */
  const served = (since: number): readonly string[] =>
    cloud.served
      .slice(since)
      .filter(({ request }) => request.rawPath.startsWith(CLIP))
      .map(({ request, response }) => `${request.rawPath.slice(CLIP.length)} ${response.status}`);

  const timeOf = (page: Page): Promise<number> =>
    video(page).evaluate((element) => (element as HTMLVideoElement).currentTime);

  async function play(page: Page): Promise<void> {
    await video(page).evaluate((element) => (element as HTMLVideoElement).play());
    await until(async () => (await timeOf(page)) > 0.5);
  }

  const seek = (page: Page, seconds: number): Promise<void> =>
    video(page).evaluate((element, to) => {
      (element as HTMLVideoElement).currentTime = to;
    }, seconds);

  it('C-01: is refused to another tenant, and asked for once more alone', async () => {
    const before = cloud.served.length;
    const page = await enter('Grace Hopper');
    await until(async () => (await caption(page).textContent()) === '403: not for you');
    const refused = cloud.served.length;
    await until(() => sessionsSince(refused) >= 1);
    await page.waitForTimeout(1_000);
    // Once before the login, and twice after it.
    expect(served(before)).toEqual(Array(3).fill('index.m3u8 403'));
    expect(await video(page).isVisible()).toBe(false);
  });

  it('plays, and a seek loads the part that is needed', async () => {
    const page = await enter();
    const before = cloud.served.length;
    await play(page);
    expect(await video(page).evaluate((element) => (element as HTMLVideoElement).videoWidth)).toBe(
      640,
    );
    expect(served(before)).not.toContain('part-08.m4s 200');
    await seek(page, 25);
    await until(async () => (await timeOf(page)) > 25.5);
    expect(served(before)).toContain('part-08.m4s 200');
    expect(served(before).filter((line) => line.endsWith('403'))).toEqual([]);
  });

  it('C-39: outlives the grant with which it began', async () => {
    const page = await enter();
    const before = cloud.served.length;
    await play(page);
    await until(async () => (await timeOf(page)) > LIFETIME_SECONDS + 2);
    expect(sessionsSince(before)).toBeGreaterThanOrEqual(1);
    const lines = served(before);
    expect(lines).toContain('part-05.m4s 200');
    expect(lines.filter((line) => !line.endsWith('200'))).toEqual([]);
  });

  it('goes on by itself after a sleep past the end of the cookies', async () => {
    const page = await enter();
    await play(page);
    await page.route('**/api/session', (route) => route.abort());
    await untilCookiesEnd(page);
    await seek(page, 25);
    await until(async () => (await caption(page).textContent()) === 'no answer');
    await page.unroute('**/api/session');
    await until(async () => (await timeOf(page)) > 25.5);
    expect(await caption(page).textContent()).toBe('The whole way');
    expect(await video(page).isVisible()).toBe(true);
  });
});

/** A player that is no browser gets the cookies from the answer's `Set-Cookie`. */
describe('a native player', () => {
  const CLIP = '/t/acme/f/clip-1/';
  let jar: string;

  /** Runs a program beside the edge, which is in this process. @returns what it wrote */
  async function run(program: string, ...options: readonly string[]): Promise<string> {
    const { stdout, stderr } = await promisify(execFile)(program, options);
    return `${stdout}${stderr}`;
  }

  const addressOf = (file: string): string => `${cloud.addresses.contentBaseUrl}${file}`;

  /** Logs a person in with curl, which keeps the cookies in the jar. */
  async function logInWithCurl(person: string): Promise<void> {
    jar = path.join(mkdtempSync(path.join(os.tmpdir(), 'edgepass-jar-')), 'jar');
    const token = await fetchAccessToken(cloud, person);
    const options = ['--silent', '--cookie-jar', jar, '--request', 'POST'];
    const header = ['--header', `Authorization: Bearer ${token}`];
    expect(await run('curl', ...options, ...header, addressOf('/api/session'))).toContain('grants');
  }

  const get = (file: string): Promise<string> =>
    run('curl', '--silent', '--cookie', jar, '--write-out', '%{http_code}', addressOf(file));

  it('C-01: curl with the cookies of another tenant gets no part', async () => {
    await logInWithCurl('grace');
    for (const file of ['index.m3u8', 'start.mp4', 'part-00.m4s'])
      expect(await get(`${CLIP}${file}`)).toMatch(/403$/);
  });

  it('curl gets the playlist and each part with the same cookies', async () => {
    await logInWithCurl('ada');
    const playlist = await get(`${CLIP}index.m3u8`);
    const parts = [...playlist.matchAll(/^part-\d+\.m4s$/gm)].map(([part]) => part);
    expect(parts).toHaveLength(10);
    const statuses = parts.map(async (part) => (await get(`${CLIP}${part}`)).slice(-3));
    expect(new Set(await Promise.all(statuses))).toEqual(new Set(['200']));
  });

  it('ffmpeg reads the clip to its end with one Cookie header', async () => {
    await logInWithCurl('ada');
    const cookies = readFileSync(jar, 'utf8')
      .split('\n')
      .map((line) => line.split('\t'))
      .filter(([, , scope]) => scope === '/t/acme/')
      .map(([, , , , , name = '', value = '']) => `${name}=${value}`);
    const program = process.env['FFMPEG'] ?? 'ffmpeg';
    const header = `Cookie: ${cookies.join('; ')}\r\n`;
    const input = ['-i', addressOf(`${CLIP}index.m3u8`)];
    const output = await run(program, '-headers', header, ...input, '-f', 'null', '-').catch(
      (error: unknown) => {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
        process.stderr.write('ffmpeg is not installed: it was not shown to read the clip\n');
        return undefined;
      },
    );
    expect(cookies).toHaveLength(4);
    expect(output ?? 'time=00:00:28').toContain('time=00:00:28');
  });
});
