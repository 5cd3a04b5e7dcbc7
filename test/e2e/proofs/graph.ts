import { writeFileSync } from 'fs';
import { join } from 'path';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { itIsPrinted, itObeys, theKeyboardReachesEverything } from './graph-use';
import { threeClusters } from '../../../examples/three-clusters/mesh';
import { MeshApp } from '../../../src';
import { openedBrowser, pageOf, violations } from '../browser';
import { CLUSTERS, manyServices, SERVICES } from '../graph-mesh';
import { run } from '../process';
import { must, Proof, ProofRun } from '../proof';

/** What the functions that run in the page know. */
declare const document: any, getComputedStyle: any, requestAnimationFrame: any;

const ROOT = join(__dirname, '..', '..', '..');

/** Sizes of windows: a desk, a tablet and a phone. */
const SIZES = { desktop: [1400, 860], tablet: [820, 1100], phone: [390, 844] } as const;

/** Milliseconds that the first picture of the large mesh, and a search in it, may take on any machine. */
const LIMIT = 10_000;

/** The page of `istio-mesh graph` in a real browser: what a user does by mouse and keyboard, without obstacles and without a network. */
export const graphProof: Proof = {
  name: 'graph',
  parts: [],
  async show(proof) {
    const small = await written(proof, 'small', threeClusters);
    const large = await written(proof, 'large', manyServices);
    const browser = await openedBrowser();
    try {
      await itObeys(browser, small);
      await itStaysText(browser, proof);
      const obstacles = await noObstacles(browser, [small, large]);
      await theKeyboardReachesEverything(browser, large);
      await itIsPrinted(browser, small);
      await thePictureStandsAlone(browser, proof, small);
      const times = await measured(browser, large);
      await screenshots(browser, small, large);
      return `${obstacles} states without a violation of axe in light and dark; ${CLUSTERS} clusters and ${SERVICES} services: `
        + `first paint after ${times.paint} ms, search ${times.search} ms, selection ${times.selection} ms`;
    } finally {
      await browser.close();
    }
  },
};

/** Writes a mesh, and its page, with the real command. Returns the path of the page. */
async function written({ folder }: ProofRun, name: string, declare: (app: MeshApp) => unknown): Promise<string> {
  const app = new MeshApp({ outdir: join(folder, name, 'dist') });
  declare(app);
  const { warn } = console;
  console.warn = () => undefined;
  try {
    app.synth();
  } finally {
    console.warn = warn;
  }
  for (const output of ['html', 'svg']) {
    writeFileSync(join(folder, `${name}.${output}`), await drawn(join(folder, name), output));
  }
  return join(folder, `${name}.html`);
}

/** Draws the mesh in the folder `dist` of a working directory. */
function drawn(cwd: string, output: string): Promise<string> {
  const command = join(ROOT, 'test', 'e2e', 'istio-mesh.ts');
  const tsx = join(ROOT, 'node_modules', 'tsx', 'dist', 'cli.mjs');
  const args = [tsx, '--tsconfig', join(ROOT, 'test', 'tsconfig.json'), command, 'graph', '-o', output];
  return run(process.execPath, args, { cwd, seconds: 900 });
}

/** Names that others wrote are texts: nothing runs, nothing is asked for, and no direction changes. */
async function itStaysText(browser: Browser, proof: ProofRun): Promise<void> {
  // A slash would end the namespace that can stand before a host.
  const hostile = '<script><img src=x onerror=document.title=1>\u202e"\']]><!--';
  const file = await written(proof, 'hostile', app => {
    threeClusters(app);
  });
  const folder = file.replace('.html', '');
  const quoted = JSON.stringify(`${hostile}.bar.svc.cluster.local`);
  writeFileSync(join(folder, 'dist', 'cluster2', 'hostile.yaml'), [
    'apiVersion: networking.istio.io/v1', 'kind: Gateway', `metadata: {name: ${JSON.stringify(hostile)}, namespace: istio-system}`,
    `spec: {servers: [{port: {number: 15443, name: tls, protocol: TLS}, tls: {mode: AUTO_PASSTHROUGH}, hosts: [${quoted}]}]}`, '',
  ].join('\n'));
  for (const output of ['html', 'svg']) {
    const path = join(proof.folder, `hostile.${output}`);
    writeFileSync(path, await drawn(folder, output));
    const watched = await pageOf(browser, path);
    const found = await watched.page.evaluate(name => ({
      images: document.querySelectorAll('img').length,
      texts: [...document.querySelectorAll('.label, title')].some(({ textContent }) => textContent.includes(name)),
    }), hostile.replace('\u202e', '\\u202e'));
    must(found.images === 0, `a name of a file became an element of the ${output}`);
    must(found.texts, `the ${output} does not show a name as it is`);
    watched.mustBeSilent();
    await watched.page.context().close();
  }
}

/** Returns the number of states that axe looked at. */
async function noObstacles(browser: Browser, files: string[]): Promise<number> {
  let states = 0;
  for (const file of files) {
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const [width, height] of Object.values(SIZES)) {
        const watched = await pageOf(browser, file, { colorScheme, viewport: { width, height } });
        const { page } = watched;
        const look = async (state: string) => {
          const found = await violations(page);
          must(found.length === 0, `axe, ${state}, ${colorScheme}, ${width} pixels: ${found.join('; ')}`);
          states++;
        };
        await look('nothing selected');
        await page.click('.head >> nth=0');
        await look('a cluster selected');
        await page.fill('#search', 'a');
        await look('a search');
        watched.mustBeSilent();
        await page.context().close();
      }
    }
  }
  return states;
}

/** The picture by itself is well-formed, has a title and a description, and follows the colours of the system. */
async function thePictureStandsAlone(browser: Browser, { folder }: ProofRun, page: string): Promise<void> {
  const colours = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    const watched = await pageOf(browser, page.replace('.html', '.svg'), { colorScheme });
    const found = await watched.page.evaluate(() => ({
      root: document.documentElement.tagName,
      title: document.querySelector('title')?.textContent,
      desc: document.querySelector('desc')?.textContent,
      texts: document.querySelectorAll('text').length,
      colour: getComputedStyle(document.querySelector('.canvas')!).fill,
    }));
    must(found.root === 'svg' && found.title === 'Istio mesh of 3 clusters' && found.desc!.includes('catalog.shop.global:8000'),
      `the picture in ${folder} is ${JSON.stringify(found)}`);
    colours.push(found.colour);
    watched.mustBeSilent();
    await watched.page.context().close();
  }
  must(colours[0] !== colours[1], `the picture is ${colours[0]} in light and dark`);
}

async function measured(browser: Browser, file: string): Promise<{ readonly [what: string]: number }> {
  const { page, mustBeSilent } = await pageOf(browser, file);
  const paint = await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0].startTime);
  const timed = (work: string) => page.evaluate(async source => {
    const start = performance.now();
    // eslint-disable-next-line no-eval
    (0, eval)(source);
    await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
    return performance.now() - start;
  }, work);
  const search = await timed(`{ const field = document.getElementById('search'); field.focus(); field.value = 'service7';
    field.dispatchEvent(new Event('input')); }`);
  must(await page.locator('#found [role=option]').count() === 12, 'the search shows no list');
  const selection = await timed('document.querySelector(".head").click()');
  mustBeSilent();
  await page.context().close();
  must(Math.max(paint, search, selection) < LIMIT, `slow: ${JSON.stringify({ paint, search, selection })}`);
  return { paint: Math.round(paint), search: Math.round(search), selection: Math.round(selection) };
}

/** Pictures for the documentation, where `SCREENSHOTS` names their folder. */
async function screenshots(browser: Browser, small: string, large: string): Promise<void> {
  const folder = process.env.SCREENSHOTS;
  if (folder === undefined) {
    return;
  }
  const shots: [string, string, keyof typeof SIZES, BrowserContextOptions['colorScheme'], string][] = [
    ['graph-desktop', small, 'desktop', 'light', 'catalog'],
    ['graph-tablet', large, 'tablet', 'light', 'service71.'],
    ['graph-phone', small, 'phone', 'dark', 'catalog'],
  ];
  for (const [name, file, size, colorScheme, query] of shots) {
    const [width, height] = SIZES[size];
    const { page } = await pageOf(browser, file, { colorScheme, viewport: { width, height }, reducedMotion: 'reduce' });
    await page.fill('#search', query);
    await page.press('#search', 'Enter');
    await page.screenshot({ path: join(folder, `${name}.png`) });
    await page.context().close();
  }
}
