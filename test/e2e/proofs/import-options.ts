import { join } from 'path';
import { EXPECTED, ExpectedSettings } from './import-options-expected';
import { GatewayAddress, ImportName, IstioRelease, Mesh, MeshApp, ServiceVersion } from '../../../src';
import { IMPORT_OPTIONS, ImportOption } from '../../services/import-options';
import { must, Proof, ProofRun } from '../proof';
import { HostSettings, Judge, startJudge } from '../random/judge';

/** Names of one import, with the host that sidecars know. */
const NAMES = { global: 'api.back.global', local: 'api.back.svc.cluster.local' };

/** What istiod gives the sidecars of callers is what each option of an import says, under the global and under the local name. */
export const importOptionProofs: Proof[] = [IstioRelease.V1_30, IstioRelease.V1_31].map(istio => ({
  name: `import-options-${istio.version}`,
  parts: [{ name: 'mesh-judge', module: `judge-${istio.version}`, package: './mesh-judge' }],
  async show(run) {
    const judge = startJudge(run.program('mesh-judge'));
    try {
      const shown = (await Promise.all(IMPORT_OPTIONS.map(row => optionShown(row, istio, judge, run)))).flat();
      must(shown.length > 0, 'no option is compared');
      return `${IMPORT_OPTIONS.length} options under ${Object.keys(NAMES).length} names: sidecars get what each declares, and an import `
        + `that says nothing does not get it; ${shown.length} comparisons`;
    } finally {
      judge.end();
    }
  },
}));

/** Compares what a sidecar gets with the option and without it. */
async function optionShown(row: ImportOption, istio: IstioRelease, judge: Judge, run: ProofRun): Promise<string[]> {
  const expected = EXPECTED[row.option];
  must(expected !== undefined, `nobody says what istiod makes of '${row.option}'`);
  const shown: string[] = [];
  for (const [name, host] of Object.entries(NAMES)) {
    const place = join(run.folder, `${row.option}-${name}`.replace(/[^a-zA-Z-]/g, '_'));
    const settings = await settingsOf(row, istio, judge, { host, outdir: place });
    const what = `${row.option} under the ${name} name`;
    must(isGiven(settings, expected), `${what}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(settings)}`);
    // Least requests are the choice of an import that says nothing too.
    if (row.option !== 'loadBalancing: leastRequest') {
      const plain = await settingsOf({ ...row, options: {} }, istio, judge, { host, outdir: `${place}-plain` });
      must(!isGiven(plain, expected), `${what}: an import that says nothing gets ${JSON.stringify(expected)}`);
    }
    shown.push(`${row.option} ${name}`);
  }
  return shown;
}

interface Place {
  readonly host: string;
  readonly outdir: string;
}

/** Synthesizes an import from two clusters, and asks istiod what a sidecar of the importing namespace gets. */
async function settingsOf(row: ImportOption, istio: IstioRelease, judge: Judge, { host, outdir }: Place): Promise<HostSettings> {
  const { options, port } = row;
  const app = new MeshApp({ outdir });
  const mesh = new Mesh(app, 'mesh', { istio });
  const alpha = mesh.addCluster('alpha');
  const versions = options.routing?.versions.map(version => ServiceVersion.of(version));
  const [service] = ['beta', 'gamma'].map((name, i) => mesh
    .addCluster(name, { ingressGateway: GatewayAddress.of(`203.0.113.${i + 1}`) })
    .exportService('api', { namespace: 'back', ports: [port], versions, workloadSelector: { app: 'api' }, serviceAccount: 'api' }));
  const name = host === NAMES.local ? { name: ImportName.local({ selector: { app: 'api' } }) } : { namespace: 'foo' };
  alpha.importService(service, { ...options, ...name });
  app.synth();
  const ports = [{ name: port.name, number: port.port, protocol: 'TCP' }];
  const [{ error, invalid, settings }] = await judge.ask([{
    name: 'alpha',
    folder: join(outdir, 'alpha'),
    installValues: '',
    domain: 'cluster.local',
    rootNamespace: 'istio-system',
    locality: '',
    families: [4],
    services: [{ name: 'api', namespace: 'back', clusterIp: '10.96.0.7', ports, pods: [] }],
    gateways: [],
    calls: [],
    settings: [{ namespace: 'foo', host }],
  }]);
  must(error === undefined && !invalid?.length, `${outdir}: ${error ?? invalid}`);
  return settings![0];
}

function isGiven({ routes, clusters }: HostSettings, expected: ExpectedSettings): boolean {
  return (expected.routes === undefined || contains(routes.slice(0, expected.routes.length), expected.routes))
    && Object.entries(expected.clusters ?? {}).every(([subset, fields]) => subset in clusters && contains(clusters[subset], fields));
}

/** Whether a value has all that another one has. Lists have equal lengths. */
function contains(actual: any, expected: any): boolean {
  if (typeof expected !== 'object') {
    return actual === expected;
  }
  if (typeof actual !== 'object' || actual === null || Array.isArray(expected) && actual.length !== expected.length) {
    return false;
  }
  return Object.entries(expected).every(([name, value]) => contains(actual[name], value));
}
