import type { Browser, Page } from 'playwright-core';
import { pageOf } from '../browser';
import { SERVICES } from '../graph-mesh';
import { must } from '../proof';

/** What the functions that run in the page know. */
declare const document: any, getComputedStyle: any;

/** Click, search and filter do what they promise. */
export async function itObeys(browser: Browser, pagePath: string): Promise<void> {
  const watched = await pageOf(browser, pagePath);
  const { page } = watched;
  await page.click('button.row:has-text("catalog")');
  must(await litNames(page) === 'cluster1 shop cluster2 cluster3 direct egress egress gateway catalog', 'a click on a service lights '
    + await litNames(page));
  must((await page.textContent('.details'))!.includes('ServiceEntry') === false, 'the files are shown before they are asked for');
  await page.click('.details summary');
  const file = 'Gateway.networking.istio.io_istio-system_mesh-catalog-shop.yaml';
  // The browser tells the page a moment later that a part is open.
  await page.locator('.import details', { hasText: file }).first().waitFor({ timeout: 10_000 });
  await page.click('.head:has-text("cluster3")');
  must(await litNames(page) === 'cluster1 shop cluster3 direct egress egress gateway alone catalog', 'a click on a cluster lights '
    + await litNames(page));
  await page.keyboard.press('Escape');
  must(await litNames(page) === '', `Escape leaves ${await litNames(page)}`);
  await page.selectOption('select[aria-label=Cluster]', { label: 'cluster3' });
  const services = await names(page, 'button.row.service');
  must(services === 'alone catalog', `the filter of a cluster leaves ${services}`);
  await page.selectOption('select[aria-label=Path]', 'egress');
  const importers = await names(page, 'button.row.namespace');
  must(importers === 'egress', `the filter of a path leaves ${importers}`);
  await page.selectOption('select[aria-label=Path]', 'stopped');
  must(await page.isVisible('.nothing'), 'a filter that leaves nothing says nothing');
  await page.fill('#search', 'orders');
  await page.press('#search', 'Enter');
  must(await names(page, '.selected') === 'orders', 'a search does not reach a service that the filter hid');
  must(await page.inputValue('select[aria-label=Path]') === '', 'the search left the filter on');
  watched.mustBeSilent();
  await page.context().close();
}

/** Without a mouse: search, arrows, Enter and Escape. */
export async function theKeyboardReachesEverything(browser: Browser, file: string): Promise<void> {
  const watched = await pageOf(browser, file);
  const { page } = watched;
  const focused = () => page.evaluate(() => document.activeElement?.querySelector('.label')?.textContent ?? document.activeElement?.id);
  const press = async (...keys: string[]) => {
    for (const key of keys) {
      await page.keyboard.press(key);
    }
  };
  await press('/');
  must(await focused() === 'search', '"/" does not reach the search');
  await page.keyboard.type('service71.');
  await press('Enter');
  must(await focused() === 'service71' && await names(page, '.selected') === 'service71', `the search reaches ${await focused()}`);
  await press('ArrowRight');
  must(await focused() === 'cluster22', `the right arrow reaches ${await focused()}, and not the nearest exporter`);
  await press('ArrowUp', 'Enter');
  must(await names(page, '.selected') === 'cluster21 cluster21', `Enter selects ${await names(page, '.selected')}`);
  await press('ArrowLeft', 'ArrowLeft', 'Home');
  must(await focused() === 'cluster1', `Home reaches ${await focused()}`);
  const before = await page.locator('.box .row').count();
  await press('Enter');
  must(await page.locator('.box .row').count() > before, 'Enter opens no box');
  await press('Escape');
  must(await page.locator('.selected').count() === 0, 'Escape leaves a selection');
  await page.click('text=Open groups');
  must(await page.locator('button.row.service').count() === SERVICES, 'not every service is shown in open groups');
  // The Tab key passes the whole drawing in one step.
  await page.focus('#search');
  const stops: string[] = [];
  for (let i = 0; i < 8; i++) {
    await press('Tab');
    stops.push(await page.evaluate(() => document.activeElement.className || document.activeElement.tagName));
  }
  must(stops.filter(stop => /\b(head|row)\b/.test(stop)).length === 1, `the Tab key stops at ${stops.join(', ')}`);
  watched.mustBeSilent();
  await page.context().close();
}

/** On paper: the drawing and the details, on white, without controls. */
export async function itIsPrinted(browser: Browser, file: string): Promise<void> {
  const { page, mustBeSilent } = await pageOf(browser, file, { colorScheme: 'dark' });
  await page.click('button.row:has-text("catalog")');
  await page.emulateMedia({ media: 'print' });
  const visible = await Promise.all(['#search', '.canvas', '.details'].map(part => page.isVisible(part)));
  must(visible.join() === 'false,true,true', `the search, the drawing and the details are printed: ${visible.join()}`);
  const paper = await page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--box'));
  must(paper === '#ffffff', `boxes are printed on ${paper}`);
  must((await page.pdf({ preferCSSPageSize: true })).length > 10_000, 'nothing is printed');
  mustBeSilent();
  await page.context().close();
}

/** Names of what is lit: heads of boxes first, then their lines. */
async function litNames(page: Page): Promise<string> {
  return [await names(page, '.head.lit'), await names(page, '.row.lit')].filter(text => text !== '').join(' ');
}

async function names(page: Page, selector: string): Promise<string> {
  return (await page.locator(`${selector} .label`).allTextContents()).join(' ');
}

