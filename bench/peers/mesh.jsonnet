// The mesh for go-jsonnet: one JSON file for each object. External variables: clusters, imports.
local CLUSTERS = std.extVar('clusters');
local IMPORTS = std.extVar('imports');
local EXPORTS_EACH = std.ceil(IMPORTS / (CLUSTERS - 1));

// The VIP of a host: its hash within 240.0.0.0/4, without the addresses that Istio or the network use.
local vipOf(host, attempt=0) =
  local number = std.parseHex(std.sha256(attempt + ' ' + host)[57:64]);
  local address = std.join('.', [
    std.toString(octet)
    for octet in [
      240 + std.floor(number / 16777216),
      std.floor(number / 65536) % 256,
      std.floor(number / 256) % 256,
      number % 256,
    ]
  ]);
  local isTaken = std.startsWith(address, '240.240.') || address == '240.0.0.0' || address == '255.255.255.255';
  if isTaken then vipOf(host, attempt + 1) else address;

local services = [
  {
    cluster: i,
    name: 'service-' + i + '-' + n,
    host: self.name + '.shop.global',
    vip: vipOf(self.host),
    gateway: '198.18.' + std.floor(i / 256) + '.' + (i % 256),
  }
  for i in std.range(0, CLUSTERS - 1)
  for n in std.range(0, EXPORTS_EACH - 1)
];

local object(kind, name, namespace, spec) = {
  apiVersion: 'networking.istio.io/v1',
  kind: kind,
  metadata: {
    name: name,
    namespace: namespace,
    labels: { 'app.kubernetes.io/managed-by': 'cdk8s-istio-multicluster', 'app.kubernetes.io/part-of': 'mesh1' },
  },
  spec: spec,
};

local exported(service) = object('Gateway', 'mesh-' + service.name + '-shop', 'istio-system', {
  selector: { istio: 'ingressgateway' },
  servers: [{
    port: { number: 15443, name: 'tls', protocol: 'TLS' },
    tls: { mode: 'AUTO_PASSTHROUGH' },
    hosts: [service.name + '.shop.svc.cluster.local'],
  }],
});

local imported(service) = [
  object('DestinationRule', service.name + '-shop', 'shop', {
    host: service.host,
    exportTo: ['.'],
    trafficPolicy: {
      connectionPool: { tcp: { connectTimeout: '5s', tcpKeepalive: { time: '60s', interval: '10s', probes: 3 } } },
      outlierDetection: {
        splitExternalLocalOriginErrors: true,
        consecutiveLocalOriginFailures: 2,
        consecutive5xxErrors: 0,
        interval: '1s',
        baseEjectionTime: '30s',
        maxEjectionPercent: 100,
        minHealthPercent: 1,
      },
      tls: { mode: 'ISTIO_MUTUAL', sni: 'outbound_.8000_._.' + service.name + '.shop.svc.cluster.local' },
    },
  }),
  object('VirtualService', service.name + '-shop', 'shop', {
    hosts: [service.host],
    exportTo: ['.'],
    http: [{ route: [{ destination: { host: service.host } }] }],
  }),
  object('ServiceEntry', service.name + '-shop', 'shop', {
    hosts: [service.host],
    exportTo: ['.'],
    location: 'MESH_INTERNAL',
    resolution: 'STATIC',
    addresses: [service.vip],
    ports: [{ name: 'http', number: 8000, protocol: 'HTTP' }],
    subjectAltNames: ['spiffe://cluster.local/ns/shop/sa/web'],
    endpoints: [{ address: service.gateway, ports: { http: 15443 } }],
  }),
];

{
  ['cluster-' + i + '/' + o.kind + '_' + o.metadata.namespace + '_' + o.metadata.name + '.json']: o
  for i in std.range(0, CLUSTERS - 1)
  for o in
    [exported(service) for service in services if service.cluster == i]
    + std.flatMap(imported, [service for service in services if service.cluster != i][0:IMPORTS])
}
