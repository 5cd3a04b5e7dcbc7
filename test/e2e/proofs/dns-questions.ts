/** A query to a DNS server, with the expected answer. */
export interface Question {
  readonly name: string;
  readonly type: string;
  readonly status: string;
  /** Data of the records in the answer. The owner of each is the name of the query. */
  readonly data: string[];
  /** Additional records, as "owner type data". */
  readonly beside?: string[];
  /**
   * Options of dig for the transports.
   * @default - UDP and TCP
   */
  readonly transports?: string[];
  /**
   * Port of the query.
   * @default - the port of the platform
   */
  readonly port?: string;
  /**
   * Address of the query.
   * @default - each address of the platform
   */
  readonly server?: string;
}

/** Queries to the DNS of a platform, and its addresses. */
export interface Platform {
  /** Addresses that its Corefile binds, to which the queries go. */
  readonly addresses?: string[];
  /** @default - 53 */
  readonly port?: string;
  readonly questions: Question[];
}

/** DNS servers outside the cluster. Each answers every name with its own address, so that an answer identifies the server. */
export const UPSTREAMS = {
  resolvConf: { addresses: ['10.60.0.53'], answer: '192.0.2.1' },
  one: { addresses: ['1.1.1.1'], answer: '192.0.2.11' },
  eight: { addresses: ['8.8.8.8'], answer: '192.0.2.88' },
  // A forward to both servers may use either.
  company: { addresses: ['10.1.1.1', '10.1.1.2'], answer: '192.0.2.10' },
  kubeDns: { addresses: ['10.96.0.11'], answer: '192.0.2.96' },
  tls: { addresses: ['9.9.9.9'], answer: '192.0.2.99' },
};
/** Address of the client. */
export const CLIENT = '10.60.0.3';
/** Address of a DNS server that forwards queries to GRPC_SERVER over gRPC. */
export const GRPC_CLIENT = '10.60.0.54';
export const GRPC_SERVER = '10.60.2.53';
export const KUBERNETES_IP = '10.61.128.1';

/** Files beside the Corefile in a pod. */
export const BESIDE_COREFILE = {
  'NodeHosts': '10.61.9.1 node1\n',
  'custom/mine.override': 'template IN A overridden.example {\n    answer "{{ .Name }} 60 IN A 198.51.100.1"\n    fallthrough\n}\n',
  'custom/mine.server': 'imported.example:53 {\n    template IN A . {\n        answer "{{ .Name }} 60 IN A 198.51.100.2"\n    }\n}\n',
};
/** Environment variables of a pod. */
export const VARIABLES = { ZONE: 'example.org', PORT: '53', UPSTREAM: '10.1.1.1', OTHER: '10.1.1.2', MY_HOST_IP: '' };

const found = (name: string, type: string, ...data: string[]): Question => ({ name, type, status: 'NOERROR', data });
const missing = (name: string): Question => ({ name, type: 'A', status: 'NXDOMAIN', data: [] });
const forwarded = (name: string, upstream: keyof typeof UPSTREAMS): Question => found(name, 'A', UPSTREAMS[upstream].answer);
/** A query that is rewritten to another name, which the upstream server returns. */
const forwardedAs = (name: string, rewritten: string): Question => found(name, 'TXT', `"${rewritten}."`);
const whoami = (name: string): Question => ({
  ...found(name, 'A'),
  beside: [`${name}. A ${CLIENT}`, `_udp.${name}. SRV 0 0 port .`],
  transports: ['+notcp'],
});

const KUBERNETES: Question[] = [
  found('kubernetes.default.svc.cluster.local', 'A', KUBERNETES_IP),
  {
    ...found('_https._tcp.kubernetes.default.svc.cluster.local', 'SRV', '0 100 443 kubernetes.default.svc.cluster.local.'),
    beside: [`kubernetes.default.svc.cluster.local. A ${KUBERNETES_IP}`],
  },
  found('1.128.61.10.in-addr.arpa', 'PTR', 'kubernetes.default.svc.cluster.local.'),
  found('10-61-1-1.default.pod.cluster.local', 'A', '10.61.1.1'),
  missing('nobody.default.svc.cluster.local'),
];
const CUSTOM = [found('overridden.example', 'A', '198.51.100.1'), found('imported.example', 'A', '198.51.100.2')];
const USUAL = [...KUBERNETES, forwarded('example.org', 'resolvConf')];

/** A query for a name that no server block serves. */
export const NOT_SERVED: Question = { name: 'example.org', type: 'A', status: 'REFUSED', data: [] };

/** Queries for a node-local DNS cache, by the name of its Corefile in the corpus. */
export function nodeCacheQuestions(name: string): Question[] {
  const usual = [forwarded('kubernetes.default.svc.cluster.local', 'kubeDns'), forwarded('example.org', 'resolvConf')];
  return name === 'kubespray' ? [...usual, forwarded('host.corp.example', 'company')] : usual;
}

/** Queries for each Corefile of the corpus, by its name in the corpus. */
export const PLATFORMS: { [name: string]: Platform } = {
  'kubeadm': { questions: USUAL },
  'kubeadm, no newline at the end': { questions: USUAL },
  'EKS': { questions: USUAL },
  'AKS': { questions: [...USUAL, ...CUSTOM, missing('a.b.c.d.internal.cloudapp.net'), forwarded('a.internal.cloudapp.net', 'resolvConf')] },
  'k3s': { questions: [...USUAL, ...CUSTOM, found('node1', 'A', '10.61.9.1')] },
  'stub domains of a company': {
    questions: [...USUAL, forwarded('host.corp.example', 'company'), forwarded('host.consul.local', 'company')],
  },
  'snippets': { questions: [forwarded('example.org', 'resolvConf'), forwarded('host.internal.example', 'tls')] },
  'environment': { questions: [forwarded('example.org', 'company'), forwarded('example.net', 'one')] },
  'node-local': {
    addresses: ['169.254.20.10', '10.96.0.10'],
    questions: [forwarded('kubernetes.default.svc.cluster.local', 'kubeDns'), forwarded('example.org', 'resolvConf')],
  },
  'another port': { port: '5353', questions: [forwarded('example.org', 'resolvConf')] },
  'addresses over lines, quotes and comments': {
    questions: [...['example.org', 'example.com', 'example.net'].map(name => forwarded(name, 'one')), forwarded('corp.example', 'eight')],
  },
  'tabs and CRLF': { questions: [forwarded('example.org', 'one')] },
  'rewrites and templates': {
    questions: [
      forwarded('catalog.my.example', 'one'), forwardedAs('catalog.my.example', 'catalog.default.svc.cluster.local'),
      forwarded('db-us-west-1.example.org', 'one'), forwardedAs('db-us-west-1.example.org', 'db.service.us-west-1.consul'),
      found('blocked.example', 'A', '0.0.0.0'), forwarded('example.org', 'one'),
    ],
  },
  'DNS over TLS and gRPC': {
    addresses: [GRPC_SERVER],
    questions: [
      forwarded('example.org', 'one'),
      // The library adds the zone to plain DNS, which pods use. Servers of other transports answer its names as before.
      ...['example.net', 'catalog.shop.global'].flatMap(name => [
        { ...forwarded(name, 'one'), transports: ['+tls'], port: '853' },
        { ...forwarded(name, 'one'), server: GRPC_CLIENT },
      ]),
    ],
  },
  'a reverse zone': {
    questions: [whoami('1.0.0.10.in-addr.arpa'), whoami(`1.${'0.'.repeat(23)}8.b.d.0.1.0.0.2.ip6.arpa`), forwarded('example.org', 'one')],
  },
  'directives for other names': {
    questions: [
      found('global.corp.example', 'A', '10.9.9.8'), found('notglobal', 'A', '10.9.9.9'), forwarded('shop.example', 'one'),
      forwarded('host.corp.global.example', 'eight'), found('example.org', 'HTTPS'),
    ],
  },
  'a longer zone': { questions: [forwarded('host.bar.global', 'company'), forwarded('example.org', 'one')] },
  'directives for the zone on a port that pods do not ask': {
    questions: [forwarded('example.org', 'one'), { ...found('catalog.shop.global', 'A', '10.9.9.9'), port: '5353' }],
  },
  'views': { port: '9053', questions: [forwarded('example.org', 'one')] },
  'byte order mark': { questions: [forwarded('example.org', 'one')] },
};
