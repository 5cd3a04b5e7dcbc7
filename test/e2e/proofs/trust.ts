import { readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import { parse } from 'yaml';
import { IstioRelease } from '../../../src';
import type { Cluster } from '../cluster/cluster';
import { Load, Target, underLoad } from '../cluster/load';
import { sleep, until } from '../cluster/machine';
import { certificatesOf, proxiesOf, Proxy } from '../cluster/proxy-roots';
import { clusterParts, manifest, Rig, rigOf, steady, synthesized, url, Variant } from '../cluster/rig';
import { attempt, run } from '../process';
import { must, Proof } from '../proof';
import { boot } from './boot';
import { hijack } from './hijack';
import { mergeRoots } from './merge-roots';
import { trustDomains } from './trust-domains';

/**
 * Clusters with trust domains of their own, and with workload certificates that are valid for a minute, so that the proof sees their
 * rotation. In cluster3, gateways take Gateways of any namespace. The figures say so.
 */
const OWN_TRUST_DOMAINS: Variant = {
  name: 'trust domains and certificates of a minute',
  trustDomains: { cluster1: 'one.example', cluster2: 'two.example', cluster3: 'three.example' },
  rotatable: true,
  install: values => {
    const { meshConfig, values: { pilot } } = values.spec;
    Object.assign(meshConfig.defaultConfig.proxyMetadata, { SECRET_TTL: '60s' });
    Object.assign(pilot.env, { DEFAULT_WORKLOAD_CERT_TTL: '60s' });
    if (values.metadata.name === 'cluster3') {
      delete pilot.env.PILOT_SCOPE_GATEWAY_TO_NAMESPACE;
    }
    return values;
  },
};

/** Each cluster has its CA of pki/, and the root of all clusters is replaced under load. */
export const trustProofs: Proof[] = [IstioRelease.V1_30, IstioRelease.V1_31].flatMap(istio => {
  const proof = (name: string, show: (rig: Rig) => Promise<string>): Proof => ({
    name: `${name}-${istio.version}`,
    parts: clusterParts(istio.version),
    show: async proofRun => show(await rigOf(istio, proofRun, OWN_TRUST_DOMAINS)),
  });
  // istiod starts, and follows its roots, in the same way on both releases.
  const onNewest = (name: string, show: (rig: Rig) => Promise<string>) => istio === IstioRelease.V1_31 ? [proof(name, show)] : [];
  return [
    proof('trust-domains', trustDomains),
    proof('hijack', hijack),
    ...onNewest('merge-roots', mergeRoots),
    proof('trust', rotation),
    ...onNewest('boot', boot),
  ];
});

/** Names of the roots that a proxy trusts, and of the root of its own certificate chain. */
interface Roots {
  readonly trusted: string[];
  readonly signing: string;
}

async function rotation(rig: Rig): Promise<string> {
  const proxies = proxiesOf([rig.cluster1, rig.cluster2, rig.cluster3]);
  must(proxies.length > 10, `only ${proxies.length} proxies were found`);
  const allProxiesHave = async (trusted: string[], signing: string) => {
    const wanted = JSON.stringify({ trusted, signing });
    const seen = await Promise.all(proxies.map(rootsOf));
    return seen.every(roots => JSON.stringify(roots) === wanted);
  };
  const [old, next] = ['Root CA', 'Root CA G2'];
  for (const namespace of ['direct', 'egress']) {
    await steady(rig, namespace, url('cart'));
  }
  await until('every proxy has a certificate of the root of pki/', () => allProxiesHave([old], old), 90);

  await openConnectionForEachRequest(rig);
  const leaf = await leafOf(rig.cluster1);
  must(await isAccepted(rig, leaf), 'a certificate of the old root is refused before anything changed');

  const step = async (load: Load, name: string, trusted: string[], signing: string) => {
    load.phase = name;
    await rig.pki.ca('rotate-root', name, '--key-size', '2048');
    const folder = synthesized(rig.istio, rig.folder, { trust: rig.trust(), trustDomains: rig.trustDomains });
    for (const cluster of [rig.cluster1, rig.cluster2, rig.cluster3]) {
      await cluster.deliverCa(`${folder}/${cluster.name}`, rig.pki.sealingKey);
      await cluster.pods.refresh(cluster.pod('istio-system', 'istiod'), 'cacerts');
    }
    await until(`every proxy after ${name}`, () => allProxiesHave(trusted, signing), 150);
    await sleep(3000);
  };
  const { answered } = await underLoad(rig, TARGETS, async load => {
    await step(load, 'introduce', [old, next], old);
    await step(load, 'switch', [old, next], next);
    await step(load, 'retire', [next], next);
  });
  must(!await isAccepted(rig, leaf), 'a certificate of the old root is accepted after the root was retired');
  return `cacerts from pki/ through real sealed-secrets decryption; ${proxies.length} proxies of 3 clusters chain to one root; `
    + `introduce, switch, retire: 0 of ${answered} requests failed, each on a new connection (workload certificates of 60 s); `
    + 'a certificate of the old root is accepted before and refused after';
}

const TARGETS: Target[] = [
  { namespace: 'direct', service: 'cart' },
  { namespace: 'direct', service: 'catalog' },
  { namespace: 'egress', service: 'cart' },
];

/** Makes Envoy open a connection for each request, so that both sides verify certificates each time. Only this proof does so. */
async function openConnectionForEachRequest(rig: Rig): Promise<void> {
  for (const { namespace, service } of TARGETS) {
    const rule = parse(manifest(rig, 'cluster1', `DestinationRule.networking.istio.io_${namespace}_${service}-shop.yaml`));
    const { connectionPool = {} } = rule.spec.trafficPolicy;
    rule.spec.trafficPolicy.connectionPool = { ...connectionPool, http: { ...connectionPool.http, maxRequestsPerConnection: 1 } };
    await rig.cluster1.apply([rule]);
  }
}

/** Files of a workload certificate and its key. */
interface Leaf {
  readonly certificate: string;
  readonly key: string;
}

/** Signs a workload certificate with the current CA of a cluster. */
async function leafOf(cluster: Cluster): Promise<Leaf> {
  const secret = await cluster.kube.api('GET', '/api/v1/namespaces/istio-system/secrets/cacerts');
  const at = (name: string) => join(cluster.kube.folder, `leaf-${name}`);
  ['ca-cert.pem', 'ca-key.pem', 'cert-chain.pem'].forEach(file => writeFileSync(at(file), Buffer.from(secret.data[file], 'base64')));
  const extensions = [
    'subjectAltName=critical,URI:spiffe://one.example/ns/direct/sa/sleep',
    'extendedKeyUsage=clientAuth',
    'keyUsage=critical,digitalSignature',
  ];
  writeFileSync(at('ext'), `${extensions.join('\n')}\n`);
  await run('openssl', ['req', '-new', '-newkey', 'rsa:2048', '-nodes', '-keyout', at('key.pem'), '-out', at('csr.pem'), '-subj', '/']);
  const signing = ['-CA', at('ca-cert.pem'), '-CAkey', at('ca-key.pem'), '-CAcreateserial', '-days', '1', '-extfile', at('ext')];
  await run('openssl', ['x509', '-req', '-in', at('csr.pem'), '-out', at('cert.pem'), ...signing]);
  writeFileSync(at('cert.pem'), readFileSync(at('cert.pem'), 'utf8') + readFileSync(at('cert-chain.pem'), 'utf8'));
  return { certificate: at('cert.pem'), key: at('key.pem') };
}

/** Calls catalog in cluster2 through its gateway with a certificate, and returns whether the workload answers. */
async function isAccepted(rig: Rig, { certificate, key }: Leaf): Promise<boolean> {
  const sni = 'outbound_.8000_._.catalog.shop.svc.cluster.local';
  const connection = ['-connect', `${rig.cluster2.gatewayAddress}:15443`, '-servername', sni, '-alpn', 'istio'];
  const identity = ['-cert', certificate, '-cert_chain', certificate, '-key', key];
  const input = 'GET /headers HTTP/1.1\r\nHost: catalog\r\nConnection: close\r\n\r\n';
  const args = ['s_client', ...connection, ...identity, '-quiet', '-ign_eof'];
  const { stdout } = await attempt('openssl', args, { seconds: 8, input });
  return /HTTP\/1.1 200/.test(stdout);
}

async function rootsOf(proxy: Proxy): Promise<Roots> {
  const { trusted, own } = await certificatesOf(proxy);
  // The issuer of the intermediate, the second certificate, is the root that signs.
  return { trusted: trusted.map(({ subject }) => commonName(subject)).sort(), signing: commonName(own[1]?.issuer) };
}

function commonName(name = ''): string {
  return /^CN=(.*)$/m.exec(name)?.[1] ?? 'none';
}
