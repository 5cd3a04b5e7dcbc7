/** Something that a DNS server is asked, and what it has to say. */
export interface Question {
  readonly name: string;
  readonly type: string;
  readonly status: string;
  /** The data of the records that answer it; their owner is the name that was asked. */
  readonly data: string[];
  /** Records beside the answer, as "owner type data". */
  readonly beside?: string[];
  /** How it is asked, in options of dig. Over UDP and over TCP when not said. */
  readonly transports?: string[];
  /** Another port than that of the platform's pods. */
  readonly port?: string;
  /** Another address than those of the server. */
  readonly server?: string;
}

/** What the DNS of a platform answers, and where. */
export interface Platform {
  /** The addresses that its Corefile binds, which it is asked at. */
  readonly addresses?: string[];
  /** 53 when not said. */
  readonly port?: string;
  readonly questions: Question[];
}

/** DNS servers beyond the cluster: each answers every name with an address of its own, so that an answer tells who was asked. */
export const UPSTREAMS = {
  resolvConf: { addresses: ['10.60.0.53'], answer: '192.0.2.1' },
  one: { addresses: ['1.1.1.1'], answer: '192.0.2.11' },
  eight: { addresses: ['8.8.8.8'], answer: '192.0.2.88' },
  // A forward to both may ask either.
  company: { addresses: ['10.1.1.1', '10.1.1.2'], answer: '192.0.2.10' },
  kubeDns: { addresses: ['10.96.0.11'], answer: '192.0.2.96' },
  tls: { addresses: ['9.9.9.9'], answer: '192.0.2.99' },
};
/** Who asks. */
export const CLIENT = '10.60.0.3';
/** A DNS server that asks the one with gRPC over it. */
export const GRPC_CLIENT = '10.60.0.54';
export const GRPC_SERVER = '10.60.2.53';
export const KUBERNETES_IP = '10.61.128.1';

/** What a pod finds beside the Corefile. */
export const BESIDE_COREFILE = {
  'NodeHosts': '10.61.9.1 node1\n',
  'custom/mine.override': 'template IN A overridden.example {\n    answer "{{ .Name }} 60 IN A 198.51.100.1"\n    fallthrough\n}\n',
  'custom/mine.server': 'imported.example:53 {\n    template IN A . {\n        answer "{{ .Name }} 60 IN A 198.51.100.2"\n    }\n}\n',
};
/** What its variables hold. */
export const VARIABLES = { ZONE: 'example.org', PORT: '53', UPSTREAM: '10.1.1.1', OTHER: '10.1.1.2' };

const found = (name: string, type: string, ...data: string[]): Question => ({ name, type, status: 'NOERROR', data });
const missing = (name: string): Question => ({ name, type: 'A', status: 'NXDOMAIN', data: [] });
const forwarded = (name: string, upstream: keyof typeof UPSTREAMS): Question => found(name, 'A', UPSTREAMS[upstream].answer);
/** The upstream says by which name it was asked. */
const forwardedAs = (name: string, as: string): Question => found(name, 'TXT', `"${as}."`);
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

/** Where nothing serves a name. */
export const NOTHING: Question = { name: 'example.org', type: 'A', status: 'REFUSED', data: [] };

/** What each Corefile of the corpus answers, by its name there. */
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
      // The zone is added where pods ask, over plain DNS: its names are answered as before by servers of other transports.
      ...['example.net', 'catalog.shop.global'].flatMap(name => [
        { ...forwarded(name, 'one'), transports: ['+tls'], port: '853' },
        { ...forwarded(name, 'one'), server: GRPC_CLIENT },
      ]),
    ],
  },
  'a reverse zone': {
    questions: [whoami('1.0.0.10.in-addr.arpa'), whoami(`1.${'0.'.repeat(23)}8.b.d.0.1.0.0.2.ip6.arpa`), forwarded('example.org', 'one')],
  },
  'byte order mark': { questions: [forwarded('example.org', 'one')] },
};
