import { readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import { parse, stringify } from 'yaml';
import { Retiring, threeClusters } from '../../../examples/three-clusters/mesh';
import { IstioRelease, MeshApp, MeshTrust } from '../../../src';
import { envoyBinary, moduleFolder, Part } from '../parts';
import { attempt } from '../process';
import type { ProofRun } from '../proof';
import { Cluster, DEVIATIONS, gatewayAddress } from './cluster';
import { KUBE_PARTS } from './kube';
import { cleanUp, prepare, STATE, until } from './machine';
import { makePki, Pki } from './pki';

export const NETS = { cluster1: '10.61', cluster2: '10.62', cluster3: '10.63' };
/** cluster3 is told by name, as in the example; a real DNS server answers it. */
/** The resolver of remote names in cluster1. */
export const RESOLVER = `${NETS.cluster1}.128.53`;
export const GATEWAY3 = 'mesh.cluster3.example.com';

/** What the clusters of a release are made of. */
export function clusterParts(version: string): Part[] {
  const istio = (name: string, path: string) => ({ name, module: `istio-${version}`, package: `istio.io/istio/${path}/cmd/${name}` });
  return [
    istio('server', 'pkg/test/echo'), istio('client', 'pkg/test/echo'),
    istio('istioctl', 'istioctl'), istio('pilot-agent', 'pilot'), istio('pilot-discovery', 'pilot'),
    ...KUBE_PARTS,
    { name: 'kubeseal', module: 'pki', package: 'github.com/bitnami-labs/sealed-secrets/cmd/kubeseal' },
    // The older release with the oldest CoreDNS that is supported, the newer with the newest.
    { name: 'coredns', module: version === '1.30' ? 'coredns' : 'coredns-1.15', package: 'github.com/coredns/coredns' },
    { name: 'go-httpbin', module: 'httpbin', package: 'github.com/mccutchen/go-httpbin/v2/cmd/go-httpbin' },
  ];
}

/** Real clusters, brought up from the folders of examples/three-clusters. */
export interface Rig {
  readonly istio: IstioRelease;
  readonly cluster1: Cluster;
  readonly cluster2: Cluster;
  readonly cluster3: Cluster;
  /** The folder that was synthesized. */
  readonly folder: string;
  /** The root and the CAs, made by the command. */
  readonly pki: Pki;
  /** How the CAs are delivered, read anew from the folder. */
  readonly trust: () => MeshTrust;
  /** The path of a program, by its name. */
  readonly program: (name: string) => string;
}

let wasBroughtUp = false;
let up: { readonly key: string; readonly rig: Rig } | undefined;

/** What differs in clusters that are for one proof alone. */
export interface Variant {
  readonly name: string;
  /** Changes the install values of a cluster. */
  readonly install?: (values: any) => any;
  readonly rotatable?: boolean;
}

/** The clusters of a release: proofs of one release share them, save those that need a variant. */
export async function rigOf(istio: IstioRelease, run: ProofRun, variant: Variant = { name: '' }): Promise<Rig> {
  const key = `${istio.version} ${variant.name}`;
  if (up?.key === key) {
    return up.rig;
  }
  up = undefined;
  run.say(`bringing up three clusters of Istio ${istio.version}; what differs from their manifests:`);
  DEVIATIONS.forEach(deviation => run.say(`- ${deviation}`));
  const sources = await moduleFolder(`istio-${istio.version}`, 'istio.io/istio');
  const envoy = await envoyBinary(run.say);
  wasBroughtUp = true;
  await prepare();
  const pki = await makePki(Object.keys(NETS));
  const trust = () => MeshTrust.sealedSecrets({ directory: pki.folder, sharedSealingKey: true, rotatable: variant.rotatable });
  const sealedSecrets = join(
    await moduleFolder('pki', 'github.com/bitnami-labs/sealed-secrets'),
    'helm/sealed-secrets/crds/bitnami.com_sealedsecrets.yaml',
  );
  const [cluster1, cluster2, cluster3] = Object.entries(NETS).map(
    ([name, net]) => new Cluster(name, net, { program: run.program, sources, envoy }),
  );
  const clusters = [cluster1, cluster2, cluster3];
  await Promise.all(clusters.map(cluster => cluster.start({ [GATEWAY3]: gatewayAddress(NETS.cluster3) })));
  const folder = synthesized(istio, join(STATE, 'dist'), { trust: trust() });
  await Promise.all(clusters.map(async cluster => {
    await cluster.prepare([sealedSecrets]);
    await cluster.deliverCa(join(folder, cluster.name), pki.sealingKey);
    const values = join(STATE, `${cluster.name}-values.yaml`);
    const own = parse(readFileSync(join(folder, 'install', cluster.name, 'istio-operator.yml'), 'utf8'));
    writeFileSync(values, stringify(variant.install?.(own) ?? own));
    await cluster.installIstio(values);
  }));
  await Promise.all(clusters.map(cluster => cluster.applyFolder(join(folder, cluster.name))));
  const rig = { istio, cluster1, cluster2, cluster3, folder, pki, trust, program: run.program };
  for (const namespace of ['direct', 'egress']) {
    await until(
      `a first answer in ${namespace}`,
      async () => (await curl(rig, namespace, 'http://cart.shop.global:8000/env')).code === '200',
    );
  }
  up = { key, rig };
  return rig;
}

/** What the example is told of the clusters that run. */
export interface Inputs {
  readonly trust: MeshTrust;
  /** The Corefile of cluster1, as its platform came with it: with it, cluster1 gets a resolver of remote names. */
  readonly corefile?: string;
  readonly egressGateway?: string;
  readonly retiring?: Retiring;
}

/** Synthesizes the example with the addresses of this machine's clusters; the egress gateway by its Service's name unless its clusterIP is given. */
export function synthesized(istio: IstioRelease, folder: string, { trust, corefile, egressGateway, retiring }: Inputs): string {
  const app = new MeshApp({ outdir: folder });
  const dns = corefile === undefined ? undefined : { clusterIp: RESOLVER, corefile };
  threeClusters(app, istio, {
    cluster1: { ingressGateway: gatewayAddress(NETS.cluster1), egressGateway, dns },
    cluster2: { ingressGateway: gatewayAddress(NETS.cluster2) },
    cluster3: { ingressGateway: GATEWAY3 },
  }, trust, retiring);
  app.synth();
  return folder;
}

/** Ends the clusters, whatever they are doing. */
export async function endRig(): Promise<void> {
  up = undefined;
  // A run that brought nothing up leaves clusters of other runs alone.
  if (wasBroughtUp) {
    await cleanUp();
  }
}

/** The answer to a request: the last status code, and what came. `code` is "000" when nothing answered. */
export interface Answer {
  readonly code: string;
  readonly body: string;
  readonly exit: number | null;
}

/** Calls a URL as the sleep pod of a namespace of cluster1 does: through its sidecar, by its DNS. */
export async function curl(rig: Rig, namespace: string, target: string, ...args: string[]): Promise<Answer> {
  return curlIn(rig.cluster1, namespace, target, ...args);
}

/** The same in any cluster. */
export async function curlIn(cluster: Cluster, namespace: string, target: string, ...args: string[]): Promise<Answer> {
  const options = ['-s', '-m', '5', '-w', '\n%{http_code}'];
  const { stdout, code: exit } = await cluster.inPod(cluster.pod(namespace, 'sleep'), 'curl', ...options, ...args, target);
  const at = stdout.lastIndexOf('\n');
  return { exit, body: stdout.slice(0, at), code: stdout.slice(at + 1) };
}

/** Where an exported service is reached. */
export function url(service: string, path = '/headers', port = 8000): string {
  return `http://${service}.shop.global:${port}${path}`;
}

/** Calls the echo server as a pod does, over gRPC or TCP, each time on a connection of its own: the answers that tell it ran in cluster2. */
export async function echo(rig: Rig, namespace: string, target: string, times: number): Promise<string[]> {
  const command = [rig.program('client'), '--count', String(times), '--new-connection-per-request', '--timeout', '5s', target];
  const { stdout } = await rig.cluster1.inPod(rig.cluster1.pod(namespace, 'sleep'), ...command);
  return stdout.split('\n').filter(line => /Cluster=cluster2$/.test(line));
}

/** The status codes of many requests, one connection each. */
export async function codes(rig: Rig, namespace: string, target: string, times: number): Promise<string[]> {
  const all: string[] = [];
  for (let i = 0; i < times; i++) {
    all.push((await curl(rig, namespace, target)).code);
  }
  return all;
}

/** Waits until ten requests in a row are answered: what an outage broke has then been replaced. */
export async function steady(rig: Rig, namespace: string, target: string): Promise<void> {
  await until(
    `ten answers in a row from ${target} in ${namespace}`,
    async () => (await codes(rig, namespace, target, 10)).every(code => code === '200'),
  );
}

/**
 * Who answered many requests, each routed by itself: "cluster2 v1" and how often. Ten at a time, so that there are many
 * connections: behind an egress gateway each of them goes to one cluster for as long as it lasts.
 */
export async function answers(rig: Rig, namespace: string, host: string, times: number, ...args: string[]): Promise<Map<string, number>> {
  const { stdout } = await rig.cluster1.inPod(
    rig.cluster1.pod(namespace, 'sleep'),
    'curl',
    '-s',
    '-m',
    '60',
    '--parallel',
    '--parallel-max',
    '10',
    ...args,
    `http://${host}:8000/env?n=[1-${times}]`,
  );
  const counts = new Map<string, number>();
  for (const [, who] of stdout.matchAll(/"HTTPBIN_ENV_ANSWER": "([^"]+)"/g)) {
    counts.set(who, (counts.get(who) ?? 0) + 1);
  }
  return counts;
}

/** Connections that a pod's Envoy opened, by upstream cluster. */
export async function connections(cluster: Cluster, namespace: string, name: string, upstream: RegExp): Promise<number> {
  const { stdout } = await cluster.inPod(cluster.pod(namespace, name), 'curl', '-s', '-m', '5', 'http://127.0.0.1:15000/clusters');
  return [
    ...stdout.matchAll(/^(.+?)::(.+?)::cx_total::(\d+)$/gm),
  ].filter(([, who]) => upstream.test(who)).reduce((sum, [,,, count]) => sum + Number(count), 0);
}

/** What a TLS client without a certificate of the mesh sees at a gateway that it names a service to, with the ALPN of a sidecar. */
export async function bareTls(address: string, sni: string): Promise<string> {
  const { stdout, stderr } = await attempt(
    'openssl',
    ['s_client', '-connect', `${address}:15443`, '-servername', sni, '-alpn', 'istio', '-ign_eof'],
    { seconds: 5 },
  );
  return stdout + stderr;
}

/** A manifest of the synthesized folder, by the name of its file. */
export function manifest(rig: { readonly folder: string }, cluster: string, file: string): string {
  return readFileSync(join(rig.folder, cluster, file), 'utf8');
}
