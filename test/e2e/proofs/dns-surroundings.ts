import { mkdirSync, writeFileSync } from 'fs';
import { join } from 'path';
import { Chart, Testing } from 'cdk8s';
import { GatewayAddress, GlobalDns, IstioRelease, RemoteService, ServicePort, VipRange } from '../../../src';
import { DnsPod, Surroundings } from '../cluster/dns-pod';
import { Kube } from '../cluster/kube';
import { addHost, STATE, until } from '../cluster/machine';
import { run } from '../process';
import { CLIENT, GRPC_CLIENT, GRPC_SERVER, Question, UPSTREAMS, VARIABLES } from './dns-questions';

/** The clusterIP of the mesh's resolver. */
export const RESOLVER = '10.96.0.53';
const HOST = 'catalog.shop.global';
const SERVED_NAME = 'dns.quad9.net';

/** What the zone of the mesh has to be answered with. */
export const OF_THE_ZONE: Question[] = [
  { name: HOST, type: 'A', status: 'NOERROR', data: VipRange.ipv4().addressesOf(HOST) },
  { name: HOST, type: 'AAAA', status: 'NOERROR', data: [] },
  { name: 'nobody.shop.global', type: 'A', status: 'NXDOMAIN', data: [] },
];

/** All that DNS servers of a platform ask, without them. */
export interface World {
  /** What a pod of such a server finds in it. */
  readonly surroundings: Surroundings;
  /** The network of the one who asks. */
  readonly client: string;
  /** Starts the mesh's resolver and the servers beyond the cluster with a CoreDNS; returns what ends them. */
  readonly serve: (coredns: string) => Promise<() => Promise<void>>;
}

/** Brings up an API server, and makes the hosts of the mesh's resolver and of DNS servers beyond the cluster. */
export async function makeWorld(program: (name: string) => string): Promise<World> {
  const kube = new Kube('cluster1', '10.61', program);
  await kube.start();
  const surroundings = {
    files: await files(kube),
    env: { ...VARIABLES, KUBERNETES_SERVICE_HOST: kube.address, KUBERNETES_SERVICE_PORT: '6443' },
  };
  const resolver = await DnsPod.add('dns-resolver', [RESOLVER], surroundings);
  // Stands in for the Service: its port is 53, that of the pod is not.
  for (const protocol of ['udp', 'tcp']) {
    await run(
      'ip',
      [
        'netns',
        'exec',
        resolver.netns,
        'iptables',
        '-t',
        'nat',
        '-A',
        'PREROUTING',
        '-p',
        protocol,
        '--dport',
        '53',
        '-j',
        'REDIRECT',
        '--to-ports',
        '1053',
      ],
    );
  }
  const beyond = await DnsPod.add(
    'dns-beyond',
    [...Object.values(UPSTREAMS).flatMap(({ addresses }) => addresses), GRPC_CLIENT],
    surroundings,
  );
  return {
    surroundings,
    client: await addHost('dns-client', [CLIENT]),
    serve: async coredns => {
      const running = [await resolver.serve(coredns, ownDns()), await beyond.serve(coredns, { Corefile: beyondCorefile() })];
      return async () => {
        await Promise.all(running.map(({ end }) => end()));
      };
    },
  };
}

/** The files of the mesh's resolver, as its ConfigMap has them. */
function ownDns(): { [path: string]: string } {
  const chart = new Chart(Testing.app(), 'chart');
  const [name, namespace] = HOST.split('.');
  const service = new RemoteService(
    {
      name,
      namespace,
      ports: [ServicePort.http('http', 80)],
      exporters: [{ cluster: 'cluster2', gateways: [GatewayAddress.of('203.0.113.1')] }],
    },
  );
  new GlobalDns(chart, 'dns', { istio: IstioRelease.V1_31, clusterIp: RESOLVER, services: [service] });
  return Testing.synth(chart).find(({ kind }) => kind === 'ConfigMap').data;
}

function beyondCorefile(): string {
  const servers = Object.entries(UPSTREAMS).map(([name, { addresses, answer }]) => [
    name === 'tls' ? 'tls://.:853 {\n    tls cert.pem key.pem' : '.:53 {',
    `    bind ${addresses.join(' ')}`,
    `    template IN A . {\n        answer "{{ .Name }} 60 IN A ${answer}"\n    }`,
    '    template IN TXT . {\n        answer "{{ .Name }} 60 IN TXT \\"{{ .Name }}\\""\n    }',
    '    template IN ANY . {\n        rcode NXDOMAIN\n    }\n}\n',
  ].join('\n'));
  return [...servers, `.:53 {\n    bind ${GRPC_CLIENT}\n    grpc . ${GRPC_SERVER}:8053\n}\n`].join('');
}

/** What a kubelet and an administrator put into the pod: access to the API server, certificates, and who is asked for other names. */
async function files(kube: Kube): Promise<{ [path: string]: string }> {
  const folder = join(STATE, 'dns-pod');
  mkdirSync(folder);
  const [token, resolv, certificate, key] = ['token', 'resolv.conf', 'cert.pem', 'key.pem'].map(file => join(folder, file));
  writeFileSync(token, await account(kube));
  writeFileSync(resolv, `nameserver ${UPSTREAMS.resolvConf.addresses[0]}\n`);
  await run('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', certificate, '-days', '1',
    '-subj', `/CN=${SERVED_NAME}`, '-addext', `subjectAltName=DNS:${SERVED_NAME}`]);
  const secrets = '/var/run/secrets/kubernetes.io/serviceaccount';
  return {
    [`${secrets}/token`]: token,
    [`${secrets}/ca.crt`]: join(kube.folder, 'certs', 'apiserver.crt'),
    '/etc/resolv.conf': resolv,
    '/cert.pem': certificate,
    '/key.pem': key,
    // The server with TLS beyond the cluster is trusted as a public one is.
    '/etc/ssl/certs/ca-certificates.crt': certificate,
  };
}

/** A token of a service account that may do what kubeadm lets CoreDNS do. */
async function account(kube: Kube): Promise<string> {
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
