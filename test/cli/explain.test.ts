import { readFileSync } from 'fs';
import { join } from 'path';
import Ajv from 'ajv';
import { guideMesh } from '../../examples/guide/mesh';
import { ALTERNATIVES, guideMesh as guideOn15 } from '../../examples/guide-1.5/mesh';
import { replicated } from '../../examples/replicated/mesh';
import { threeClusters } from '../../examples/three-clusters/mesh';
import { MeshApp } from '../../src';
import { PLANTED_EDITS } from '../written/planted-edits';
import { WrittenFolder } from '../written/written-folder';

const schema = JSON.parse(readFileSync(join(__dirname, '..', '..', 'docs', 'reference', 'schemas', 'explain.schema.json'), 'utf8'));
const isValid = new Ajv({ strict: true }).compile(schema);

/** A way as data, which must follow the schema. */
async function explained(folder: WrittenFolder, request: string[]) {
  const run = await folder.run('explain', ...request, '-f', 'dist', '-o', 'json');
  const way = JSON.parse(run.out);
  expect([isValid(way), isValid.errors]).toEqual([true, null]);
  return { ...run, way };
}

/** All findings of a way that was printed as JSON. */
function findingsOf({ findings, next }: any): any[] {
  return [...findings, ...next.flatMap(findingsOf)];
}

test.each([
  { what: 'a global name', program: guideMesh, request: ['cluster1', 'foo', 'httpbin.bar.global:8000'] },
  { what: 'versions through an egress gateway', program: threeClusters, request: ['cluster1', 'egress', 'cart.shop.global'] },
  { what: 'two exporters', program: threeClusters, request: ['cluster1', 'direct', 'http://catalog.shop.global:8000/path'] },
  { what: 'callers that are restricted', program: threeClusters, request: ['cluster1', 'direct', 'orders.shop.global'] },
  { what: 'a local name', program: replicated, request: ['cluster2', 'back', 'api'] },
  { what: 'a Service of one cluster', program: guideMesh, request: ['cluster2', 'bar', 'httpbin'] },
])('explain shows each step of a request for $what', async ({ program, request }) => {
  const folder = WrittenFolder.of(program as (app: MeshApp) => unknown);
  expect(await folder.run('explain', ...request, '-f', 'dist')).toMatchSnapshot();
  expect((await explained(folder, request)).way.outcome).toBe('answered');
});

test.each(ALTERNATIVES)('explain follows the guide on Istio 1.5, %s', async alternative => {
  const folder = WrittenFolder.of(app => guideOn15(app, alternative));
  expect((await explained(folder, ['cluster1', 'foo', 'httpbin.bar.global'])).way).toMatchObject({ outcome: 'answered', port: 8000 });
});

test.each(PLANTED_EDITS)('explain ends where $what', async ({ program, edit, request, code, place }) => {
  const folder = WrittenFolder.of(program);
  edit(folder);
  const { way, code: exitCode } = await explained(folder, request);
  expect([way.outcome, exitCode]).toEqual(['stopped', 1]);
  const found = findingsOf(way.step).map(finding => `${finding.code} ${finding.place.file}:${finding.place.line}`);
  expect([...new Set(found)]).toEqual([`${code} dist/${place}`]);
});

test('explain prints the finding at its step', async () => {
  const folder = WrittenFolder.of(guideMesh);
  folder.remove('cluster2/Gateway.networking.istio.io_istio-system_mesh-httpbin-bar.yaml');
  expect(await folder.run('explain', 'cluster1', 'foo', 'httpbin.bar.global', '-f', 'dist')).toMatchSnapshot();
});

test('the way of a request whose exporter is in none of the folders ends out of sight', async () => {
  const folder = WrittenFolder.of(guideMesh);
  const run = await folder.run('explain', 'cluster1', 'foo', 'httpbin.bar.global', '-f', 'cluster1=dist/cluster1');
  expect([run.code, run.out.trim().split('\n').pop()]).toEqual(
    [0, 'The way leaves what these folders show. Name the folders of the other clusters too.'],
  );
});

test('folders of several repositories are read together', async () => {
  const folder = WrittenFolder.of(guideMesh);
  const entry = folder.read('cluster1/ServiceEntry.networking.istio.io_foo_httpbin-bar.yaml').replace('namespace: foo', 'namespace: team');
  const rule = folder.read('cluster1/DestinationRule.networking.istio.io_foo_httpbin-bar.yaml');
  folder.write('../team/all.yaml', entry + rule.replace('namespace: foo', 'namespace: team'));
  const request = ['explain', 'cluster1', 'team', 'httpbin.bar.global', '-f', 'dist'];
  expect((await folder.run(...request)).err).toContain('MESH092');
  expect((await folder.run(...request, '-f', 'cluster1=beside/team')).out).toContain('By these files, the request is answered.');
});

test.each([
  ['httpbin', 'httpbin.bar.svc.cluster.local'],
  ['httpbin.bar', 'httpbin.bar.svc.cluster.local'],
  ['httpbin.bar.svc', 'httpbin.bar.svc.cluster.local'],
  ['httpbin.bar.svc.cluster.local.', 'httpbin.bar.svc.cluster.local'],
])('%s is looked up as in a pod', async (host, name) => {
  const folder = WrittenFolder.of(guideMesh);
  const { way } = await explained(folder, ['cluster2', 'bar', host]);
  expect(way.host).toBe(name);
});

test.each([
  { what: 'a cluster that no folder has', args: ['cluster9', 'foo', 'httpbin.bar.global'], error: /MESH092 .*cluster1, cluster2/ },
  { what: 'a name that nobody imports', args: ['cluster1', 'foo', 'other.bar.global'], error: /MESH092 .*httpbin\.bar\.global/ },
  { what: 'a name of another namespace', args: ['cluster1', 'bar', 'httpbin.bar.global'], error: /MESH092/ },
  { what: 'a port that the service lacks', args: ['cluster1', 'foo', 'httpbin.bar.global:80'], error: /MESH092 .*8000/ },
  { what: 'something that is no host', args: ['cluster1', 'foo', '\u001b[31m'], error: /MESH092 .*\\u001b/ },
  { what: 'too few arguments', args: ['cluster1'], error: /missing required argument/ },
  { what: 'a format that does not exist', args: ['cluster1', 'foo', 'httpbin.bar.global', '-o', 'xml'], error: /text, json/ },
])('explain fails with 2 for $what', async ({ args, error }) => {
  const { code, out, err } = await WrittenFolder.of(guideMesh).run('explain', ...args, '-f', 'dist');
  expect([code, out, err]).toEqual([2, '', expect.stringMatching(error)]);
  expect(err).not.toMatch(/^\s+at /m);
});

test.each([
  { folder: 'dist/missing', error: /MESH085 dist\/missing: no folder/ },
  { folder: 'dist/cluster1', error: /MESH085 dist\/cluster1: .*CLUSTER=/ },
  { folder: 'Bad_Name=x', error: /MESH085/ },
])('explain fails with 2 for the folder $folder', async ({ folder, error }) => {
  const { code, err } = await WrittenFolder.of(guideMesh).run('explain', 'cluster1', 'foo', 'httpbin.bar.global', '-f', folder);
  expect([code, err]).toEqual([2, expect.stringMatching(error)]);
});

test('a file that cannot be read is named beside the way', async () => {
  const folder = WrittenFolder.of(guideMesh);
  folder.edit('cluster1/DestinationRule.networking.istio.io_foo_httpbin-bar.yaml', 'spec:', '<<<<<<< HEAD\nspec:');
  const { code, err } = await folder.run('explain', 'cluster1', 'foo', 'httpbin.bar.global', '-f', 'dist');
  expect([code, err]).toEqual([1, expect.stringMatching(/^warning: MESH086 dist\/cluster1\/DestinationRule/)]);
});

test('text of files cannot steer the terminal', async () => {
  const folder = WrittenFolder.of(guideMesh);
  folder.edit('cluster1/ServiceEntry.networking.istio.io_foo_httpbin-bar.yaml', 'spiffe://', '"\\e]0;title\\a');
  folder.edit('cluster1/ServiceEntry.networking.istio.io_foo_httpbin-bar.yaml', 'sa/httpbin', 'sa/httpbin"');
  const { out } = await folder.run('explain', 'cluster1', 'foo', 'httpbin.bar.global', '-f', 'dist');
  expect(out).toContain('\\u001b]0;title');
  expect(out).not.toContain('\u001b');
});

test('colours are used where FORCE_COLOR asks for them, and never where NO_COLOR is set', async () => {
  const folder = WrittenFolder.of(guideMesh);
  const environment = { ...process.env };
  const request = ['explain', 'cluster1', 'foo', 'httpbin.bar.global', '-f', 'dist'];
  try {
    process.env.FORCE_COLOR = '1';
    expect((await folder.run(...request)).out).toContain('\u001b[1m');
    process.env.NO_COLOR = '1';
    expect((await folder.run(...request)).out).not.toContain('\u001b');
  } finally {
    process.env = environment;
  }
});
