/** A Corefile as clusters have it. */
export interface Sample {
  readonly name: string;
  readonly text: string;
}

const KUBERNETES = `    kubernetes cluster.local in-addr.arpa ip6.arpa {
       pods insecure
       fallthrough in-addr.arpa ip6.arpa
       ttl 30
    }
`;

/** Corefiles in the shapes that platforms and their guides document. */
export const COREFILES: Sample[] = [
  {
    name: 'kubeadm',
    text: `.:53 {
    errors
    health {
       lameduck 5s
    }
    ready
${KUBERNETES}    prometheus :9153
    forward . /etc/resolv.conf {
       max_concurrent 1000
    }
    cache 30 {
       disable success cluster.local
       disable denial cluster.local
    }
    loop
    reload
    loadbalance
}
`,
  },
  {
    name: 'kubeadm, no newline at the end',
    text: `.:53 {\n    errors\n    ready\n${KUBERNETES}    forward . /etc/resolv.conf\n    cache 30\n}`,
  },
  {
    name: 'EKS',
    text: `.:53 {\n    errors\n    health {\n        lameduck 5s\n      }\n    ready\n${KUBERNETES}    prometheus :9153\n    forward . /etc/resolv.conf\n    cache 30\n    loop\n    reload\n    loadbalance\n}\n`,
  },
  {
    name: 'AKS',
    text: `.:53 {
    errors
    ready
    health {
      lameduck 5s
    }
${KUBERNETES}    prometheus :9153
    forward . /etc/resolv.conf
    cache 30
    loop
    reload
    loadbalance
    import custom/*.override
    template ANY ANY internal.cloudapp.net {
      match "^(?:[^.]+\\.){4,}internal\\.cloudapp\\.net\\.$"
      rcode NXDOMAIN
      fallthrough
    }
}
import custom/*.server
`,
  },
  {
    name: 'k3s', text: `.:53 {
    errors
    health
    ready
    kubernetes cluster.local in-addr.arpa ip6.arpa {
      pods insecure
      fallthrough in-addr.arpa ip6.arpa
    }
    hosts /etc/coredns/NodeHosts {
      ttl 60
      reload 15s
      fallthrough
    }
    prometheus :9153
    cache 30
    loop
    reload
    loadbalance
    import /etc/coredns/custom/*.override
    forward . /etc/resolv.conf
}
import /etc/coredns/custom/*.server
`,
  },
  {
    name: 'stub domains of a company',
    text: `.:53 {\n    errors\n${KUBERNETES}    forward . /etc/resolv.conf\n    cache 30\n}\n# the company's own zones\ncorp.example:53 consul.local:53 {\n    errors\n    cache 30\n    forward . 10.1.1.1 10.1.1.2 {\n        policy sequential\n    }\n}\n`,
  },
  {
    name: 'snippets',
    text: '(common) {\n    errors\n    cache 30\n    log\n}\n\n.:53 {\n    import common\n    forward . /etc/resolv.conf\n}\n\ninternal.example:53 {\n    import common\n    forward . tls://9.9.9.9 {\n        tls_servername dns.quad9.net\n    }\n}\n',
  },
  { name: 'environment', text: '{$ZONE}:{$PORT} {\n    errors\n    forward . {$UPSTREAM} {%OTHER%}\n}\n. {\n    forward . 1.1.1.1\n}\n' },
  {
    name: 'node-local',
    text: 'cluster.local:53 {\n    errors\n    cache {\n            success 9984 30\n            denial 9984 5\n    }\n    reload\n    loop\n    bind 169.254.20.10 10.96.0.10\n    forward . 10.96.0.11 {\n            force_tcp\n    }\n    prometheus :9253\n    health 169.254.20.10:8080\n}\n.:53 {\n    errors\n    cache 30\n    reload\n    loop\n    bind 169.254.20.10 10.96.0.10\n    forward . /etc/resolv.conf\n    prometheus :9253\n}\n',
  },
  {
    name: 'another port',
    text: '.:5353 {\n    bufsize 1232\n    errors\n    log . {\n        class error\n    }\n    health {\n        lameduck 20s\n    }\n    forward . /etc/resolv.conf {\n        policy sequential\n    }\n    cache 900 {\n        denial 9984 30\n    }\n    reload\n}\n',
  },
  {
    name: 'addresses over lines, quotes and comments',
    text: '# first\nexample.org:53,\nexample.com:53, example.net:53 { # trailing\n    log . "{remote} \\"{name}\\" # no comment" {\n        class all\n    }\n    forward . 1.1.1.1 # last\n}\n\n   # indented\n.:53 {\n  forward . 8.8.8.8\n}\n\n',
  },
  { name: 'tabs and CRLF', text: '.:53 {\r\n\terrors\r\n\tcache\t30\r\n\tforward . 1.1.1.1\r\n}\r\n' },
  {
    name: 'rewrites and templates',
    text: '.:53 {\n    rewrite name regex (.*)\\.my\\.example {1}.default.svc.cluster.local answer auto\n    rewrite stop {\n        name regex (.*)-(us-west-1)\\.example\\.org {1}.service.{2}.consul\n        answer name (.*)\\.service\\.(us-west-1)\\.consul {1}-{2}.example.org\n    }\n    template IN A blocked.example {\n        answer "{{ .Name }} 60 IN A 0.0.0.0"\n    }\n    forward . 1.1.1.1\n}\n',
  },
  {
    name: 'DNS over TLS and gRPC',
    text: 'tls://.:853 {\n    tls cert.pem key.pem\n    forward . 1.1.1.1\n}\ngrpc://.:8053 {\n    forward . 1.1.1.1\n}\n. {\n    errors\n    forward . dns://1.1.1.1\n}\n',
  },
  { name: 'a reverse zone', text: '10.0.0.0/24 {\n    whoami\n}\n2001:db8::/64:53 {\n    whoami\n}\n.:53 {\n    forward . 1.1.1.1\n}\n' },
  { name: 'byte order mark', text: '\ufeff.:53 {\n    forward . 1.1.1.1\n}\n' },
];

/** Corefiles to which nothing can be added, and why. */
export const REFUSED: Array<Sample & { readonly why: RegExp }> = [
  { name: 'nothing', text: '', why: /has no server/ },
  { name: 'comments alone', text: '# nothing\n', why: /has no server/ },
  { name: 'no braces', text: '.:53\nerrors\nforward . 1.1.1.1\n', why: /has no braces/ },
  { name: 'a quote that is not closed', text: '.:53 {\n    forward . 1.1.1.1\n}\n"a.example\n', why: /quote in it is not closed/ },
  { name: 'a brace that is not closed', text: '.:53 {\n    errors\n', why: /line 2: "}" is missing/ },
  { name: 'a brace too many', text: '.:53 {\n    errors }\n}\n', why: /closes nothing/ },
  { name: 'a comma too many', text: 'a.example, {\n}\n', why: /an address is missing/ },
  { name: 'a snippet twice', text: '(a) {\n}\n(a) {\n}\n', why: /declared twice/ },
  { name: 'a snippet that is not closed', text: '(a) {\n    errors {\n}\n', why: /is missing/ },
  { name: 'import of nothing', text: '.:53 {\n    import\n}\n', why: /without a name/ },
  { name: 'import of two', text: '.:53 {\n    import a b\n}\n', why: /more than one/ },
  { name: 'a snippet that imports itself', text: '(a) {\n    import a\n}\n.:53 {\n    import a\n}\n', why: /without end/ },
  { name: 'the name of a file', text: 'cluster1.corefile', why: /looks like the name of a file/ },
  {
    name: 'a whole ConfigMap',
    text: 'apiVersion: v1\nkind: ConfigMap\ndata:\n  Corefile: |\n    .:53 {\n        errors\n    }\n',
    why: /looks like a whole object/,
  },
  { name: 'addresses alone', text: '.:53', why: /nothing can be added/ },
  {
    name: 'root servers on different addresses',
    text: '.:53 {\n    bind 127.0.0.1\n    whoami\n}\n.:53 {\n    bind 127.0.0.2\n    whoami\n}\n',
    why: /listen on different addresses: 127\.0\.0\.1; 127\.0\.0\.2/,
  },
  {
    name: 'the zone of another',
    text: '.:53 {\n    errors\n}\nGlobal.:53 {\n    forward . 10.9.9.9\n}\n',
    why: /another server block for global/,
  },
];

/** Stub domains of kube-dns. */
export const STUB_DOMAINS: Sample[] = [
  { name: 'none', text: '{}' },
  { name: 'none, over lines', text: '{\n}\n' },
  { name: 'one', text: '{"corp.example": ["10.1.1.1"]}\n' },
  { name: 'several, over lines', text: '{\n  "corp.example": ["10.1.1.1", "10.1.1.2"],\n  "consul.local" : [ "10.150.0.1" ]\n}\n' },
  { name: 'minified', text: '{"a.example":["10.0.0.1:5353"],"b.example":[]}' },
  { name: 'escapes', text: '{"caf\\u00e9.example": ["10.0.0.1"], "}.example": ["10.0.0.2"]}\n' },
];

/** Values of RKE2's CoreDNS chart. */
export const RKE2_VALUES: Sample[] = [
  {
    name: 'the chart\'s own servers',
    text: 'servers:\n- zones:\n  - zone: .\n    use_tcp: true\n  port: 53\n  plugins:\n  - name: errors\n  - name: health\n    configBlock: |-\n      lameduck 10s\n  - name: ready\n  - name: kubernetes\n    parameters: cluster.local cluster.local in-addr.arpa ip6.arpa\n    configBlock: |-\n      pods insecure\n      fallthrough in-addr.arpa ip6.arpa\n      ttl 30\n  - name: forward\n    parameters: . /etc/resolv.conf\n',
  },
  {
    name: 'indented, with values around it',
    text: 'replicaCount: 3\nservers:  # all of them\n  - zones:\n      - zone: .\n    port: 53\n    plugins:\n      - name: forward\n        parameters: . 1.1.1.1\n\n# after it\nnodelocal:\n  enabled: true',
  },
  { name: 'servers last, no newline at the end', text: 'a: 1\nservers:\n- zones: [{zone: .}]\n  port: 53\n  plugins: []' },
];
