import { readFileSync } from 'fs';
import { pathToFileURL } from 'url';
import { Browser, BrowserContextOptions, chromium, Page } from 'playwright-core';
import { must } from './proof';

/** What the functions that run in the page know. */
declare const document: any, axe: any;

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/** A page, and what it did that no page of this project may do. */
export interface Watched {
  readonly page: Page;
  /** Throws if the page wrote to the console, failed, or asked for anything but itself. */
  readonly mustBeSilent: () => void;
}

/** Starts Debian's Chromium without a window. */
export function openedBrowser(): Promise<Browser> {
  // Its sandbox needs a user other than root.
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
}

/** Opens a file in a browser of its own, as a user does. */
export async function pageOf(browser: Browser, file: string, options: BrowserContextOptions = {}): Promise<Watched> {
  const context = await browser.newContext({ viewport: { width: 1400, height: 860 }, ...options });
  const page = await context.newPage();
  const url = pathToFileURL(file).href;
  const noise: string[] = [];
  page.on('console', message => noise.push(`console: ${message.text()}`));
  page.on('pageerror', error => noise.push(`error: ${error.message}`));
  page.on('request', request => request.url() === url || noise.push(`request: ${request.url()}`));
  await page.goto(url);
  return { page, mustBeSilent: () => must(noise.length === 0, `${file}: ${noise.join('; ')}`) };
}

/** What axe finds: each rule that is broken, with the first element that breaks it. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    // Colours that are on their way to others have no contrast that counts.
    await Promise.all(document.getAnimations().map((animation: any) => animation.finished));
    const { violations: found } = await axe.run();
    return found.map(({ id, nodes }: any) => `${id}: ${nodes[0].html.slice(0, 200)} ${nodes[0].failureSummary}`);
  });
}
