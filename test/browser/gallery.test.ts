/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { findChromium } from '../support/chromium';
import { startTestCloud, type TestCloud } from '../support/test-cloud';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

let browser: Browser;

beforeAll(async () => {
  browser = await chromium.launch({ executablePath: findChromium() ?? 'chromium', args: FLAGS });
});

afterAll(async () => {
  await browser.close();
});

async function logIn(context: BrowserContext, origin: string, person: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(origin);
  await page.click('#login');
  await page.waitForLoadState('networkidle');
  // The provider may still know the person from an earlier login. Then it shows no login page.
  const choice = page.getByText(person);
  if (await choice.isVisible()) await choice.click();
  await page.waitForURL(`${origin}/`);
  await page.waitForFunction(
    () => !document.getElementById('logout')?.hidden || document.body.dataset['failed'] === 'true',
  );
  await page.waitForLoadState('networkidle');
  return page;
}

/** Returns for each tenant how many pictures of the page were really loaded. */
function openPictures(page: Page): Promise<Record<string, number>> {
  return page.evaluate(() =>
    Object.fromEntries(
      [...document.querySelectorAll<HTMLElement>('.tenant')].map((section) => [
        section.dataset['tenant'] ?? '',
        [...section.querySelectorAll('img')].filter(
          (image) => image.complete && image.naturalWidth > 0,
        ).length,
      ]),
    ),
  );
}

describe('a page of the same site, SameSite=Lax', () => {
  let cloud: TestCloud;

  beforeAll(async () => {
    cloud = await startTestCloud('browser-lax');
  });

  afterAll(async () => {
    await cloud.stop();
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
    await page.waitForFunction(() => document.querySelectorAll('figure.locked').length === 3);
    expect(await openPictures(page)).toEqual({ acme: 0, globex: 0, initech: 0 });
    await context.close();
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
