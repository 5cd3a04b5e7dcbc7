import { App, Chart, Testing } from 'cdk8s';
import { GatewayAddress, IstioRelease, isMeshError, Mesh, MeshApp, MeshErrors, ServicePort } from '../../src';
import { temporaryFolder } from '../temporary-folder';

const PORTS = [ServicePort.http('http', 8000)];

/** An app that was built, and the folder that its synth writes to. */
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
  const outdir = options.outdir ?? temporaryFolder('reports');
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

function warningCodes(app: MeshApp): string[] {
  return app.warnings.map(({ code }) => code);
}

afterEach(() => jest.restoreAllMocks());

describe('problems of an app', () => {
  test('are data with code, place, construct path and fix', () => {
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

  test('are part of the error that a synth throws, as data', () => {
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

  test('are reported by Testing.synth in a plain App too', () => {
    const mesh = new Mesh(new App(), 'mesh', { istio: IstioRelease.V1_31 });
    const addresses = { ingressGateway: GatewayAddress.of('203.0.113.20') };
    const cluster = mesh.addCluster('cluster1', addresses);
    mesh.addCluster('cluster2', addresses);
    expect(() => Testing.synth(cluster)).toThrow(/MESH028/);
  });
});

describe('warnings', () => {
  test('are absent if every export has a pinned identity and an import', () => {
    expect(warningCodes(built().app)).toEqual([]);
  });

  interface WarningCase {
    readonly name: string;
    readonly options: BuiltOptions;
    readonly code: string;
  }

  const WARNINGS: WarningCase[] = [
    { name: 'an export without a pinned identity', options: { pinned: false }, code: 'MESH040' },
    { name: 'an export without a known import', options: { imported: false }, code: 'MESH041' },
    { name: 'an import that retires', options: { retire: true }, code: 'MESH038' },
  ];

  test.each(WARNINGS)('$code is given for $name', ({ options, code }) => {
    expect(warningCodes(built(options).app)).toContain(code);
  });

  test('MESH042 is given for a cluster whose files were removed, with their number', () => {
    const warned = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
    const { outdir, app } = built({ third: true });
    app.synth();
    expect(warned).not.toHaveBeenCalled();
    built({ outdir }).app.synth();
    expect(warned).toHaveBeenCalledWith(expect.stringMatching(/^warning: MESH042 cluster cluster3: removed, \d+ files; fix: /));
  });

  test('do not stop a synth; it prints them, and the summary lists them', () => {
    const warned = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
    const { app } = built({ imported: false });
    app.synth();
    expect(warned).toHaveBeenCalledTimes(1);
    expect(app.summary()).toMatch(/warnings\n {2}MESH041 {2}export of httpbin\.bar\.global from cluster2: /);
  });
});
