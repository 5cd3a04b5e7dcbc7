import { existsSync, readdirSync, readFileSync } from 'fs';
import { join, relative } from 'path';
import { ApiObject, App, Chart, Testing } from 'cdk8s';
import * as fc from 'fast-check';
import { parse } from 'yaml';
import { guideMesh } from '../../examples/guide/mesh';
import { GatewayAddress, IstioRelease, Mesh, MeshApp, MeshCluster, RemoteService, ServicePort } from '../../src';
import { everyForm } from '../every-form';
import { temporaryFolder } from '../temporary-folder';

const freshFolder = () => join(temporaryFolder('mesh'), 'dist');

/** The text of each file below a folder. */
function read(folder: string): { [path: string]: string } {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name));
  return Object.fromEntries(files.map(file => [relative(folder, file), readFileSync(file, 'utf8')] as const).sort());
}

describe('a MeshApp', () => {
  test('writes a folder for each cluster with the objects that Testing.synth shows, and install values beside them', () => {
    const outdir = freshFolder();
    const app = new MeshApp({ outdir });
    const mesh = guideMesh(app);
    app.synth();
    const files = read(outdir);
    const written = Object.entries(files).filter(([path]) => /^cluster1\/.*\.yaml$/.test(path)).map(([, text]) => parse(text));
    const byName = (a: any, b: any) => JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
    expect(written.sort(byName)).toEqual((Testing.synth(mesh.cluster('cluster1')) as any[]).sort(byName));
    expect(Object.keys(files).filter(path => path.startsWith('install/cluster2/'))).toEqual(
      [
        'base-values.yml',
        'istio-ingressgateway-values.yml',
        'istio-operator.yml',
        'istiod-values.yml',
      ].map(name => `install/cluster2/${name}`));
    expect(new Set(Object.keys(files).map(path => path.split('/')[0]))).toEqual(
      new Set(['cluster1', 'cluster2', 'install', 'mesh-catalog.json', 'mesh-files.json']),
    );
    expect(parse(files['cluster2/kustomization.yml']).resources)
      .toEqual(Object.keys(files).filter(path => /^cluster2\/.*\.yaml$/.test(path)).map(path => path.slice('cluster2/'.length)));
  });

  test('writes charts of the program that are no clusters', () => {
    const outdir = freshFolder();
    const app = new MeshApp({ outdir });
    new ApiObject(new Chart(app, 'mine'), 'a', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } });
    app.synth();
    expect(Object.keys(read(outdir))).toEqual(['mesh-files.json', 'mine/ConfigMap_a.yaml', 'mine/kustomization.yml']);
  });

  test('writes no file when there is a problem, and reports every problem', () => {
    const outdir = freshFolder();
    const app = new MeshApp({ outdir });
    const mesh = guideMesh(app);
    const clash = { namespace: 'foo', addresses: ['240.0.0.2'] };
    for (const name of ['a', 'b']) {
      const service = mesh.cluster('cluster2').exportService(name, { namespace: 'bar', ports: [ServicePort.http('http', 80)] });
      mesh.cluster('cluster1').importService(service, clash);
      mesh.cluster('cluster2').importService(service, { namespace: 'foo' });
    }
    expect(() => app.synth()).toThrow(
      /^nothing was written: there are 3 problems\n {2}MESH010 .*\n {2}MESH014 .*a\.bar.*\n {2}MESH014 .*b\.bar/,
    );
    expect(existsSync(outdir)).toBe(false);
  });

  test('leaves the files of an earlier synth unchanged when there is a problem', () => {
    const outdir = freshFolder();
    const good = new MeshApp({ outdir });
    guideMesh(good);
    good.synth();
    const before = read(outdir);
    const bad = new MeshApp({ outdir });
    guideMesh(bad).addCluster('cluster3', { ingressGateway: GatewayAddress.of('203.0.113.10') });
    expect(() => bad.synth()).toThrow(/MESH028/);
    expect(read(outdir)).toEqual(before);
  });

  test('refuses two objects with the same kind, namespace and name', () => {
    const app = new MeshApp({ outdir: freshFolder() });
    const chart = new Chart(app, 'mine');
    ['a', 'b'].forEach(id => new ApiObject(chart, id, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'same', namespace: 'x' } }));
    expect(() => app.synth()).toThrow(/MESH016 mine\/b: .*ConfigMap x\/same/);
  });

  test('has a summary with the VIPs of imports and the next steps', () => {
    const app = new MeshApp({ outdir: 'dist' });
    guideMesh(app);
    expect(app.summary()).toContain('cluster1 (Istio 1.31)');
    expect(app.summary()).toMatch(/imports {2}httpbin\.bar\.global -> 252\.149\.251\.240 {2}from cluster2, in namespace foo, direct/);
    expect(app.summary()).toMatch(
      /next 2 {3}once, and again when its values change: istioctl install -f .*dist\/install\/cluster1\/istio-operator\.yml/,
    );
  });
});

describe('a synth', () => {
  test('writes the same bytes when it is repeated', () => {
    const [first, second] = [1, 2].map(() => {
      const outdir = freshFolder();
      const app = new MeshApp({ outdir });
      everyForm(app);
      app.synth();
      return read(outdir);
    });
    expect(second).toEqual(first);
  });

  test('has the same objects in every order of declaration', () => {
    const names = ['a', 'b', 'c', 'd'];
    const render = (clusterOrder: string[], exportOrder: string[]) => {
      const mesh = new Mesh(new App(), 'mesh', { istio: IstioRelease.V1_31 });
      clusterOrder.forEach(name => mesh.addCluster(name, { ingressGateway: GatewayAddress.of(`${name}.example.com`) }));
      const exporters = exportOrder.slice(0, 3).sort();
      const exported = exportOrder.filter(name => exporters.includes(name))
        .map(name => mesh.cluster(name).exportService('web', { namespace: 'shop', ports: [ServicePort.http('http', 80)] }));
      mesh.clusters.reverse().forEach(cluster => cluster.importService(exported[0], { namespace: 'foo' }));
      return Object.fromEntries(mesh.clusters.map(c => [c.clusterName, (Testing.synth(c) as any[]).map(o => JSON.stringify(o)).sort()]));
    };
    const clusterOrders = fc.shuffledSubarray(names, { minLength: 4 });
    const exportOrders = fc.shuffledSubarray(['a', 'b', 'c'], { minLength: 3 });
    fc.assert(fc.property(clusterOrders, exportOrders, (clusterOrder, exportOrder) => {
      expect(render(clusterOrder, [...exportOrder, 'd'])).toEqual(render(names, names));
    }));
  });
});

describe('a VIP of two hosts in one cluster', () => {
  const conflicting = (istio: IstioRelease, namespaces: [string, string]) => {
    const mesh = new Mesh(new App(), 'mesh', { istio });
    const cluster = mesh.addCluster('cluster');
    ['a', 'b'].forEach((name, i) => cluster.importService(new RemoteService({
      name,
      namespace: 'shop',
      ports: [ServicePort.http('http', 80)],
      exporters: [
        { cluster: 'other', gateways: [GatewayAddress.of('203.0.113.20')] },
      ],
      addresses: ['240.0.0.2'],
    }), { namespace: namespaces[i] }));
    return () => Testing.synth(cluster);
  };

  test('is refused when one namespace imports both', () => {
    expect(conflicting(IstioRelease.V1_31, ['foo', 'foo'])).toThrow(
      /MESH010 .*a\.shop\.global and b\.shop\.global have the same VIP: got "240\.0\.0\.2"/,
    );
  });

  test('is accepted when two namespaces import them: neither sees the import of the other', () => {
    expect(conflicting(IstioRelease.V1_31, ['foo', 'bar'])).not.toThrow();
  });

  test('is refused on 1.5 in any case, since every namespace sees every import', () => {
    expect(conflicting(IstioRelease.V1_5, ['foo', 'bar'])).toThrow(/MESH010/);
  });
});

test('isMeshCluster distinguishes a cluster from any other chart', () => {
  const app = new App();
  const cluster = new Mesh(app, 'mesh', { istio: IstioRelease.V1_31 }).addCluster('cluster1');
  expect([cluster, new Chart(app, 'chart'), null, 'cluster1'].map(MeshCluster.isMeshCluster)).toEqual([true, false, false, false]);
});
