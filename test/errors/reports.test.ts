import { mkdtempSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { App, Chart, Testing } from 'cdk8s';
import { GatewayAddress, IstioRelease, isMeshError, Mesh, MeshApp, MeshErrors, ServicePort } from '../../src';

const PORTS = [ServicePort.http('http', 8000)];

interface Built {
  readonly app: MeshApp;
  readonly outdir: string;
}

interface BuiltOptions {
  readonly imported?: boolean;
  readonly retire?: boolean;
  /** Whether the export names its service account. */
  readonly pinned?: boolean;
  /** Whether there is a third cluster. */
  readonly third?: boolean;
  readonly outdir?: string;
}

/** cluster2 exports httpbin.bar, and cluster1 imports it into foo, where the options say so. */
function built(options: BuiltOptions = {}): Built {
  const { imported = true, retire, pinned = true, third = false } = options;
  const outdir = options.outdir ?? mkdtempSync(join(tmpdir(), 'reports-'));
  const app = new MeshApp({ outdir });
  const mesh = new Mesh(app, 'mesh', { istio: IstioRelease.V1_31 });
  const cluster1 = mesh.addCluster('cluster1');
  const cluster2 = mesh.addCluster('cluster2', { ingressGateway: GatewayAddress.of('203.0.113.20') });
  const httpbin = cluster2.exportService('httpbin', { namespace: 'bar', serviceAccount: pinned ? 'httpbin' : undefined, ports: PORTS });
  if (imported) {
    cluster1.importService(httpbin, { namespace: 'foo', retire });
  }
  if (third) {
    mesh.addCluster('cluster3');
  }
  return { app, outdir };
}

function codes(app: MeshApp): string[] {
  return app.warnings.map(({ code }) => code);
}

afterEach(() => jest.restoreAllMocks());

describe('problems of an app', () => {
  test('are data: code, place, construct, values and fix', () => {
    const { app } = built();
    const chart = app.node.findChild('cluster1') as Chart;
    chart.node.addValidation({ validate: () => ['replicas must not be negative'] });
    expect(app.problems).toEqual([{
      code: 'MESH039',
      where: 'cluster1',
      path: 'cluster1',
      what: 'replicas must not be negative',
      fix: 'see the library that the construct comes from',
    }]);
  });

  test('reach the program as data of the error that a synth throws', () => {
    const { app } = built({ imported: false });
    const mesh = app.node.findChild('mesh') as Mesh;
    mesh.addCluster('cluster3', { ingressGateway: GatewayAddress.of('203.0.113.20') });
    let thrown: unknown;
    try {
      app.synth();
    } catch (error) {
      thrown = error;
    }
    expect(isMeshError(thrown)).toBe(true);
    expect((thrown as MeshErrors).problems).toMatchObject([{ code: 'MESH028', where: 'clusters cluster2 and cluster3', path: 'cluster3' }]);
    expect(isMeshError(new Error('MESH028'))).toBe(false);
  });

  test('are told in a plain App and by Testing.synth too', () => {
    const mesh = new Mesh(new App(), 'mesh', { istio: IstioRelease.V1_31 });
    const addresses = { ingressGateway: GatewayAddress.of('203.0.113.20') };
    const cluster = mesh.addCluster('cluster1', addresses);
    mesh.addCluster('cluster2', addresses);
    expect(() => Testing.synth(cluster)).toThrow(/MESH028/);
  });
});

describe('warnings', () => {
  test('are none where every export is pinned and imported', () => {
    expect(codes(built().app)).toEqual([]);
  });

  test.each([
    ['an export without a pinned identity', { pinned: false }, 'MESH040'],
    ['an export that nobody in sight imports', { imported: false }, 'MESH041'],
    ['an import that retires', { retire: true }, 'MESH038'],
  ])('tell of %s', (_, options: BuiltOptions, code) => {
    const { app } = built(options);
    expect(codes(app)).toContain(code);
  });

  test('tell of a cluster whose files were removed, and how many', () => {
    const warned = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
    const { outdir, app } = built({ third: true });
    app.synth();
    expect(warned).not.toHaveBeenCalled();
    built({ outdir }).app.synth();
    expect(warned).toHaveBeenCalledWith(expect.stringMatching(/^warning: MESH042 cluster cluster3: removed, \d+ files; fix: /));
  });

  test('never stop a synth, are printed by it, and stand in the summary', () => {
    const warned = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
    const { app } = built({ imported: false });
    app.synth();
    expect(warned).toHaveBeenCalledTimes(1);
    expect(app.summary()).toMatch(/warnings\n {2}MESH041 {2}export of httpbin\.bar\.global from cluster2: /);
  });
});
