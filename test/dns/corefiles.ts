/** Current content of a platform. */
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

/** Corefiles of platforms, and of the documentation of CoreDNS. */
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
    text: `.:53 {
    errors
    health {
        lameduck 5s
      }
    ready
${KUBERNETES}    prometheus :9153
    forward . /etc/resolv.conf
    cache 30
    loop
    reload
    loadbalance
}
`,
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
    name: 'k3s',
    text: `.:53 {
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
    text: `.:53 {
    errors
${KUBERNETES}    forward . /etc/resolv.conf
    cache 30
}
# the company's own zones
corp.example:53 consul.local:53 {
    errors
    cache 30
    forward . 10.1.1.1 10.1.1.2 {
        policy sequential
    }
}
`,
  },
  {
    name: 'snippets',
    text: `(common) {
    errors
    cache 30
    log
}

.:53 {
    import common
    forward . /etc/resolv.conf
}

internal.example:53 {
    import common
    forward . tls://9.9.9.9 {
        tls_servername dns.quad9.net
    }
}
`,
  },
  { name: 'environment', text: '{$ZONE}:{$PORT} {\n    errors\n    forward . {$UPSTREAM} {%OTHER%}\n}\n. {\n    forward . 1.1.1.1\n}\n' },
  {
    name: 'node-local',
    text: `cluster.local:53 {
    errors
    cache {
            success 9984 30
            denial 9984 5
    }
    reload
    loop
    bind 169.254.20.10 10.96.0.10
    forward . 10.96.0.11 {
            force_tcp
    }
    prometheus :9253
    health 169.254.20.10:8080
}
.:53 {
    errors
    cache 30
    reload
    loop
    bind 169.254.20.10 10.96.0.10
    forward . /etc/resolv.conf
    prometheus :9253
}
`,
  },
  {
    name: 'another port',
    text: `.:5353 {
    bufsize 1232
    errors
    log . {
        class error
    }
    health {
        lameduck 20s
    }
    forward . /etc/resolv.conf {
        policy sequential
    }
    cache 900 {
        denial 9984 30
    }
    reload
}
`,
  },
  {
    name: 'addresses over lines, quotes and comments',
    text: `# first
example.org:53,
example.com:53, example.net:53 { # trailing
    log . "{remote} \\"{name}\\" # no comment" {
        class all
    }
    forward . 1.1.1.1 # last
}

   # indented
.:53 {
  forward . 8.8.8.8
}

`,
  },
  { name: 'tabs and CRLF', text: '.:53 {\r\n\terrors\r\n\tcache\t30\r\n\tforward . 1.1.1.1\r\n}\r\n' },
  {
    name: 'rewrites and templates',
    text: `.:53 {
    rewrite name regex (.*)\\.my\\.example {1}.default.svc.cluster.local answer auto
    rewrite stop {
        name regex (.*)-(us-west-1)\\.example\\.org {1}.service.{2}.consul
        answer name (.*)\\.service\\.(us-west-1)\\.consul {1}-{2}.example.org
    }
    template IN A blocked.example {
        answer "{{ .Name }} 60 IN A 0.0.0.0"
    }
    forward . 1.1.1.1
}
`,
  },
  {
    name: 'DNS over TLS and gRPC',
    text: `tls://.:853 {
    tls cert.pem key.pem
    forward . 1.1.1.1
}
grpc://.:8053 {
    forward . 1.1.1.1
}
. {
    errors
    forward . dns://1.1.1.1
}
`,
  },
  { name: 'a reverse zone', text: '10.0.0.0/24 {\n    whoami\n}\n2001:db8::/64:53 {\n    whoami\n}\n.:53 {\n    forward . 1.1.1.1\n}\n' },
  {
    name: 'directives for other names',
    text: `.:53 {
    errors
    log global
    acl corp.example {
        block type ANY
    }
    rewrite name suffix .globalcorp.example .example.org
    rewrite name regex global\\.(.*)\\.alias\\.example {1}.example.org
    rewrite name exact shop.example catalog.shop.global
    rewrite ttl suffix global 30
    hosts {
        10.9.9.9 global.corp.example notglobal
        ttl 60
        fallthrough global corp.example
    }
    template IN A global.corp.example {
        match ^global\\.corp\\.
        answer "{{ .Name }} 60 IN A 10.9.9.8"
        fallthrough
    }
    template ANY HTTPS . {
        rcode NOERROR
    }
    forward . 1.1.1.1 {
        except other.global.example
    }
    cache 30 global
}
corp.global.example:53 {
    forward . 8.8.8.8
}
`,
  },
  {
    name: 'a longer zone',
    text: '.:53 {\n    forward . 1.1.1.1\n}\nbar.global:53 {\n    forward . 10.1.1.1\n}\n',
  },
  {
    name: 'directives for the zone on a port that pods do not ask',
    text: '.:53 {\n    forward . 1.1.1.1\n}\n.:5353 {\n    hosts {\n        10.9.9.9 catalog.shop.global\n    }\n}\n',
  },
  {
    name: 'views',
    text: `.:9053 {
    view nodes {
        expr incidr(client_ip(), '192.0.2.0/24')
    }
    whoami
}
.:9053 {
    errors
    forward . 1.1.1.1
}
`,
  },
  { name: 'byte order mark', text: '\ufeff.:53 {\n    forward . 1.1.1.1\n}\n' },
];

/** Corefile that the zone cannot be added to, and the reason that the error gives. */
export interface RefusedSample extends Sample {
  readonly reason: RegExp;
}

export const REFUSED: RefusedSample[] = [
  { name: 'an empty text', text: '', reason: /has no server/ },
  { name: 'only comments', text: '# nothing\n', reason: /has no server/ },
  { name: 'a server without braces', text: '.:53\nerrors\nforward . 1.1.1.1\n', reason: /last server has no braces/ },
  { name: 'an open quote', text: '.:53 {\n    forward . 1.1.1.1\n}\n"a.example\n', reason: /a quote is not closed/ },
  { name: 'an open brace', text: '.:53 {\n    errors\n', reason: /line 2: "}" is missing/ },
  { name: 'a brace too many', text: '.:53 {\n    errors }\n}\n', reason: /line 2: a "}" without a "{"/ },
  { name: 'a comma too many', text: 'a.example, {\n}\n', reason: /an address is missing/ },
  { name: 'two snippets of one name', text: '(a) {\n}\n(a) {\n}\n', reason: /declared twice: a/ },
  { name: 'an open brace in a snippet', text: '(a) {\n    errors {\n}\n', reason: /is missing/ },
  { name: 'an import without a name', text: '.:53 {\n    import\n}\n', reason: /without a name/ },
  { name: 'an import of two names', text: '.:53 {\n    import a b\n}\n', reason: /more than one/ },
  { name: 'a snippet that imports itself', text: '(a) {\n    import a\n}\n.:53 {\n    import a\n}\n', reason: /imports itself/ },
  { name: 'the name of a file', text: 'cluster1.corefile', reason: /looks like the name of a file/ },
  {
    name: 'a whole ConfigMap',
    text: 'apiVersion: v1\nkind: ConfigMap\ndata:\n  Corefile: |\n    .:53 {\n        errors\n    }\n',
    reason: /looks like a whole object/,
  },
  { name: 'only an address', text: '.:53', reason: /no block can be added/ },
  {
    name: 'root servers on different addresses',
    text: '.:53 {\n    bind 127.0.0.1\n    whoami\n}\n.:53 {\n    bind 127.0.0.2\n    whoami\n}\n',
    reason: /listen on different addresses: 127\.0\.0\.1; 127\.0\.0\.2/,
  },
  {
    name: 'a server block of another owner for the zone',
    text: '.:53 {\n    errors\n}\nGlobal.:53 {\n    forward . 10.9.9.9\n}\n',
    reason: /another server block for the zone: Global\.:53/,
  },
  ...[
    'forward global 10.9.9.9',
    'proxy Global. 10.9.9.9',
    'grpc bar.global 10.9.9.9',
    'hosts {\n        10.9.9.9 catalog.shop.global\n        fallthrough\n    }',
    'hosts {\n        ttl 60\n        fallthrough example.org\n        10.9.9.9 other.example catalog.shop.global\n    }',
    'hosts /etc/coredns/mesh global',
    'file /etc/coredns/mesh.db global',
    'template IN A global {\n        answer "{{ .Name }} 60 IN A 10.9.9.9"\n    }',
    'template IN A . {\n        match "^[a-z]+[.]shop[.]global[.]$"\n        rcode NXDOMAIN\n        fallthrough\n    }',
    'rewrite name suffix .global .example.org answer auto',
    'rewrite name catalog.shop.global catalog.shop.svc.cluster.local',
    'rewrite stop name regex (.*)\\.(mesh|global)\\.?$ {1}.svc.cluster.local',
    'rewrite continue {\n        name regex (.*)\\.shop\\.global {1}.shop.svc.cluster.local\n        answer auto\n    }',
    'acl global {\n        block\n    }',
  ].map(directive => ({
    name: `the root server with "${directive.replace(/\s+/g, ' ')}"`,
    text: `.:53 {\n    errors\n    forward . 1.1.1.1\n    ${directive}\n}\n`,
    reason: /a directive serves names of the zone already/,
  })),
];

/** Corefiles of node-local DNS caches, as their ConfigMaps hold them. The cache puts addresses in the place of its variables. */
export const NODE_CACHES: Sample[] = [
  {
    name: 'NodeLocal DNSCache of Kubernetes',
    text: ['cluster.local', 'in-addr.arpa', 'ip6.arpa'].map(zone => `${zone}:53 {
    errors
    cache 30
    reload
    loop
    bind 169.254.20.10 10.96.0.10
    forward . __PILLAR__CLUSTER__DNS__ {
            force_tcp
    }
    prometheus :9253
    }
`).join('') + `.:53 {
    errors
    cache 30
    reload
    loop
    bind 169.254.20.10 10.96.0.10
    forward . __PILLAR__UPSTREAM__SERVERS__
    prometheus :9253
    }
`,
  },
  {
    name: 'NodeLocal DNSCache with variables for its addresses',
    text: `cluster.local:53 {
    bind __PILLAR__LOCAL__DNS__ __PILLAR__DNS__SERVER__
    forward . __PILLAR__CLUSTER__DNS__
}
.:53 {
    bind __PILLAR__LOCAL__DNS__ __PILLAR__DNS__SERVER__
    forward . __PILLAR__UPSTREAM__SERVERS__
}
`,
  },
  {
    name: 'RKE2 with Cilium',
    text: `cluster.local:53 {
    errors
    bind 0.0.0.0
    forward . __PILLAR__CLUSTER__DNS__ {
            force_tcp
    }
    health
    }
.:53 {
    errors
    cache 30
    bind 0.0.0.0
    forward . __PILLAR__UPSTREAM__SERVERS__
    }
`,
  },
  {
    name: 'kubespray',
    text: `corp.example:53 {
    errors
    cache 30
    bind 169.254.25.10
    forward . 10.1.1.1
    prometheus {$MY_HOST_IP}:9253
    log
}
cluster.local:53 {
    errors
    cache {
        success 9984 30
        denial 9984 5
    }
    reload
    loop
    bind 169.254.25.10
    forward . 10.96.0.11 {
        force_tcp
    }
    prometheus {$MY_HOST_IP}:9253
    health 169.254.25.10:9254
}
.:53 {
    errors
    cache 30
    reload
    loop
    bind 169.254.25.10
    forward . /etc/resolv.conf
    prometheus {$MY_HOST_IP}:9253
}
`,
  },
];

/** Stub domains of kube-dns. */
export const STUB_DOMAINS: Sample[] = [
  { name: 'none', text: '{}' },
  { name: 'none, over lines', text: '{\n}\n' },
  { name: 'one', text: '{"corp.example": ["10.1.1.1"]}\n' },
  { name: 'several, over lines', text: '{\n  "corp.example": ["10.1.1.1", "10.1.1.2"],\n  "consul.local" : [ "10.150.0.1" ]\n}\n' },
  { name: 'minified', text: '{"a.example":["10.0.0.1:5353"],"b.example":[]}' },
  { name: 'escapes', text: '{"corp\\u002eexample": ["10.0.0.1"], "b.example": ["10.0.0.2\\u003a53"]}\n' },
];

/** Values of RKE2's CoreDNS chart. */
export const RKE2_VALUES: Sample[] = [
  {
    name: 'the chart\'s own servers',
    text: `servers:
- zones:
  - zone: .
    use_tcp: true
  port: 53
  plugins:
  - name: errors
  - name: health
    configBlock: |-
      lameduck 10s
  - name: ready
  - name: kubernetes
    parameters: cluster.local cluster.local in-addr.arpa ip6.arpa
    configBlock: |-
      pods insecure
      fallthrough in-addr.arpa ip6.arpa
      ttl 30
  - name: forward
    parameters: . /etc/resolv.conf
`,
  },
  {
    name: 'indented, with values around it',
    text: `replicaCount: 3
servers:  # all of them
  - zones:
      - zone: .
    port: 53
    plugins:
      - name: forward
        parameters: . 1.1.1.1

# after it
nodelocal:
  enabled: true`,
  },
  { name: 'servers last, no newline at the end', text: 'a: 1\nservers:\n- zones: [{zone: .}]\n  port: 53\n  plugins: []' },
];
