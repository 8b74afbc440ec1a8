/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { buildDownloadQuery } from '#core/policy/download-disposition';
import { startTestCloud, type TestCloud } from '../support/test-cloud';
import { launchChromium, logIn, openPictures } from './gallery-page';

let browser: Browser;

beforeAll(async () => {
  browser = await launchChromium();
});

afterAll(async () => {
  await browser.close();
});

const PICTURE = '/t/acme/f/picture-1/landscape.png';

/** A request of a script, as far as these tests change it. */
interface Request {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly cache?: 'no-store' | 'no-cache';
  readonly body?: string;
}

/**
 * What a script of the page gets for a request with credentials: status and bytes, or `refused`
 * when the browser does not show the answer.
 */
function ask(page: Page, url: string, init: Request): Promise<string> {
  return page.evaluate(
    async ([address, options]) => {
      try {
        const answer = await fetch(address, { credentials: 'include', ...options });
        return `${answer.status} ${(await answer.arrayBuffer()).byteLength}`;
      } catch {
        return 'refused';
      }
    },
    [url, init] as const,
  );
}

/** Names that a person gives to a file, and what Chromium makes of a quote in one. */
const FILE_NAMES: Readonly<Record<string, string>> = {
  'Ärger & Söhne.png': 'Ärger & Söhne.png',
  '山の朝.png': '山の朝.png',
  'Gipfel 🏔️ 100 %.png': 'Gipfel 🏔️ 100 %.png',
  "it's (1)+*.png": "it's (1)+_.png",
  'so "nice".png': 'so _nice_.png',
};

describe('a page of the same site, SameSite=Lax', () => {
  let cloud: TestCloud;

  beforeAll(async () => {
    cloud = await startTestCloud('browser-lax');
  });

  afterAll(async () => {
    await cloud.stop();
  });

  it.each(Object.entries(FILE_NAMES))('S-11: stores a download as %s', async (name, stored) => {
    const context = await browser.newContext({ acceptDownloads: true });
    const page = await logIn(context, cloud.addresses.galleryOrigin, 'Ada Lovelace');
    const address = `${cloud.addresses.contentBaseUrl}${PICTURE}?${buildDownloadQuery(name)}`;
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.evaluate((url) => {
        location.href = url;
      }, address),
    ]);

    expect(download.suggestedFilename()).toBe(stored);
    expect(await download.failure()).toBe(null);
    await context.close();
  });

  it('shows nothing before login', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(cloud.addresses.galleryOrigin, { waitUntil: 'networkidle' });
    expect(await openPictures(page)).toEqual({ acme: 0, globex: 0, initech: 0 });
    await context.close();
  });

  it("C-01: shows one's own tenant and refuses the others", async () => {
    const context = await browser.newContext();
    const page = await logIn(context, cloud.addresses.galleryOrigin, 'Ada Lovelace');
    expect(await openPictures(page)).toEqual({ acme: 3, globex: 0, initech: 0 });
    await context.close();
  });

  it('shows both tenants of a person who belongs to two', async () => {
    const context = await browser.newContext();
    const page = await logIn(context, cloud.addresses.galleryOrigin, 'Margaret Hamilton');
    expect(await openPictures(page)).toEqual({ acme: 3, globex: 3, initech: 0 });
    await context.close();
  });

  it('C-31: no script can read the cookies, and each is bound to its path', async () => {
    const context = await browser.newContext();
    const page = await logIn(context, cloud.addresses.galleryOrigin, 'Ada Lovelace');
    expect(await page.evaluate(() => document.cookie)).toBe('');
    const cookies = (await context.cookies([`${cloud.addresses.contentBaseUrl}/t/acme/`])).filter(
      ({ name }) => name.startsWith('CloudFront-'),
    );
    expect(
      cookies.map(({ path, httpOnly, secure, sameSite }) => ({ path, httpOnly, secure, sameSite })),
    ).toEqual(Array(4).fill({ path: '/t/acme/', httpOnly: true, secure: true, sameSite: 'Lax' }));
    const elsewhere = await context.cookies([`${cloud.addresses.contentBaseUrl}/t/globex/x`]);
    expect(elsewhere.filter(({ name }) => name.startsWith('CloudFront-'))).toEqual([]);
    await context.close();
  });

  it('C-38: opens nothing after logout', async () => {
    const context = await browser.newContext();
    const page = await logIn(context, cloud.addresses.galleryOrigin, 'Ada Lovelace');
    await page.click('#logout');
    await page.waitForSelector('#login:not([hidden])');
    // A guessed picture and a guessed clip of each of three tenants.
    await page.waitForFunction(() => document.querySelectorAll('figure.locked').length === 6);
    expect(await openPictures(page)).toEqual({ acme: 0, globex: 0, initech: 0 });
    await context.close();
  });

  describe('a script that requests content from the other origin', () => {
    let context: BrowserContext;
    let page: Page;
    let url: string;
    let size: number;
    const preflights = (): number =>
      cloud.served.filter(({ request }) => request.method === 'OPTIONS').length;

    beforeAll(async () => {
      context = await browser.newContext();
      page = await logIn(context, cloud.addresses.galleryOrigin, 'Ada Lovelace');
      url = `${cloud.addresses.contentBaseUrl}${PICTURE}`;
      size = Number((await ask(page, url, { cache: 'no-store' })).split(' ')[1]);
    });

    afterAll(async () => {
      await context.close();
    });

    it.each<[string, Request, () => string]>([
      ['GET', {}, () => `200 ${size}`],
      ['HEAD', { method: 'HEAD' }, () => '200 0'],
      ['a range', { headers: { range: 'bytes=0-99' } }, () => '206 100'],
      ['a range without an end', { headers: { range: 'bytes=100-' } }, () => `206 ${size - 100}`],
    ])('S-15: %s needs no preflight and works', async (_what, init, expected) => {
      const before = preflights();
      expect(size).toBeGreaterThan(1_000);
      expect(await ask(page, url, { cache: 'no-store', ...init })).toBe(expected());
      expect(preflights()).toBe(before);
    });

    it.each<[string, Request]>([
      ['a header of its own', { headers: { 'x-request-id': '1' } }],
      ['a condition', { headers: { 'if-none-match': '"x"' } }],
      ['a condition on a range', { headers: { range: 'bytes=0-99', 'if-range': '"x"' } }],
      ['the last bytes', { headers: { range: 'bytes=-100' } }],
      ['two ranges', { headers: { range: 'bytes=0-9,20-29' } }],
      ['another method', { method: 'PUT', body: 'x' }],
    ])(
      'C-52: %s needs a preflight, which carries no cookie and is refused',
      async (_what, init) => {
        const before = cloud.served.length;
        expect(await ask(page, url, { cache: 'no-store', ...init })).toBe('refused');
        const asked = cloud.served.slice(before).map(({ request, response }) => ({
          method: request.method,
          cookie: request.headers['cookie'],
          status: response.status,
        }));
        expect(asked).toEqual([{ method: 'OPTIONS', cookie: undefined, status: 403 }]);
      },
    );

    it("the browser's own cache revalidates, without a preflight", async () => {
      await ask(page, url, {});
      const before = cloud.served.length;
      expect(await ask(page, url, { cache: 'no-cache' })).toBe(`200 ${size}`);
      const asked = cloud.served.slice(before).map(({ request, response }) => ({
        method: request.method,
        conditional: request.headers['if-none-match'] !== undefined,
        status: response.status,
      }));
      expect(asked).toEqual([{ method: 'GET', conditional: true, status: 304 }]);
    });
  });

  it('S-08: a page on another site gets no session and cannot use the one that is there', async () => {
    const context = await browser.newContext();
    await logIn(context, cloud.addresses.galleryOrigin, 'Ada Lovelace');
    const page = await logIn(context, cloud.addresses.otherSiteOrigin, 'Ada Lovelace');
    expect(await page.textContent('#status')).toContain('another site');
    expect(await openPictures(page)).toEqual({ acme: 0, globex: 0, initech: 0 });
    await context.close();
  });
});

describe('a page of another site, SameSite=None; Partitioned', () => {
  let cloud: TestCloud;

  beforeAll(async () => {
    cloud = await startTestCloud('browser-none', {
      environmentChanges: ({ otherSiteOrigin }) => ({
        appOrigins: [otherSiteOrigin],
        cookies: { sameSite: 'none' },
      }),
    });
  });

  afterAll(async () => {
    await cloud.stop();
  });

  it("shows one's own tenant there, in cookies of that site only", async () => {
    const context = await browser.newContext();
    const page = await logIn(context, cloud.addresses.otherSiteOrigin, 'Ada Lovelace');
    expect(await openPictures(page)).toEqual({ acme: 3, globex: 0, initech: 0 });
    const first = await context.newPage();
    await first.goto(cloud.addresses.galleryOrigin, { waitUntil: 'networkidle' });
    expect(await openPictures(first)).toEqual({ acme: 0, globex: 0, initech: 0 });
    await context.close();
  });
});
