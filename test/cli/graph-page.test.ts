import { createHash } from 'crypto';
import { readFileSync } from 'fs';
import { join } from 'path';
import { pageScript } from '../../assets/generate';
import { guideMesh } from '../../examples/guide/mesh';
import { threeClusters } from '../../examples/three-clusters/mesh';
import { WrittenFolder } from '../written/written-folder';

const ASSETS = join(__dirname, '..', '..', 'assets');

/** Names that a person could write into a file to leave the place where names stand. */
const HOSTILE = [
  '<script>alert(1)</script>',
  '</script><script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  '\' onload=\'alert(1)',
  ']]>',
  '<!--',
  '&lt;',
  '\u202egnp.exe',
  '\u2066x\u2069',
  '${alert(1)}',
  '\u0000\u001b[31m',
  '\u2028',
  'javascript:alert(1)',
  '</title>',
  '</style>',
];

const TAGS = /^<\/?(svg|title|desc|style|rect|g|path|text)(?: [a-zA-Z:-]+="[^"<>]*")*\/?>$/;

/** A mesh in which a name that others wrote stands wherever a name can. */
function hostileFolder(name: string): WrittenFolder {
  const folder = WrittenFolder.of(guideMesh);
  const gateway = 'cluster2/Gateway.networking.istio.io_istio-system_mesh-httpbin-bar.yaml';
  const text = folder.read(gateway);
  const quoted = JSON.stringify(name);
  folder.write(gateway, text
    .replace(/( *- )httpbin.bar.svc.cluster.local/, `$&\n$1${JSON.stringify(`${name}.bar.svc.cluster.local`).replaceAll('$', '$$$$')}`)
    .replace('name: mesh-httpbin-bar', `name: ${quoted}`));
  const file = 'cluster1/ServiceEntry.networking.istio.io_foo_httpbin-bar.yaml';
  folder.write('cluster1/hostile.yaml', folder.read(file)
    .replace('namespace: foo', `namespace: ${quoted}`)
    .replace('- httpbin.bar.global', `- ${JSON.stringify(`${name}.bar.global`)}`));
  return folder;
}

test('the script of the page is what its sources say', () => {
  expect(readFileSync(join(ASSETS, 'graph.js'), 'utf8')).toBe(pageScript());
});

test('the script and the style can stand in a page, and ask for nothing', () => {
  const [script, style] = ['graph.js', 'graph.css'].map(name => readFileSync(join(ASSETS, name), 'utf8'));
  expect(script).not.toMatch(/<\/script|<!--|innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function/);
  expect(script).not.toMatch(/fetch\(|XMLHttpRequest|WebSocket|import\(/);
  expect(style).not.toMatch(/<\/style|url\(|@import/);
});

test('the page has a policy that permits its own script and style, and no network', async () => {
  const { code, out } = await WrittenFolder.of(threeClusters).run('graph', '-o', 'html', 'dist');
  const [, policy] = /<meta http-equiv="Content-Security-Policy" content="([^"]*)">/.exec(out)!;
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  const [, style] = /<style>([\s\S]*?)<\/style>/.exec(out)!;
  const [, script] = /<script>([\s\S]*?)<\/script>/.exec(out)!;
  expect([code, policy]).toEqual([
    0, `default-src 'none'; script-src ${hash(script)}; style-src ${hash(style)}; base-uri 'none'; form-action 'none'`,
  ]);
  expect(out.replace(/xmlns="[^"]*"|http:\/\/www\.w3\.org\/2000\/svg/g, '')).not.toMatch(/https?:\/\//);
});

test.each(HOSTILE)('a name %j stays a text of the page', async name => {
  const { code, out } = await hostileFolder(name).run('graph', '-o', 'html', 'dist');
  const [, json] = /<script type="application\/json" id="model">([^<]*)<\/script>/.exec(out)!;
  expect([code, out.match(/<script/g), out.match(/<\/script/g), out.match(/<\/?(title|style|img)\b/g)]).toEqual(
    [0, ['<script', '<script'], ['</script', '</script'], ['<title', '</title', '<style', '</style']],
  );
  const names = JSON.parse(json).services.map((service: { readonly name: string }) => service.name);
  expect(names).toContain(printed(name));
  expect(out).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u2028\u2029\u0000\u001b]/);
});

test.each(HOSTILE)('a name %j stays a text of the picture', async name => {
  const { code, out } = await hostileFolder(name).run('graph', '-o', 'svg', 'dist');
  const strange = (out.match(/<[^>]*>?/g) ?? []).filter(tag => !TAGS.test(tag));
  expect([code, strange, out.match(/&(?!#\d+;)/g)]).toEqual([0, [], null]);
  expect(out).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u2028\u2029\u0000\u001b]/);
});

test.each(['svg', 'html'])('two runs print the same %s', async output => {
  const folder = WrittenFolder.of(threeClusters);
  const [first, second] = [await folder.run('graph', '-o', output, 'dist'), await folder.run('graph', '-o', output, 'dist')];
  expect(second).toEqual(first);
});

test('the picture has a title, a sentence for each import, and all texts', async () => {
  const { out } = await WrittenFolder.of(guideMesh).run('graph', '-o', 'svg', 'dist');
  expect(out).toMatchSnapshot();
});

test('the picture marks an import that stops', async () => {
  const folder = WrittenFolder.of(guideMesh).remove('cluster2/Gateway.networking.istio.io_istio-system_mesh-httpbin-bar.yaml');
  const { out } = await folder.run('graph', '-o', 'svg', 'dist');
  expect(out).toContain('<path class="edge direct stopped"');
  expect(out).toContain('requests stop: port 8000: MESH087');
});

/** A name as messages and drawings show it. */
function printed(name: string): string {
  return name.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
