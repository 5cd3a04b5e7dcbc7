import { existsSync, readFileSync, readdirSync, writeFileSync } from 'fs';
import { join } from 'path';
import { parse } from 'yaml';
import type { ClusterExpectation, ExpectedCall, ExpectedOpening } from './expectation';
import type { JudgedCluster } from './judge';
import type { RunningPod, RunningService } from './workloads';
import { EgressGateway, GatewayAddress, ImportPath, IstioRelease, Mesh, MeshApp, ServiceCatalog, ServicePort } from '../../../src';

/** Namespaces of the importing cluster, with the pods that they may call, and whether the egress gateway passes the calls on. */
const IMPORTS = [
  { namespace: 'all', ordinals: [0, 1, 2], isDirect: true },
  { namespace: 'one', ordinals: [1], isDirect: true },
  { namespace: 'out', ordinals: [0, 1, 2], isDirect: false },
];
const ORDINALS = [0, 1, 2];
const PORTS = [{ name: 'postgres', number: 5432, protocol: 'TCP' }, { name: 'metrics', number: 9187, protocol: 'TCP' }];
const POD_NAME = 'statefulset.kubernetes.io/pod-name';
const RECEIVER_GATEWAY = '203.0.113.20';
const EGRESS_ADDRESS = 'istio-egressgateway.istio-system.svc.cluster.local';
const CLUSTERS = ['caller', 'receiver', 'elsewhere'];

/**
 * Writes the folders of a mesh in which `receiver` exports port 5432 of three pods, and `caller` and `receiver` itself import them.
 * `elsewhere` is a cluster of another repository, which imports them from the catalog.
 */
export function writeMesh(release: IstioRelease, outdir: string): void {
  const app = new MeshApp({ outdir });
  const mesh = new Mesh(app, 'mesh', { istio: release });
  const receiver = mesh.addCluster('receiver', { ingressGateway: GatewayAddress.of(RECEIVER_GATEWAY) });
  const caller = mesh.addCluster('caller', { egressGateway: EgressGateway.service() });
  const db = receiver.exportStatefulSet('db', {
    namespace: 'data',
    replicas: ORDINALS.length,
    ports: [ServicePort.tcp('postgres', 5432)],
    serviceAccount: 'db',
    serviceName: 'db-headless',
  });
  for (const { namespace, ordinals, isDirect } of IMPORTS) {
    const via = isDirect ? ImportPath.direct() : ImportPath.egressGateway();
    caller.importServices(ordinals.map(ordinal => db.pod(ordinal)), { namespaces: [namespace], via });
  }
  receiver.importServices(db.pods, { namespaces: ['own'] });
  app.synth();
  const other = new MeshApp({ outdir: outputOf('elsewhere', outdir) });
  const expect = { gateways: [GatewayAddress.of(RECEIVER_GATEWAY)] };
  const catalog = ServiceCatalog.fromFile(join(outdir, 'mesh-catalog.json'), { expect });
  const elsewhere = new Mesh(other, 'mesh', { istio: release }).addCluster('elsewhere', {});
  elsewhere.importServices(catalog.podsOf('db', { namespace: 'data' }), { namespaces: ['all'] });
  other.synth();
}

/** Folder of a cluster, with a file for each object. */
export function folderOf(cluster: string, outdir: string): string {
  return join(outputOf(cluster, outdir), cluster);
}

/** Output folder of the repository that declares a cluster. */
function outputOf(cluster: string, outdir: string): string {
  return cluster === 'elsewhere' ? join(outdir, 'other-repository') : outdir;
}

/** What must follow, cluster by cluster: each host leads to its own pod, and to no other. */
export function expectations(): ClusterExpectation[] {
  const opening = (ordinal: number, address: string): ExpectedOpening => ({ sni: sniOf(ordinal), tiers: [[{ address, weight: 1 }]] });
  const toPods = ORDINALS.map(ordinal => opening(ordinal, `${podIp(ordinal)} port 5432`));
  const toGateway = ORDINALS.map(ordinal => opening(ordinal, `${RECEIVER_GATEWAY} port 15443`));
  const toAll = (namespace: string) => ORDINALS.flatMap(ordinal => callsTo(namespace, ordinal, true, RECEIVER_GATEWAY));
  const ofCaller = IMPORTS.flatMap(({ namespace, ordinals, isDirect }) => ORDINALS.flatMap(
    ordinal => callsTo(namespace, ordinal, ordinals.includes(ordinal), isDirect ? RECEIVER_GATEWAY : EGRESS_ADDRESS),
  ));
  return [
    { ingress: [], egress: toGateway, calls: ofCaller },
    { ingress: toPods, calls: toAll('own') },
    { ingress: [], calls: toAll('all') },
  ];
}

/** The clusters as the judge is asked about them. The Services of the export select pods as Kubernetes does. */
export function judgedClusters(outdir: string, expected: ClusterExpectation[]): JudgedCluster[] {
  const valuesOf = (cluster: string, release: string) => join(outputOf(cluster, outdir), 'install', cluster, `${release}-values.yml`);
  return CLUSTERS.map((name, i) => ({
    name,
    folder: folderOf(name, outdir),
    installValues: valuesOf(name, 'istiod'),
    domain: 'cluster.local',
    rootNamespace: 'istio-system',
    locality: '',
    families: [4],
    services: name === 'receiver' ? runningServices(folderOf(name, outdir)) : [],
    gateways: ['ingressgateway', ...name === 'caller' ? ['egressgateway'] : []]
      .map(istio => ({ namespace: 'istio-system', labels: { istio }, installValues: installed(valuesOf(name, `istio-${istio}`)) })),
    calls: expected[i].calls.map(({ call }) => call),
  }));
}

/** The file of install values; empty where the cluster installs no such gateway. */
function installed(file: string): string {
  return existsSync(file) ? file : '';
}

/** Rewrites the objects of a cluster. */
export function rewrite(folder: string, change: (file: string, text: string) => string): void {
  for (const file of readdirSync(folder).filter(name => name.endsWith('.yaml'))) {
    const path = join(folder, file);
    writeFileSync(path, change(file, readFileSync(path, 'utf8')));
  }
}

/** A call to the exported port of a pod, and one to a port that is not exported. */
function callsTo(namespace: string, ordinal: number, isImported: boolean, address: string): ExpectedCall[] {
  const host = `db-${ordinal}.db-headless.data.global`;
  const call = { namespace, host, port: 5432, protocol: 'tcp' as const, headers: {} };
  if (!isImported) {
    return [{ call, routes: [], areSharesPromised: true }];
  }
  const vips = { addresses: [], ranges: ['240.0.0.0/4'] };
  const route = {
    host,
    subset: '',
    weight: 100,
    tls: 'ISTIO_MUTUAL',
    sni: sniOf(ordinal),
    identities: ['spiffe://cluster.local/ns/data/sa/db'],
    tiers: [[{ address: `${address} port 15443`, weight: 1 }]],
  };
  const expected = { vips, areSharesPromised: true };
  return [{ ...expected, call, routes: [route] }, { ...expected, call: { ...call, port: 9187 }, routes: [] }];
}

/** The headless Service of the StatefulSet, and the Services that the folder of the cluster has. */
function runningServices(folder: string): RunningService[] {
  const files = readdirSync(folder).filter(file => file.startsWith('Service_'));
  const written = files.sort().map(file => parse(readFileSync(join(folder, file), 'utf8')));
  return [
    { name: 'db-headless', namespace: 'data', clusterIp: 'None', ports: PORTS, pods: pods() },
    ...written.map(({ metadata: { name, namespace }, spec }, i) => ({
      name,
      namespace,
      clusterIp: `10.2.96.${i + 1}`,
      ports: spec.ports.map(({ name: portName, port, protocol }: any) => ({ name: portName, number: port, protocol })),
      pods: pods().filter(({ labels }) => Object.entries(spec.selector).every(([key, value]) => labels[key] === value)),
    })),
  ];
}

function pods(): RunningPod[] {
  return ORDINALS.map(ordinal => ({
    name: `db-${ordinal}`, ip: podIp(ordinal), labels: { [POD_NAME]: `db-${ordinal}` }, serviceAccount: 'db',
  }));
}

function podIp(ordinal: number): string {
  return `10.2.0.${10 + ordinal}`;
}

function sniOf(ordinal: number): string {
  return `outbound_.5432_._.mesh-export-db-${ordinal}.data.svc.cluster.local`;
}
