/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import path from 'node:path';
import { buildSync } from 'esbuild';
import type { Browser, BrowserContext, Page } from 'playwright-core';
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
    const content = cloud.served.slice(before).filter(({ request }) => request.rawPath[1] === 't');
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

describe('edgepass/react', () => {
  const OWN = '/t/acme/f/picture-1/landscape.png';
  const FOREIGN = '/t/globex/f/picture-1/landscape.png';
  let script: string;

  beforeAll(() => {
    const { outputFiles } = buildSync({
      entryPoints: [path.join(__dirname, 'react-page.ts')],
      bundle: true,
      format: 'iife',
      write: false,
      define: { 'process.env.NODE_ENV': '"development"' },
    });
    script = outputFiles.map(({ text }) => text).join('');
  });

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
    await page.addScriptTag({ content: script });
    await page.locator('#state', { hasText: 'open' }).waitFor();
    return page;
  }

  const show = (page: Page, picture: string): Promise<void> =>
    page.evaluate((wanted) => {
      (globalThis as unknown as { page: ReactPage }).page.show?.(wanted);
    }, picture);

  const unavailable = (page: Page): Promise<readonly string[] | undefined> =>
    page.evaluate(() => (globalThis as unknown as { page: ReactPage }).page.unavailable);

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
