import { mkdirSync, writeFileSync } from 'fs';
import { join } from 'path';
import { App, Chart, Testing } from 'cdk8s';
import { GatewayAddress, GlobalDns, IstioRelease, RemoteService, ServicePort, VipRange } from '../../../src';
import { DnsPod, Surroundings } from '../cluster/dns-pod';
import { Kube } from '../cluster/kube';
import { addHost, STATE, until } from '../cluster/machine';
import { run } from '../process';
import { CLIENT, GRPC_CLIENT, GRPC_SERVER, Question, UPSTREAMS, VARIABLES } from './dns-questions';

/** ClusterIP of the resolver of the mesh. */
export const RESOLVER = '10.96.0.53';
const HOST = 'catalog.shop.global';
const SERVED_NAME = 'dns.quad9.net';

/** Queries for names in the zone of the mesh. */
export const ZONE_QUESTIONS: Question[] = [
  { name: HOST, type: 'A', status: 'NOERROR', data: VipRange.ipv4().addressesOf(HOST) },
  { name: HOST, type: 'AAAA', status: 'NOERROR', data: [] },
  { name: 'nobody.shop.global', type: 'A', status: 'NXDOMAIN', data: [] },
];

/** Servers and files that the DNS of every platform uses. */
export interface World {
  /** Files and environment of a pod of the platform's DNS. */
  readonly surroundings: Surroundings;
  /** Network namespace of the client. */
  readonly client: string;
  /** Starts the resolver of the mesh and the servers outside the cluster. Returns a function that ends them. */
  readonly serve: (coredns: string) => Promise<() => Promise<void>>;
}

/** Starts an API server, and adds the hosts of the resolver of the mesh and of the servers outside the cluster. */
export async function makeWorld(program: (name: string) => string): Promise<World> {
  const kube = new Kube('cluster1', '10.61', program);
  await kube.start();
  const surroundings = {
    files: await files(kube),
    env: { ...VARIABLES, KUBERNETES_SERVICE_HOST: kube.address, KUBERNETES_SERVICE_PORT: '6443' },
  };
  const resolver = await DnsPod.add('dns-resolver', [RESOLVER], surroundings);
  // This redirection replaces the Service, whose port 53 leads to another port of the pod.
  for (const protocol of ['udp', 'tcp']) {
    const rule = ['-p', protocol, '--dport', '53', '-j', 'REDIRECT', '--to-ports', '1053'];
    await run('ip', ['netns', 'exec', resolver.netns, 'iptables', '-t', 'nat', '-A', 'PREROUTING', ...rule]);
  }
  const upstreamAddresses = Object.values(UPSTREAMS).flatMap(({ addresses }) => addresses);
  const upstreams = await DnsPod.add('dns-beyond', [...upstreamAddresses, GRPC_CLIENT], surroundings);
  return {
    surroundings,
    client: await addHost('dns-client', [CLIENT]),
    serve: async coredns => {
      const running = [await resolver.serve(coredns, resolverFiles()), await upstreams.serve(coredns, { Corefile: upstreamCorefile() })];
      return async () => {
        await Promise.all(running.map(({ end }) => end()));
      };
    },
  };
}

/** Files in the ConfigMap of the resolver of the mesh. */
function resolverFiles(): { [path: string]: string } {
  const chart = new Chart(new App(), 'chart');
  const [name, namespace] = HOST.split('.');
  const exporters = [{ cluster: 'cluster2', gateways: [GatewayAddress.of('203.0.113.1')] }];
  const service = new RemoteService({ name, namespace, ports: [ServicePort.http('http', 80)], exporters });
  new GlobalDns(chart, 'dns', { istio: IstioRelease.V1_31, clusterIp: RESOLVER, services: [service] });
  return Testing.synth(chart).find(({ kind }) => kind === 'ConfigMap').data;
}

/** Corefile of the servers outside the cluster. */
function upstreamCorefile(): string {
  const servers = Object.entries(UPSTREAMS).map(([name, { addresses, answer }]) => [
    name === 'tls' ? 'tls://.:853 {\n    tls cert.pem key.pem' : '.:53 {',
    `    bind ${addresses.join(' ')}`,
    `    template IN A . {\n        answer "{{ .Name }} 60 IN A ${answer}"\n    }`,
    '    template IN TXT . {\n        answer "{{ .Name }} 60 IN TXT \\"{{ .Name }}\\""\n    }',
    '    template IN ANY . {\n        rcode NXDOMAIN\n    }\n}\n',
  ].join('\n'));
  return [...servers, `.:53 {\n    bind ${GRPC_CLIENT}\n    grpc . ${GRPC_SERVER}:8053\n}\n`].join('');
}

/** Files of a pod by path: access to the API server, certificates, and the address of the upstream server. */
async function files(kube: Kube): Promise<{ [path: string]: string }> {
  const folder = join(STATE, 'dns-pod');
  mkdirSync(folder);
  const [token, resolv, certificate, key] = ['token', 'resolv.conf', 'cert.pem', 'key.pem'].map(file => join(folder, file));
  writeFileSync(token, await coreDnsToken(kube));
  writeFileSync(resolv, `nameserver ${UPSTREAMS.resolvConf.addresses[0]}\n`);
  const name = ['-subj', `/CN=${SERVED_NAME}`, '-addext', `subjectAltName=DNS:${SERVED_NAME}`];
  const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', ...name];
  await run('openssl', [...request, '-keyout', key, '-out', certificate]);
  const secrets = '/var/run/secrets/kubernetes.io/serviceaccount';
  return {
    [`${secrets}/token`]: token,
    [`${secrets}/ca.crt`]: join(kube.folder, 'certs', 'apiserver.crt'),
    '/etc/resolv.conf': resolv,
    '/cert.pem': certificate,
    '/key.pem': key,
    // The pod trusts the upstream server with TLS as it trusts public servers.
    '/etc/ssl/certs/ca-certificates.crt': certificate,
  };
}

/** Returns a token of a service account with the permissions that kubeadm gives to CoreDNS. */
async function coreDnsToken(kube: Kube): Promise<string> {
  const name = 'coredns';
  const path = '/api/v1/namespaces/kube-system/serviceaccounts';
  const roles = '/apis/rbac.authorization.k8s.io/v1';
  const verbs = ['list', 'watch'];
  await until('the account of CoreDNS', () => kube.api('POST', path, { metadata: { name } }));
  await kube.api('POST', `${roles}/clusterroles`, {
    metadata: { name: 'system:coredns' },
    rules: [
      { apiGroups: [''], resources: ['endpoints', 'services', 'pods', 'namespaces'], verbs },
      { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs },
    ],
  });
  await kube.api('POST', `${roles}/clusterrolebindings`, {
    metadata: { name: 'system:coredns' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'system:coredns' },
    subjects: [{ kind: 'ServiceAccount', name, namespace: 'kube-system' }],
  });
  return kube.tokenOf('kube-system', name);
}
