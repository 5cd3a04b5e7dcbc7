import { existsSync, readFileSync } from 'fs';
import { join } from 'path';
import { Browser, chromium, Page } from 'playwright-core';
import { run } from '../process';
import { must, Proof } from '../proof';
import { addressOf, deadLinks, htmlPages, PageLinks, serveFolder } from '../static-site';

const ROOT = join(__dirname, '..', '..', '..');
const DIST = join(ROOT, 'site', 'dist');

/** Pages of each kind: the front page, a guide with tables and code, the longest page, and a page of the API reference. */
const LOOKED_AT = ['/', '/how-to/answer-an-alert.html', '/reference/error-codes.html', '/reference/api/MeshCluster.html'];
const SCHEMES = ['light', 'dark'] as const;
const PHONE = { width: 390, height: 844 };

/** The site builds, and does what readers need: links lead somewhere, the search works offline, and nobody is kept out. */
export const siteProof: Proof = {
  name: 'site',
  parts: [],
  async show({ say }) {
    say('npm run site');
    await run('npm', ['run', 'site'], { cwd: ROOT, seconds: 900 });
    const server = await serveFolder(DIST);
    const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
    try {
      const address = addressOf(server);
      const links = await provedLinks(browser);
      await provedSearch(browser, address);
      const checks = await provedAccess(browser, address);
      const narrow = await provedWidth(browser, address, [...htmlPages(DIST).keys()]);
      return `${links}; MESH045 is found offline; axe finds nothing in ${checks} page views, light and dark; ${narrow} pages fit a phone; `
        + 'planted faults of each kind are found';
    } finally {
      await browser.close();
      server.close();
    }
  },
};

/** Every link within the site leads to a page, and to a heading of it. */
async function provedLinks(browser: Browser): Promise<string> {
  const pages = htmlPages(DIST);
  must(pages.size > 150, `only ${pages.size} pages were built`);
  const page = await browser.newPage();
  const found = new Map<string, PageLinks>();
  for (const [path, html] of pages) {
    found.set(path, await linksIn(page, html));
  }
  await page.close();
  const hasFile = (path: string) => existsSync(join(DIST, path));
  const dead = deadLinks(found, hasFile);
  must(dead.length === 0, `dead links: ${dead.slice(0, 20).join(', ')}`);
  const planted = { hrefs: ['/nowhere.html', './overview.html#no-such-heading', '/overview.html'], ids: [] };
  must(deadLinks(new Map([...found, ['/planted.html', planted]]), hasFile).length === 2, 'planted dead links are not found');
  const count = [...found.values()].reduce((sum, { hrefs }) => sum + hrefs.length, 0);
  return `${pages.size} pages with ${count} links, none of them dead`;
}

function linksIn(page: Page, html: string): Promise<PageLinks> {
  return page.evaluate(`(() => {
    const page = new DOMParser().parseFromString(${JSON.stringify(html)}, 'text/html');
    return {
      hrefs: [...page.querySelectorAll('a[href]')].map(link => link.getAttribute('href')),
      ids: [...page.querySelectorAll('[id]')].map(({ id }) => id),
    };
  })()`);
}

/** A reader without a network types an error code, and comes to its section. */
async function provedSearch(browser: Browser, address: string): Promise<void> {
  const context = await browser.newContext();
  const foreign: string[] = [];
  await context.route(url => !url.href.startsWith(address), route => {
    foreign.push(route.request().url());
    return route.abort();
  });
  const page = await context.newPage();
  await page.goto(`${address}/`, { waitUntil: 'networkidle' });
  await page.keyboard.press('Control+k');
  await page.getByRole('searchbox').fill('MESH045');
  const first = page.locator('#localsearch-list a').first();
  await first.waitFor({ timeout: 20_000 });
  await page.keyboard.press('Enter');
  await page.waitForURL(/error-codes\.html#mesh045-/, { timeout: 20_000 });
  // The section is scrolled to, not only on the page.
  const top = "document.querySelector('h2[id^=mesh045-]')?.getBoundingClientRect().top";
  await page.waitForFunction(`${top} >= 0 && ${top} < innerHeight`, undefined, { timeout: 20_000 });
  must(foreign.length === 0, `the site asks others: ${foreign.join(', ')}`);
  await page.evaluate("new Image().src = 'https://example.com/planted.png'");
  await page.waitForTimeout(500);
  must(foreign.length === 1, 'a request to others is not noticed');
  await context.close();
}

/** axe finds no barrier on a page of each kind, in light and in dark. */
async function provedAccess(browser: Browser, address: string): Promise<number> {
  let views = 0;
  for (const colorScheme of SCHEMES) {
    const context = await browser.newContext({ colorScheme, reducedMotion: 'reduce' });
    const page = await context.newPage();
    for (const path of LOOKED_AT) {
      await page.goto(address + path, { waitUntil: 'networkidle' });
      const isDark = await page.evaluate("document.documentElement.classList.contains('dark')");
      must(isDark === (colorScheme === 'dark'), `${path} is not shown in ${colorScheme} colours`);
      const barriers = await barriersOn(page);
      must(barriers.length === 0, `${path} in ${colorScheme}: ${barriers.join('; ')}`);
      views++;
    }
    await page.evaluate(`document.querySelector('main p').style.color = '${colorScheme === 'dark' ? '#444' : '#bbb'}'`);
    must((await barriersOn(page)).some(barrier => barrier.startsWith('color-contrast')), 'text without contrast is not found');
    await context.close();
  }
  return views;
}

async function barriersOn(page: Page): Promise<string[]> {
  await page.evaluate(readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8'));
  return page.evaluate(`axe.run().then(({ violations }) => violations.map(({ id, nodes }) =>
    id + ': ' + nodes.slice(0, 3).map(({ target }) => target.join(' ')).join(', ')))`);
}

/** No page is wider than a phone. */
async function provedWidth(browser: Browser, address: string, paths: string[]): Promise<number> {
  const context = await browser.newContext({ viewport: PHONE, isMobile: true, hasTouch: true });
  const page = await context.newPage();
  const overflow = async () => Number(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth'));
  const wide: string[] = [];
  for (const path of paths) {
    await page.goto(address + path, { waitUntil: 'load' });
    if (await overflow() > 0) {
      wide.push(path);
    }
  }
  must(wide.length === 0, `wider than ${PHONE.width} pixels: ${wide.join(', ')}`);
  await page.evaluate("document.querySelector('#app').insertAdjacentHTML('beforeend', '<div style=\"width: 2000px; height: 1px\"></div>')");
  must(await overflow() > 0, 'a block that is too wide is not found');
  await context.close();
  return paths.length;
}
