import { execFileSync } from 'child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import Ajv from 'ajv';
import { guideMesh } from '../../examples/guide/mesh';
import { threeClusters } from '../../examples/three-clusters/mesh';
import { make } from '../pki/make';
import { WrittenFolder } from '../written/written-folder';

const schema = JSON.parse(readFileSync(join(__dirname, '..', '..', 'docs', 'reference', 'schemas', 'diff.schema.json'), 'utf8'));
const isValid = new Ajv({ strict: true }).compile(schema);

/** A folder, and its state before edits, in a commit of Git and in a folder beside it. */
function committed(program: (app: any) => unknown): WrittenFolder {
  const folder = WrittenFolder.of(program);
  cpSync(folder.path, folder.beside('before'), { recursive: true });
  const git = (...args: string[]) => execFileSync('git', ['-C', folder.parent, ...args], { stdio: 'pipe' });
  git('init', '-q');
  git('add', 'dist');
  git('-c', 'user.name=test', '-c', 'user.email=test@example.invalid', 'commit', '-q', '-m', 'before');
  return folder;
}

/** The changes of a folder since the commit, which must be the same as those from the folder of before. */
async function changed(folder: WrittenFolder) {
  const arguments_ = ['diff', 'dist', '-o', 'json', '--pki', 'beside/pki', '--against'];
  const [{ out, code }, fromFolder] = [await folder.run(...arguments_, 'HEAD'), await folder.run(...arguments_, 'beside/before')];
  const found = JSON.parse(out);
  expect([isValid(found), isValid.errors]).toEqual([true, null]);
  expect(JSON.parse(fromFolder.out)).toEqual(found);
  const changes = found.changes.map((change: any) => `${change.cluster} ${change.effect}: ${change.text}`);
  return { code, changes, objects: found.objects.map(({ cluster, kind, object }: any) => `${cluster} ${kind}: ${object}`) };
}

const rule = (namespace: string, service: string) => `cluster1/DestinationRule.networking.istio.io_${namespace}_${service}.yaml`;
const entry = (namespace: string, service: string) => `cluster1/ServiceEntry.networking.istio.io_${namespace}_${service}.yaml`;
const routes = (namespace: string, service: string) => `cluster1/VirtualService.networking.istio.io_${namespace}_${service}.yaml`;
const OPENED = 'cluster2/Gateway.networking.istio.io_istio-system_mesh-orders-shop.yaml';
const POLICY = 'cluster2/AuthorizationPolicy.security.istio.io_shop_mesh.orders.yaml';

test('equal folders have no differences', async () => {
  const folder = committed(guideMesh);
  expect(await changed(folder)).toEqual({ code: 0, changes: [], objects: [] });
  expect(await folder.run('diff', 'dist', '--pki', 'beside/pki')).toEqual({ code: 0, out: 'no differences\n', err: '' });
  expect(await folder.run('diff', 'dist', '--yaml')).toEqual({ code: 0, out: 'no differences\n', err: '' });
});

/** An edit, the changes of meaning that it makes, and the objects whose change has no known meaning. */
interface Edit {
  readonly what: string;
  readonly edit: (folder: WrittenFolder) => unknown;
  readonly changes: string[];
  readonly objects?: string[];
}

test.each<Edit>([
  {
    what: 'an import that is removed',
    edit: folder => [entry, rule, routes].forEach(file => folder.remove(file('direct', 'ledger-shop'))),
    changes: [8000, 9000].map(port => `cluster1 cuts: direct can no longer reach ledger.shop.global:${port}`),
  },
  {
    what: 'an export that is closed',
    edit: folder => folder.remove(OPENED),
    changes: [
      expect.stringMatching(/^cluster1 cuts: requests of direct to orders\.shop\.global:8000 stop: MESH087/),
      expect.stringMatching(/^cluster1 cuts: requests of egress to orders\.shop\.global:8000 stop: MESH087/),
      'cluster2 cuts: the export of orders.shop.svc.cluster.local is closed',
    ] as string[],
  },
  {
    what: 'a host that is opened',
    edit: folder => folder.write('cluster2/gateway.yaml', folder.read(OPENED).replace(/orders/g, 'internal')),
    changes: ['cluster2 opens: the gateway opens internal.shop.svc.cluster.local for other clusters'],
  },
  {
    what: 'a VIP that moves',
    edit: folder => folder.edit(entry('direct', 'orders-shop'), '245.35.1.144', '245.35.1.145'),
    changes: ['cluster1 changes: the VIP of orders.shop.global in direct moved from 245.35.1.144 to 245.35.1.145'],
  },
  {
    what: 'an exporter that is removed',
    edit: folder => folder.edit(entry('direct', 'catalog-shop'), / {4}- address: mesh\.cluster3.*\n.*\n.*\n/, ''),
    changes: ['cluster1 cuts: requests of direct to catalog.shop.global:8000 no longer go to cluster3'],
  },
  {
    what: 'weights',
    edit: folder => folder.edit(routes('direct', 'cart-shop'), 'weight: 90', 'weight: 80')
      .edit(routes('direct', 'cart-shop'), 'weight: 10', 'weight: 20'),
    changes: [
      expect.stringMatching(/^cluster1 changes: routes of direct to cart\.shop\.global:8000: .*80% .*20% .*before: .*90% .*10%/),
    ] as string[],
  },
  {
    what: 'an identity that is no longer asked for',
    edit: folder => folder.edit('mesh-catalog.json', '"serviceAccount":"ledger"', '"other": ""')
      .edit(entry('direct', 'ledger-shop'), / +subjectAltNames:\n.*\n/, ''),
    changes: [8000, 9000].map(port => expect.stringContaining(
      `cluster1 opens: direct to ledger.shop.global:${port}: every workload of the mesh is accepted as the server`,
    )) as string[],
  },
  {
    what: 'callers',
    edit: folder => folder.edit(POLICY, 'ns/egress/sa/orders-client', 'ns/egress/sa/other'),
    changes: [
      'cluster2 cuts: AuthorizationPolicy shop/mesh.orders no longer accepts cluster.local/ns/egress/sa/orders-client',
      'cluster2 opens: AuthorizationPolicy shop/mesh.orders now accepts cluster.local/ns/egress/sa/other',
    ],
  },
  {
    what: 'a policy that is removed',
    edit: folder => folder.remove(POLICY),
    changes: [expect.stringMatching(/^cluster2 opens: AuthorizationPolicy shop\/mesh\.orders is gone/)] as string[],
  },
  {
    what: 'install values',
    edit: folder => folder.edit('install/cluster3/istio-operator.yml', 'meshID: mesh1', 'meshID: mesh2'),
    changes: ['cluster3 changes: the install values changed: install Istio again'],
  },
  {
    what: 'objects without a known meaning',
    edit: folder => folder.edit('cluster3/Deployment.apps_shop_alone-v1.yaml', 'v2.16.0', 'v2.17.0')
      .edit(rule('direct', 'catalog-shop'), 'connectTimeout: "1s"', 'connectTimeout: "2s"'),
    changes: [],
    objects: ['cluster1 changed: DestinationRule direct/catalog-shop', 'cluster3 changed: Deployment shop/alone-v1'],
  },
  {
    what: 'the form of a file only',
    edit: folder => folder.edit(routes('direct', 'cart-shop'), 'weight: 90', 'weight: 90 # most'),
    changes: [],
  },
])('diff tells $what', async ({ edit, changes, objects = [] }) => {
  const folder = committed(threeClusters);
  edit(folder);
  expect(await changed(folder)).toEqual({ changes, objects, code: changes.length + objects.length > 0 ? 1 : 0 });
});

test('diff tells another address of a gateway', async () => {
  const folder = committed(guideMesh);
  folder.edit('mesh-catalog.json', '203.0.113.20', '203.0.113.21').edit(entry('foo', 'httpbin-bar'), '203.0.113.20', '203.0.113.21');
  const { changes, objects } = await changed(folder);
  expect(changes).toEqual([
    'cluster1 changes: requests of foo to httpbin.bar.global:8000 go to the gateways 203.0.113.21:15443, before 203.0.113.20:15443',
  ]);
  expect(objects).toEqual([]);
});

/** A change of each effect, and an object without a meaning. */
function editedGuide(): WrittenFolder {
  const folder = committed(guideMesh);
  folder.remove('cluster2/Gateway.networking.istio.io_istio-system_mesh-httpbin-bar.yaml');
  folder.edit(entry('foo', 'httpbin-bar'), '252.149.251.240', '252.149.251.241');
  folder.edit('cluster1/Namespace_foo.yaml', 'name: foo', 'name: foo\n  finalizers: [a]');
  return folder;
}

test.each([['-o', 'text'], ['-o', 'markdown'], ['--yaml']])('diff %s %s', async (...format) => {
  expect(await editedGuide().run('diff', 'dist', '--pki', 'beside/pki', ...format)).toMatchSnapshot();
});

test('a value in Markdown is no markup', async () => {
  const folder = committed(guideMesh);
  folder.edit(entry('foo', 'httpbin-bar'), '"252.149.251.240"', '"<img src=x>[a](b) @team"');
  const { out } = await folder.run('diff', 'dist', '--pki', 'beside/pki', '-o', 'markdown');
  expect(out).toContain('\\<img src=x\\>\\[a\\]\\(b\\) &#64;team');
});

test('steps of a root replacement are told, and CAs that are renewed', async () => {
  const folder = WrittenFolder.of(guideMesh);
  const [one, two] = [make({ name: 'Root 1' }), make({ name: 'Root 2' })];
  const ca = make({ issuer: one, pathLength: 0 });
  const place = folder.beside('pki/clusters/cluster1');
  const write = (file: string, text: string) => writeFileSync(join(place, file), text);
  mkdirSync(place, { recursive: true });
  write('ca-cert.pem', ca.pem);
  write('cert-chain.pem', ca.pem + one.pem);
  write('root-cert.pem', one.pem);
  const git = (...args: string[]) => execFileSync('git', ['-C', folder.parent, ...args], { stdio: 'pipe' });
  git('init', '-q');
  git('add', '.');
  git('-c', 'user.name=test', '-c', 'user.email=test@example.invalid', 'commit', '-q', '-m', 'before');
  write('root-cert.pem', one.pem + two.pem);
  const { out, code } = await folder.run('diff', 'dist', '--pki', 'beside/pki');
  expect([code, out]).toEqual([1, expect.stringContaining('the replacement of the root is at the step introduced, before stable')]);
});

test.each([
  { args: ['--against', 'no-such-branch'], error: /MESH091/ },
  { args: ['--against=--output=/tmp/x'], error: /MESH091 .*no name of a commit/ },
  { args: ['--against', 'HEAD; touch injected'], error: /MESH091 .*no name of a commit/ },
  { args: ['--against', '$(touch injected)'], error: /MESH091 .*no name of a commit/ },
  { args: ['-o', 'xml'], error: /text, markdown, json/ },
])('diff fails with 2 for $args', async ({ args, error }) => {
  const folder = committed(guideMesh);
  const { code, out, err } = await folder.run('diff', 'dist', ...args);
  expect([code, out, err]).toEqual([2, '', expect.stringMatching(error)]);
  expect(existsSync('injected')).toBe(false);
});

test('diff fails with 2 for a file whose meaning is unknown, and --yaml shows it', async () => {
  const folder = committed(guideMesh);
  folder.edit('cluster1/Namespace_foo.yaml', 'name: foo', 'name: foo\n  name: bar');
  const { code, err } = await folder.run('diff', 'dist', '--pki', 'beside/pki');
  expect([code, err]).toEqual([2, expect.stringMatching(/^MESH086 dist\/cluster1\/Namespace_foo\.yaml:\d+: invalid YAML/)]);
  expect(await folder.run('diff', 'dist', '--yaml')).toMatchObject({ code: 1, out: expect.stringContaining('+  name: bar') });
});

test('diff fails with 2 outside a repository of Git', async () => {
  const { code, err } = await WrittenFolder.of(guideMesh).run('diff', 'dist');
  expect([code, err]).toEqual([2, expect.stringMatching(/MESH091 .*not a git repository/)]);
});
