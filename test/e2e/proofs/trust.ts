import { X509Certificate } from 'crypto';
import { readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import { parse } from 'yaml';
import { IstioRelease } from '../../../src';
import type { Cluster } from '../cluster/cluster';
import { Load, underLoad } from '../cluster/load';
import { sleep, until } from '../cluster/machine';
import type { RunningPod } from '../cluster/pods';
import { clusterParts, manifest, Rig, rigOf, steady, synthesized, url, Variant } from '../cluster/rig';
import { attempt, run } from '../process';
import { must, Proof, ProofRun } from '../proof';
import { boot } from './boot';

/** Certificates that live for a minute, so that a rotation can be watched: said aloud in the figure. */
const SHORT_LIVED: Variant = {
  name: 'certificates of a minute',
  rotatable: true,
  install: values => {
    const { meshConfig, values: { pilot } } = values.spec;
    Object.assign(meshConfig.defaultConfig.proxyMetadata, { SECRET_TTL: '60s' });
    Object.assign(pilot.env, { DEFAULT_WORKLOAD_CERT_TTL: '60s' });
    return values;
  },
};

/** The CA of each cluster is the one of pki/; its root is replaced under load. */
export const trustProofs: Proof[] = [IstioRelease.V1_30, IstioRelease.V1_31].flatMap(istio => ([['trust', rotation], ['boot', boot]] as const).map(([name, show]) => ({
  name: `${name}-${istio.version}`, parts: clusterParts(istio.version), show: async (proof: ProofRun) => show(await rigOf(istio, proof, SHORT_LIVED)),
})));

/** What a proxy trusts and what it shows: names of roots, and of the root that its own chain ends at. */
interface Roots {
  readonly trusted: string[];
  readonly signing: string;
}

async function rotation(rig: Rig): Promise<string> {
  // Whatever has a proxy is told by the label of its workload's name.
  const proxies: Array<[Cluster, RunningPod]> = [rig.cluster1, rig.cluster2, rig.cluster3]
    .flatMap(
      cluster => cluster.pods.running.filter(
        pod => 'service.istio.io/canonical-name' in pod.labels,
      ).map((pod): [Cluster, RunningPod] => [cluster, pod]),
    );
  must(proxies.length > 10, `only ${proxies.length} proxies were found`);
  const all = async (trusted: string[], signing: string) => {
    const wanted = JSON.stringify({ trusted, signing });
    const seen = await Promise.all(proxies.map(([cluster, pod]) => rootsOf(cluster, pod)));
    return seen.every(roots => JSON.stringify(roots) === wanted);
  };
  const [old, next] = ['Root CA', 'Root CA G2'];
  for (const namespace of ['direct', 'egress']) {
    await steady(rig, namespace, url('cart'));
  }
  await until('every proxy has a certificate of the root of pki/', () => all([old], old), 90);

  await newConnections(rig);
  const leaf = await leafOf(rig.cluster1);
  must(await byHand(rig, leaf), 'a certificate of the old root is refused before anything changed');

  const step = async (load: Load, name: string, trusted: string[], signing: string) => {
    load.phase = name;
    await rig.pki.ca('rotate-root', name, '--key-size', '2048');
    const folder = synthesized(rig.istio, rig.folder, { trust: rig.trust() });
    for (const cluster of [rig.cluster1, rig.cluster2, rig.cluster3]) {
      await cluster.deliverCa(`${folder}/${cluster.name}`, rig.pki.sealingKey);
      await cluster.pods.refresh(cluster.pod('istio-system', 'istiod'), 'cacerts');
    }
    await until(`every proxy after ${name}`, () => all(trusted, signing), 150);
    await sleep(3000);
  };
  const { answered } = await underLoad(rig, [['direct', 'cart'], ['direct', 'catalog'], ['egress', 'cart']], async load => {
    await step(load, 'introduce', [old, next], old);
    await step(load, 'switch', [old, next], next);
    await step(load, 'retire', [next], next);
  });
  must(!await byHand(rig, leaf), 'a certificate of the old root is taken after it was retired');
  return `cacerts from pki/ through real sealed-secrets decryption; ${proxies.length} proxies of 3 clusters chain to one root; introduce, switch, retire: 0 of ${answered} requests failed, each on a new connection (workload certificates of 60 s); a certificate of the old root is taken before and refused after`;
}

/** Makes Envoy open a connection for each request, so that each of them shows both sides' certificates: for this proof alone. */
async function newConnections(rig: Rig): Promise<void> {
  for (const [namespace, service] of [['direct', 'cart'], ['direct', 'catalog'], ['egress', 'cart']]) {
    const rule = parse(manifest(rig, 'cluster1', `DestinationRule.networking.istio.io_${namespace}_${service}-shop.yaml`));
    const { connectionPool = {} } = rule.spec.trafficPolicy;
    rule.spec.trafficPolicy.connectionPool = { ...connectionPool, http: { ...connectionPool.http, maxRequestsPerConnection: 1 } };
    await rig.cluster1.apply([rule]);
  }
}

/** A certificate of a workload that the CA of a cluster signs now, made by hand, with its key. */
async function leafOf(cluster: Cluster): Promise<{ readonly certificate: string; readonly key: string }> {
  const secret = await cluster.kube.api('GET', '/api/v1/namespaces/istio-system/secrets/cacerts');
  const at = (name: string) => join(cluster.kube.folder, `leaf-${name}`);
  ['ca-cert.pem', 'ca-key.pem', 'cert-chain.pem'].forEach(file => writeFileSync(at(file), Buffer.from(secret.data[file], 'base64')));
  writeFileSync(
    at('ext'),
    'subjectAltName=critical,URI:spiffe://cluster.local/ns/direct/sa/sleep\nextendedKeyUsage=clientAuth\nkeyUsage=critical,digitalSignature\n',
  );
  await run('openssl', ['req', '-new', '-newkey', 'rsa:2048', '-nodes', '-keyout', at('key.pem'), '-out', at('csr.pem'), '-subj', '/']);
  const signing = ['-CA', at('ca-cert.pem'), '-CAkey', at('ca-key.pem'), '-CAcreateserial', '-days', '1', '-extfile', at('ext')];
  await run('openssl', ['x509', '-req', '-in', at('csr.pem'), '-out', at('cert.pem'), ...signing]);
  writeFileSync(at('cert.pem'), readFileSync(at('cert.pem'), 'utf8') + readFileSync(at('cert-chain.pem'), 'utf8'));
  return { certificate: at('cert.pem'), key: at('key.pem') };
}

/** Calls catalog in cluster2 through its gateway with a certificate by hand: whether the workload answers. */
async function byHand(rig: Rig, { certificate, key }: { readonly certificate: string; readonly key: string }): Promise<boolean> {
  const { stdout } = await attempt('openssl', [
    's_client', '-connect', `${rig.cluster2.gatewayAddress}:15443`, '-servername', 'outbound_.8000_._.catalog.shop.svc.cluster.local', '-alpn', 'istio', '-cert', certificate,
    '-cert_chain', certificate, '-key', key, '-quiet', '-ign_eof',
  ], { seconds: 8, input: 'GET /headers HTTP/1.1\r\nHost: catalog\r\nConnection: close\r\n\r\n' });
  return /HTTP\/1.1 200/.test(stdout);
}

async function rootsOf(cluster: Cluster, pod: RunningPod): Promise<Roots> {
  const { stdout } = await cluster.inPod(
    pod,
    'curl',
    '-s',
    '-m',
    '5',
    'http://127.0.0.1:15000/config_dump?resource=dynamic_active_secrets',
  );
  const secrets: any[] = JSON.parse(stdout).configs ?? [];
  const pem = (name: string, read: (secret: any) => string | undefined) => Buffer.from(
    read(secrets.find(s => s.name === name)?.secret) ?? '',
    'base64',
  ).toString();
  const own = pem('default', secret => secret?.tls_certificate?.certificate_chain?.inline_bytes);
  const trusted = pem('ROOTCA', secret => secret?.validation_context?.trusted_ca?.inline_bytes);
  // The agent adds all roots to its own chain: what signed is told by the intermediate, the second certificate.
  return {
    trusted: certificates(trusted).map(({ subject }) => commonName(subject)).sort(),
    signing: commonName(certificates(own)[1]?.issuer),
  };
}

function certificates(pem: string): X509Certificate[] {
  return (pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []).map(block => new X509Certificate(block));
}

function commonName(name = ''): string {
  return /^CN=(.*)$/m.exec(name)?.[1] ?? 'none';
}
