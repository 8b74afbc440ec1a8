/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { findChromium } from '../support/chromium';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * Starts the Chromium of this machine. Without a UTF-8 locale, as in a bare environment, it gives
 * no file a name with other letters than ASCII.
 */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: findChromium() ?? 'chromium',
    args: FLAGS,
    env: { ...process.env, LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8' },
  });
}

/** Logs a person in at the gallery, in a new tab. */
export async function logIn(
  context: BrowserContext,
  origin: string,
  person: string,
): Promise<Page> {
  const page = await context.newPage();
  await page.goto(origin);
  // The page shows its status when its script listens to the button.
  await page.waitForFunction(
    () => document.getElementById('status')?.textContent !== 'One moment…',
  );
  // A second tab of somebody who is logged in shows no button; it logs in all the same.
  await page.locator('#login').dispatchEvent('click');
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
export function openPictures(page: Page): Promise<Record<string, number>> {
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
