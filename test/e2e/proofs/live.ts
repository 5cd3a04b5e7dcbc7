import { X509Certificate } from 'crypto';
import { readFileSync } from 'fs';
import { join } from 'path';
import { ClusterFacts, IstioRelease, Mesh, MeshApp } from '../../../src';
import { LiveCommand } from '../cluster/live-command';
import { addressOf, reportLoadBalancers } from '../cluster/load-balancers';
import { until } from '../cluster/machine';
import { clusterParts, Rig, rigOf, Variant } from '../cluster/rig';
import { must, Proof, ProofRun } from '../proof';
import { Failure, FAILURES } from './live-failures';
import { rightsOf } from './live-rights';

/** Certificates of workloads are valid for a minute, so that a change of a CA shows soon. istiod's image has the tag of a release. */
function liveVariant(version: string): Variant {
  return {
    name: 'certificates of a minute',
    rotatable: true,
    install: values => {
      const { meshConfig, values: { pilot } } = values.spec;
      values.spec.tag = `${version}.0`;
      Object.assign(meshConfig.defaultConfig.proxyMetadata, { SECRET_TTL: '60s' });
      Object.assign(pilot.env, { DEFAULT_WORKLOAD_CERT_TTL: '60s' });
      return values;
    },
  };
}

/** `discover`, `check --live` and `explain --live` on the clusters of the rig: on a good mesh, and with each of eight failures. */
export const liveProofs: Proof[] = [IstioRelease.V1_30, IstioRelease.V1_31].map(istio => ({
  name: `live-${istio.version}`,
  parts: clusterParts(istio.version),
  show: async run => live(await rigOf(istio, run, liveVariant(istio.version)), run),
}));

async function live(rig: Rig, run: ProofRun): Promise<string> {
  const command = await LiveCommand.of(rig);
  const tokens = await rightsOf([rig.cluster1, rig.cluster2, rig.cluster3]);
  const facts = await discovered(rig, command, tokens);
  const checks = await goodMesh(rig, command, tokens);
  for (const failure of FAILURES) {
    run.say(failure.name);
    await told(rig, command, failure);
  }
  return `discover finds ${facts} facts as the rig knows them, with the rights that the documentation prints; on a good mesh check --live `
    + `finds nothing and explain --live follows ${checks} requests to their pods; ${FAILURES.length} failures are planted, told and `
    + `withdrawn: ${FAILURES.map(({ name }) => name).join(', ')}`;
}

/** The facts that `discover` writes are those that the rig knows, and a program builds its clusters from them. */
async function discovered(rig: Rig, command: LiveCommand, tokens: { readonly [cluster: string]: string }): Promise<number> {
  const clusters = [rig.cluster1, rig.cluster2, rig.cluster3];
  await reportLoadBalancers(clusters);
  const file = join(rig.folder, '..', 'clusters.json');
  const { code, stderr } = await command.run(['discover', '--out', file], tokens);
  must(code === 0, `discover ended with ${code}: ${stderr}`);
  const found = JSON.parse(readFileSync(file, 'utf8'));
  const root = new X509Certificate(readFileSync(join(rig.pki.folder, 'root-cert.pem')));
  let compared = 0;
  for (const cluster of clusters) {
    const { name, dns, corefile, kube } = cluster;
    const { istio, ingressGateway, egressGateway, dns: dnsFacts, services } = found.clusters[name];
    const egress = name === 'cluster1'
      ? (await kube.api('GET', '/api/v1/namespaces/istio-system/services/istio-egressgateway')).spec.clusterIP
      : undefined;
    const pairs: [string, unknown, unknown][] = [
      ['version of Istio', istio.version, `${rig.istio.version}.0`],
      ['trust domain', istio.trustDomain, 'cluster.local'],
      ['root', istio.rootFingerprints, [root.fingerprint256.replaceAll(':', '').toLowerCase()]],
      ['DNS capture', istio.dnsCapture, true],
      ['scope of Gateways', istio.gatewaysOfAnyNamespace, false],
      ['address of the ingress gateway', ingressGateway.addresses, [addressOf(cluster)]],
      ['port of the ingress gateway', ingressGateway.port, 15443],
      ['network view', ingressGateway.networkView, name],
      ['clusterIP of the egress gateway', egressGateway?.clusterIp, egress],
      ['address of the DNS', dnsFacts.serviceIp, dns],
      ['Corefile', dnsFacts.corefile, corefile],
      ['exported Services', services.map((service: any) => service.name), EXPORTS[name]],
    ];
    for (const [what, got, expected] of pairs) {
      must(
        JSON.stringify(got) === JSON.stringify(expected),
        `${name}, ${what}: got ${JSON.stringify(got)}, expected ${JSON.stringify(expected)}`,
      );
    }
    compared += pairs.length;
  }
  const facts = ClusterFacts.fromFile(file);
  const app = new MeshApp({ outdir: `${rig.folder}-from-facts` });
  const mesh = new Mesh(app, 'mesh', { istio: rig.istio });
  const declared = clusters.map(
    ({ name }) => mesh.addCluster(name, facts.cluster(name)).ingressGateways.map(({ address }) => address).join(),
  );
  app.synth();
  const expected = clusters.map(addressOf);
  must(declared.join() === expected.join(), `a program got the gateways ${declared.join()} from the facts`);
  return compared;
}

/** Services that the clusters of the example export, in order. */
const EXPORTS: { readonly [cluster: string]: string[] } = {
  cluster1: [], cluster2: ['cart', 'catalog', 'echo', 'ledger', 'orders'], cluster3: ['alone', 'catalog'],
};

const REQUESTS = ['direct', 'egress'].flatMap(namespace => [
  ['catalog', 8000], ['cart', 8000], ['orders', 8000], ['ledger', 9000], ['alone', 8000], ['echo', 7070],
].map(([service, port]) => ({ namespace, target: `${service}.shop.global:${port}` })));

/** On a good mesh nothing is found, and each request ends in a pod. */
async function goodMesh(rig: Rig, command: LiveCommand, tokens: { readonly [cluster: string]: string }): Promise<number> {
  const callers = ['direct', 'egress'].flatMap(
    namespace => ['--from', `cluster1/${namespace}/${rig.cluster1.pod(namespace, 'sleep').name}/sleep`],
  );
  // The certificate of the sealed-secrets controllers of the rig is valid for a month.
  const trust = ['--pki', rig.pki.folder, '--shared-sealing-key', '--within', '20'];
  const { code, stdout, stderr } = await command.run(['check', rig.folder, '--live', '-o', 'short', ...trust, ...callers], tokens);
  must(code === 0 && stdout === '', `check --live of a good mesh ended with ${code}: ${stdout}${stderr}`);
  for (const { namespace, target } of REQUESTS) {
    const explained = await command.run(['explain', 'cluster1', namespace, target, '-f', rig.folder, '--live', '-o', 'json']);
    must(
      explained.code === 0,
      `explain --live ${namespace} ${target} ended with ${explained.code}: ${explained.stdout}${explained.stderr}`,
    );
    const lines = liveLines(JSON.parse(explained.stdout).step);
    must(lines.some(line => /^ends in shop\//.test(line)), `explain --live ${namespace} ${target} names no pod: ${lines.join('; ')}`);
  }
  return REQUESTS.length;
}

/** Plants a failure, waits until the commands tell it, withdraws it, and waits until they find nothing. */
async function told(rig: Rig, command: LiveCommand, failure: Failure): Promise<void> {
  const check = async () => {
    const { stdout, stderr } = await command.run(['check', rig.folder, '--live', '-o', 'json', '--pki', 'none']);
    must(stdout.startsWith('{'), `check --live did not run: ${stderr}`);
    return JSON.parse(stdout).findings as any[];
  };
  const lineOf = ({ code, where, what, got }: any) => `${code} ${where}: ${what}: ${JSON.stringify(got)}`;
  let last: string[] = [];
  await failure.plant(rig);
  try {
    await until(`check --live tells ${failure.name}`, async () => {
      last = (await check()).map(lineOf);
      return failure.finds.every(pattern => last.some(line => pattern.test(line)));
    }, 150);
    if (failure.explained) {
      const { request, stopsAt } = failure.explained;
      await until(`explain --live of ${failure.name} stops at ${stopsAt}`, async () => {
        const { code, stdout, stderr } = await command.run(['explain', 'cluster1', ...request, '-f', rig.folder, '--live', '-o', 'json']);
        must(stdout.startsWith('{'), `explain --live did not run: ${stderr}`);
        const { step } = JSON.parse(stdout);
        last = [`exit code ${code}`, ...findingsIn(step).map(lineOf)];
        return code === 1 && stoppedAt(step).includes(stopsAt);
      }, 60);
    }
  } catch (error) {
    throw new Error(`${(error as Error).message}; found: ${last.join('; ') || 'nothing'}`);
  } finally {
    await failure.withdraw(rig);
  }
  await until(`check --live finds nothing after ${failure.name}`, async () => {
    last = (await check()).map(lineOf);
    return last.length === 0;
  }, 150).catch(error => {
    throw new Error(`${error.message}; found: ${last.join('; ')}`);
  });
}

function liveLines({ live: lines = [], next }: any): string[] {
  return [...lines, ...next.flatMap(liveLines)];
}

function findingsIn({ findings, next }: any): unknown[] {
  return [...findings, ...next.flatMap(findingsIn)];
}

/** Stations with an error. */
function stoppedAt({ station, findings, next }: any): string[] {
  return [...findings.some(({ severity }: any) => severity === 'error') ? [station] : [], ...next.flatMap(stoppedAt)];
}
