import { existsSync, readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import { parse } from 'yaml';
import { Retiring, threeClusters } from '../../../examples/three-clusters/mesh';
import { IstioRelease, MeshApp, MeshTrust } from '../../../src';
import { toYaml } from '../../../src/output/yaml';
import { envoyBinary, moduleFolder, Part } from '../parts';
import { attempt } from '../process';
import type { ProofRun } from '../proof';
import { Cluster, DEVIATIONS, documents, gatewayAddress } from './cluster';
import { KUBE_PARTS } from './kube';
import { cleanUp, prepare, STATE, until } from './machine';
import { makePki, Pki } from './pki';

export const NETS = { cluster1: '10.61', cluster2: '10.62', cluster3: '10.63' };
/** ClusterIP of the resolver of remote names in cluster1. */
export const RESOLVER = `${NETS.cluster1}.128.53`;
/** Hostname of the gateway of cluster3, as in the example. A real DNS server resolves it. */
export const GATEWAY3 = 'mesh.cluster3.example.com';

/** Parts of the clusters of a release. */
export function clusterParts(version: string): Part[] {
  const istio = (name: string, path: string) => ({ name, module: `istio-${version}`, package: `istio.io/istio/${path}/cmd/${name}` });
  return [
    istio('server', 'pkg/test/echo'), istio('client', 'pkg/test/echo'),
    istio('istioctl', 'istioctl'), istio('pilot-agent', 'pilot'), istio('pilot-discovery', 'pilot'),
    ...KUBE_PARTS,
    { name: 'kubeseal', module: 'pki', package: 'github.com/bitnami-labs/sealed-secrets/cmd/kubeseal' },
    // The older release runs with the oldest supported CoreDNS, the newer release with the newest.
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
  /** Output folder of the library. */
  readonly folder: string;
  /** The root and the CAs, made by `istio-mesh ca`. */
  readonly pki: Pki;
  /** Trust domains by the name of the cluster; undefined where all have one. */
  readonly trustDomains?: Variant['trustDomains'];
  /** Reads the CAs from the folder again, and returns their delivery. */
  readonly trust: () => MeshTrust;
  /** Returns the path of a program, by its name. */
  readonly program: (name: string) => string;
}

let wasBroughtUp = false;
let up: { readonly key: string; readonly rig: Rig } | undefined;

/** Settings of clusters that only one kind of proof uses. */
export interface Variant {
  readonly name: string;
  /** Changes the install values of a cluster. */
  readonly install?: (values: any) => any;
  readonly rotatable?: boolean;
  /** Trust domains by the name of the cluster; all have `cluster.local` otherwise. */
  readonly trustDomains?: { readonly [cluster: string]: string };
}

/** Returns the clusters of a release. Proofs of one release and one variant share them. */
export async function rigOf(istio: IstioRelease, run: ProofRun, variant: Variant = { name: '' }): Promise<Rig> {
  const key = `${istio.version} ${variant.name}`;
  if (up?.key === key) {
    return up.rig;
  }
  up = undefined;
  run.say(`bringing up three clusters of Istio ${istio.version}; differences from their manifests:`);
  DEVIATIONS.forEach(deviation => run.say(`- ${deviation}`));
  const sources = await moduleFolder(`istio-${istio.version}`, 'istio.io/istio');
  const envoy = await envoyBinary(run.say);
  wasBroughtUp = true;
  await prepare();
  const { trustDomains } = variant;
  const pki = await makePki(Object.fromEntries(Object.keys(NETS).map(name => [name, trustDomains?.[name] ?? 'cluster.local'])));
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
  const folder = synthesized(istio, join(STATE, 'dist'), { trust: trust(), trustDomains });
  await Promise.all(clusters.map(async cluster => {
    await cluster.prepare([sealedSecrets]);
    await cluster.deliverCa(join(folder, cluster.name), pki.sealingKey);
    const values = join(STATE, `${cluster.name}-values.yaml`);
    const own = parse(readFileSync(join(folder, 'install', cluster.name, 'istio-operator.yml'), 'utf8'));
    writeFileSync(values, toYaml(variant.install?.(own) ?? own, { sortKeys: false }));
    await cluster.installIstio(values);
  }));
  await Promise.all(clusters.map(cluster => cluster.applyFolder(join(folder, cluster.name))));
  const rig = { istio, cluster1, cluster2, cluster3, folder, pki, trust, trustDomains, program: run.program };
  for (const namespace of ['direct', 'egress']) {
    await until(
      `a first answer in ${namespace}`,
      async () => (await curl(rig, namespace, 'http://cart.shop.global:8000/env')).code === '200',
    );
  }
  up = { key, rig };
  return rig;
}

/** Inputs of the example from the running clusters. */
export interface Inputs {
  readonly trust: MeshTrust;
  /** Corefile of the platform of cluster1. With it, cluster1 gets a resolver of remote names. */
  readonly corefile?: string;
  /** ClusterIP of the egress gateway; without it, the entries have the name of its Service. */
  readonly egressGateway?: string;
  readonly retiring?: Retiring;
  readonly trustDomains?: Variant['trustDomains'];
}

/** Synthesizes the example with the addresses of the running clusters, and returns its folder. */
export function synthesized(istio: IstioRelease, folder: string, inputs: Inputs): string {
  const { trust, corefile, egressGateway, retiring, trustDomains } = inputs;
  const app = new MeshApp({ outdir: folder });
  const dns = corefile === undefined ? undefined : { clusterIp: RESOLVER, corefile };
  threeClusters(app, istio, {
    cluster1: { ingressGateway: gatewayAddress(NETS.cluster1), egressGateway, dns, trustDomain: trustDomains?.cluster1 },
    cluster2: { ingressGateway: gatewayAddress(NETS.cluster2), trustDomain: trustDomains?.cluster2 },
    cluster3: { ingressGateway: GATEWAY3, trustDomain: trustDomains?.cluster3 },
  }, trust, retiring);
  app.synth();
  return folder;
}

/** Ends the clusters. */
export async function endRig(): Promise<void> {
  up = undefined;
  // A run that brought nothing up leaves clusters of other runs alone.
  if (wasBroughtUp) {
    await cleanUp();
  }
}

/** Answer to a request. `code` is the last status code, or "000" without an answer. `exit` is the exit code of curl. */
export interface Answer {
  readonly code: string;
  readonly body: string;
  readonly exit: number | null;
}

/** Calls a URL from the sleep pod of a namespace of cluster1, through its sidecar and its DNS. */
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

/** URL of an exported service. */
export function url(service: string, path = '/headers', port = 8000): string {
  return `http://${service}.shop.global:${port}${path}`;
}

/** Calls the echo server over gRPC or TCP, each time on a new connection. Returns the answers that came from cluster2. */
export async function echo(rig: Rig, namespace: string, target: string, times: number): Promise<string[]> {
  const command = [rig.program('client'), '--count', String(times), '--new-connection-per-request', '--timeout', '5s', target];
  const { stdout } = await rig.cluster1.inPod(rig.cluster1.pod(namespace, 'sleep'), ...command);
  return stdout.split('\n').filter(line => /Cluster=cluster2$/.test(line));
}

/** Status codes of many requests, each on a new connection. */
export async function codes(rig: Rig, namespace: string, target: string, times: number): Promise<string[]> {
  const all: string[] = [];
  for (let i = 0; i < times; i++) {
    all.push((await curl(rig, namespace, target)).code);
  }
  return all;
}

/** Waits until ten requests in a row are answered, so that connections which an outage broke have been replaced. */
export async function steady(rig: Rig, namespace: string, target: string): Promise<void> {
  await until(
    `ten answers in a row from ${target} in ${namespace}`,
    async () => (await codes(rig, namespace, target, 10)).every(code => code === '200'),
  );
}

/**
 * Counts the answers to many requests by cluster and version, such as "cluster2 v1". Ten requests run at a time, so that there are
 * many connections: through an egress gateway, each connection leads to one cluster for its whole life.
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

/** Number of connections that the Envoy of a pod opened to upstream clusters whose name matches. */
export async function connections(cluster: Cluster, namespace: string, name: string, upstream: RegExp): Promise<number> {
  const { stdout } = await cluster.inPod(cluster.pod(namespace, name), 'curl', '-s', '-m', '5', 'http://127.0.0.1:15000/clusters');
  const totals = [...stdout.matchAll(/^(?<name>.+?)::(.+?)::cx_total::(?<count>\d+)$/gm)].map(match => match.groups!);
  return totals.filter(total => upstream.test(total.name)).reduce((sum, { count }) => sum + Number(count), 0);
}

/** Output of a TLS client that calls a service at a gateway, with the ALPN of a sidecar, but without a certificate of the mesh. */
export async function bareTls(address: string, sni: string, alpn = 'istio'): Promise<string> {
  const { stdout, stderr } = await attempt(
    'openssl',
    ['s_client', '-connect', `${address}:15443`, '-servername', sni, '-alpn', alpn, '-ign_eof'],
    { seconds: 5 },
  );
  return stdout + stderr;
}

/** Text of a manifest in the output folder, by the name of its file. */
export function manifest(rig: { readonly folder: string }, cluster: string, file: string): string {
  return readFileSync(join(rig.folder, cluster, file), 'utf8');
}

/**
 * Deletes objects of a folder from all clusters of the rig, since other proofs share the clusters. What the folder of the rig holds
 * too, such as the listener of the egress gateway, belongs to those and is applied again.
 * @param folder output folder, with a folder for each cluster
 */
export async function withdraw(rig: Rig, folder: string, isGone: (object: any) => boolean): Promise<void> {
  const { cluster1, cluster2, cluster3, folder: rigFolder } = rig;
  for (const cluster of [cluster1, cluster2, cluster3].filter(({ name }) => existsSync(join(folder, name)))) {
    const objects = documents(await cluster.kube.kubectl('kustomize', join(folder, cluster.name))).filter(isGone);
    if (objects.length === 0) {
      continue;
    }
    const file = join(cluster.kube.folder, 'withdrawn.yaml');
    writeFileSync(file, objects.map(object => toYaml(object, { sortKeys: false })).join('---\n'));
    await cluster.kube.kubectl('delete', '--ignore-not-found', '-f', file);
    await cluster.applyFolder(join(rigFolder, cluster.name));
  }
}
