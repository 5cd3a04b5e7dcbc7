import { cpSync, readFileSync, rmSync } from 'fs';
import { createRequire } from 'module';
import { dirname, join } from 'path';
import Ajv from 'ajv';
import { guideMesh } from '../../examples/guide/mesh';
import { ALTERNATIVES, guideMesh as guideOn15 } from '../../examples/guide-1.5/mesh';
import { replicated } from '../../examples/replicated/mesh';
import { threeClusters } from '../../examples/three-clusters/mesh';
import { GatewayAddress, IstioRelease, Mesh, MeshApp, MeshTrust, ServicePort } from '../../src';
import { SYSTEM_ENVIRONMENT } from '../../src/cli/ca/environment';
import { check } from '../../src/cli/check/check';
import { make } from '../pki/make';
import { workplaceWith } from '../pki/pki';
import { PLANTED_EDITS } from '../written/planted-edits';
import { WrittenFolder } from '../written/written-folder';

const DAY = 24 * 3600 * 1000;
const schema = JSON.parse(readFileSync(join(__dirname, '..', '..', 'docs', 'reference', 'schemas', 'check.schema.json'), 'utf8'));
const isValid = new Ajv({ strict: true }).compile(schema);

/** The findings of a folder as data, which must follow the schema. */
async function checked(folder: WrittenFolder, ...args: string[]) {
  const { code, out } = await folder.run('check', 'dist', '--pki', 'beside/pki', '-o', 'json', ...args);
  const report = JSON.parse(out);
  expect([isValid(report), isValid.errors]).toEqual([true, null]);
  const lines = report.findings.map(({ severity, code: found, place }: any) => `${severity} ${found} ${place.file}:${place.line}`);
  return { code, report, lines, errors: lines.filter((line: string) => line.startsWith('error')) };
}

test.each<{ readonly name: string; readonly program: (app: MeshApp) => unknown; readonly imports: number }>([
  { name: 'guide', program: app => guideMesh(app), imports: 1 },
  { name: 'replicated', program: app => replicated(app), imports: 3 },
  { name: 'three-clusters', program: app => threeClusters(app), imports: 12 },
  ...ALTERNATIVES.map(alternative => (
    { name: `guide on 1.5, ${alternative}`, program: (app: MeshApp) => guideOn15(app, alternative), imports: 1 }
  )),
])('a synthesized folder has no problem: $name', async ({ program, imports }) => {
  const { code, report } = await checked(WrittenFolder.of(program));
  expect([code, report]).toEqual([0, expect.objectContaining({ imports, findings: [], outOfSight: 0 })]);
});

test.each(PLANTED_EDITS)('check finds that $what', async ({ program, edit, code, place }) => {
  const folder = WrittenFolder.of(program);
  edit(folder);
  const found = await checked(folder);
  expect(found.code).toBe(1);
  expect(found.errors).toContain(`error ${code} dist/${place}`);
});

const GUIDE_ENTRY = 'cluster1/ServiceEntry.networking.istio.io_foo_httpbin-bar.yaml';

test.each<{ readonly what: string; readonly edit: (folder: WrittenFolder) => unknown; readonly found: string[] }>([
  {
    what: 'an entry that is missing',
    edit: folder => folder.remove(GUIDE_ENTRY),
    found: [
      'error MESH094 dist/cluster1/DestinationRule.networking.istio.io_foo_httpbin-bar.yaml:14',
      'error MESH089 dist/cluster1/kustomization.yml:10',
      'error MESH089 dist/mesh-files.json:9',
    ],
  },
  {
    what: 'a second entry for the host',
    edit: folder => folder.write('cluster1/kustomization.yml', '').write('cluster1/second.yaml', [
      'apiVersion: networking.istio.io/v1', 'kind: ServiceEntry', 'metadata: { name: second, namespace: foo }', 'spec:',
      '  hosts: [httpbin.bar.global]', '  addresses: [252.149.251.240]', '',
    ].join('\n')),
    found: ['error MESH020 dist/cluster1/second.yaml:5', 'warning MESH089 dist/cluster1/second.yaml:1'],
  },
  {
    what: 'an edit that changes no way',
    edit: folder => folder.edit('cluster1/Namespace_foo.yaml', 'name: foo', 'name: foo # ours'),
    found: ['warning MESH089 dist/cluster1/Namespace_foo.yaml:12'],
  },
  {
    what: 'a file that the synth did not write',
    edit: folder => folder.write('cluster1/ours.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ours, namespace: foo }\n'),
    found: ['warning MESH089 dist/cluster1/ours.yaml:1', 'warning MESH089 dist/cluster1/ours.yaml:1'],
  },
  {
    what: 'YAML that cannot be read',
    edit: folder => folder.edit('cluster1/Namespace_foo.yaml', 'name: foo', 'name: foo\n  name: bar'),
    found: ['error MESH086 dist/cluster1/Namespace_foo.yaml:13'],
  },
  {
    what: 'a document that is no object',
    edit: folder => folder.write('cluster1/list.yaml', '- 1\n')
      .edit('cluster1/kustomization.yml', /resources:\n/, 'resources:\n  - list.yaml\n'),
    found: ['error MESH086 dist/cluster1/list.yaml:1', 'warning MESH089 dist/cluster1/list.yaml:1'],
  },
  {
    what: 'YAML whose aliases grow without bounds',
    edit: folder => folder.write('../dist/argocd/bomb.yaml', [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...'bcdefgh'.split('').map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefg'[i]}`).join()}]`),
    ].join('\n')),
    found: ['error MESH086 dist/argocd/bomb.yaml:1'],
  },
  {
    what: 'YAML that is nested too deeply',
    edit: folder => folder.write('../dist/argocd/deep.yaml', '['.repeat(100_000)),
    found: ['error MESH086 dist/argocd/deep.yaml:1'],
  },
  {
    what: 'a catalog that is no JSON',
    edit: folder => folder.write('mesh-catalog.json', '{'),
    found: ['error MESH086 dist/mesh-catalog.json:1'],
  },
  {
    what: 'a record that is no JSON',
    edit: folder => folder.write('mesh-files.json', '{'),
    found: ['error MESH089 dist/mesh-files.json:1'],
  },
  {
    what: 'a private key in a Secret',
    edit: folder => folder.write('argocd/secret.yaml', [
      'apiVersion: v1', 'kind: Secret', 'metadata: { name: key }', 'data:',
      `  tls.key: ${Buffer.from(make().key).toString('base64')}`, '',
    ].join('\n')),
    found: ['error MESH031 dist/argocd/secret.yaml:5'],
  },
  {
    what: 'a private key beside the manifests',
    edit: folder => folder.write('cluster1/ca-key.pem', make().key),
    found: ['error MESH031 dist/cluster1/ca-key.pem:1'],
  },
])('check finds $what', async ({ edit, found }) => {
  const folder = WrittenFolder.of(guideMesh);
  edit(folder);
  const { lines } = await checked(folder);
  expect(lines.sort()).toEqual([...found].sort());
});

/** A second repository: an import of another host into the namespace of the first one, with a VIP. */
function otherTeam(folder: WrittenFolder, vip: string): void {
  const text = (file: string) => folder.read(file).replace(/httpbin(?=[.-]bar)/g, 'admin').replace('252.149.251.240', vip);
  folder.write('../team/entry.yaml', text(GUIDE_ENTRY));
  folder.write('../team/rule.yaml', text('cluster1/DestinationRule.networking.istio.io_foo_httpbin-bar.yaml'));
  folder.write('../dist/cluster2/gateway.yaml', text('cluster2/Gateway.networking.istio.io_istio-system_mesh-httpbin-bar.yaml'));
}

test('two repositories that give one VIP to two hosts are found, and two VIPs are accepted', async () => {
  const folder = WrittenFolder.of(guideMesh);
  otherTeam(folder, '252.149.251.240');
  expect((await checked(folder, 'cluster1=beside/team')).errors).toEqual([`error MESH010 dist/${GUIDE_ENTRY}:12`]);
  expect((await checked(folder)).errors).toEqual([]);
  otherTeam(folder, '252.149.251.241');
  expect((await checked(folder, 'cluster1=beside/team')).errors).toEqual([]);
});

test('an import of a repository whose exporter does not open the host is found only where the exporter is in sight', async () => {
  const folder = WrittenFolder.of(guideMesh);
  otherTeam(folder, '252.149.251.241');
  folder.remove('cluster2/gateway.yaml');
  expect((await checked(folder, 'cluster1=beside/team')).errors).toEqual(['error MESH087 beside/team/entry.yaml:15']);
  const alone = await folder.run('check', 'cluster1=beside/team', '--pki', 'beside/pki');
  expect([alone.code, alone.out]).toEqual([0, expect.stringContaining('1 import with a way to clusters whose folders were not named')]);
});

describe('with a pki folder', () => {
  /** A mesh whose secrets are sealed, and its pki/ folder beside the output. */
  async function sealedMesh(): Promise<WrittenFolder> {
    const { pki } = await workplaceWith('cluster1', 'cluster2');
    const folder = WrittenFolder.of(app => {
      const mesh = new Mesh(app, 'mesh', {
        istio: IstioRelease.V1_31, trust: MeshTrust.sealedSecrets({ directory: pki, sharedSealingKey: true }),
      });
      const [cluster1, cluster2] = ['cluster1', 'cluster2'].map(
        (name, i) => mesh.addCluster(name, { ingressGateway: GatewayAddress.of(`203.0.113.${i + 1}`) }),
      );
      const service = cluster2.exportService('httpbin', { namespace: 'bar', ports: [ServicePort.http('http', 8000)] });
      cluster1.importService(service, { namespace: 'foo' });
    });
    cpSync(pki, folder.beside('pki'), { recursive: true });
    return folder;
  }

  test('what ca verify accepts has no problem, and what it refuses is found', async () => {
    const folder = await sealedMesh();
    expect((await checked(folder, '--shared-sealing-key')).lines).toEqual([]);
    rmSync(folder.beside('pki/clusters/cluster1/root-cert.pem'));
    expect((await checked(folder)).errors).toEqual(['error MESH030 beside/pki/root-cert.pem:1']);
  });

  test('a sealed secret of an earlier run is found', async () => {
    const folder = await sealedMesh();
    const secret = 'cluster1/SealedSecret.bitnami.com_istio-system_cacerts.yaml';
    folder.edit(secret, /ca-key\.pem: .*/, 'ca-key.pem: AgB1');
    expect((await checked(folder, '--shared-sealing-key')).errors).toEqual([`error MESH089 dist/${secret}:14`]);
  });

  test.each([
    { days: 3640, code: 0, found: ['MESH090'] },
    { days: 3660, code: 1, found: ['MESH029'] },
  ])('a CA that ends is found $days days after its start', async ({ days, code, found }) => {
    const folder = await sealedMesh();
    const lines: string[] = [];
    const log = jest.spyOn(console, 'log').mockImplementation(text => {
      lines.push(text);
    });
    const options = { folders: [folder.path], pki: folder.beside('pki'), within: 30, sharedSealingKey: true, output: 'short' };
    const exitCode = check(options, { ...SYSTEM_ENVIRONMENT, now: () => new Date(Date.now() + days * DAY) });
    log.mockRestore();
    expect(exitCode).toBe(code);
    expect([...new Set(lines.join().match(/MESH\d+/g))]).toEqual(found);
  });
});

test('SARIF follows the schema of the standard, and names each finding and its line', async () => {
  const folder = WrittenFolder.of(guideMesh);
  folder.remove('cluster2/Gateway.networking.istio.io_istio-system_mesh-httpbin-bar.yaml');
  folder.write('cluster1/"odd" name.yaml', '- 1\n');
  const { code, out } = await folder.run('check', 'dist', '--pki', 'beside/pki', '-o', 'sarif');
  const sarif = JSON.parse(out);
  // The schema has the draft of JSON Schema that the Ajv of its own package knows.
  const packageJson = require.resolve('@microsoft/jest-sarif/package.json');
  const requireBeside = createRequire(packageJson);
  const OldAjv = requireBeside('ajv');
  const standard = JSON.parse(readFileSync(join(dirname(packageJson), 'lib', 'schemas', 'sarif-2.1.0-rtm.5.json'), 'utf8'));
  const ajv = new OldAjv({ schemaId: 'auto' });
  ajv.addMetaSchema(requireBeside('ajv/lib/refs/json-schema-draft-04.json'));
  const validate = ajv.compile(standard);
  expect([validate(sarif), validate.errors]).toEqual([true, null]);
  expect(code).toBe(1);
  const rules = sarif.runs[0].results.map((result: any) => result.ruleId).sort();
  expect(rules).toEqual(['MESH086', 'MESH087', 'MESH089', 'MESH089', 'MESH089', 'MESH089']);
  expect(validate({ ...sarif, version: '1.0' })).toBe(false);
});

test.each(['table', 'short'])('check -o %s', async output => {
  const folder = WrittenFolder.of(guideMesh);
  folder.edit('cluster1/Namespace_foo.yaml', 'name: foo', 'name: foo # ours');
  folder.remove('cluster2/Gateway.networking.istio.io_istio-system_mesh-httpbin-bar.yaml');
  expect(await folder.run('check', 'dist', '--pki', 'beside/pki', '-o', output)).toMatchSnapshot();
});

test('check says what it looked at where nothing is wrong', async () => {
  expect(await WrittenFolder.of(guideMesh).run('check', 'dist', '--pki', 'beside/pki')).toMatchSnapshot();
});

test.each([
  { args: ['dist/missing'], error: /MESH085/ },
  { args: ['dist/cluster1'], error: /MESH085/ },
  { args: ['dist', '-o', 'xml'], error: /table, short, json, sarif/ },
  { args: ['dist', '--within', 'soon'], error: /whole number of days/ },
])('check fails with 2 for $args', async ({ args, error }) => {
  const { code, out, err } = await WrittenFolder.of(guideMesh).run('check', ...args);
  expect([code, out, err]).toEqual([2, '', expect.stringMatching(error)]);
});
