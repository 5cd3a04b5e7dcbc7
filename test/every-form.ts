import { App, Duration } from 'cdk8s';
import {
  AllowedCaller, ClusterDns, EgressGateway, ExportedService, GatewayAddress, GatewayService, StringMatch, ImportPath, IstioRelease,
  Mesh, MeshCluster, MeshClusterOptions, Routing, ServicePort, ServiceVersion, VipRange,
} from '../src';

const VERSIONS = [ServiceVersion.of('v1'), ServiceVersion.of('v2')];

/**
 * A mesh with every form of export and import, for tests that must hold for any declaration: three clusters, gateways by
 * address, hostname and node port, a service of two clusters, versions, egress gateways and policies.
 */
export function everyForm(app: App, istio = IstioRelease.V1_31): Mesh {
  const mesh = new Mesh(app, 'mesh', { istio, meshId: 'every-form' });
  const [east, west, edge] = clusters(mesh);
  const http = [ServicePort.http('http', 8000)];

  const plain = west.exportService('plain', { namespace: 'shop', ports: http, serviceAccount: 'plain' });
  const ports = west.exportService('ports', {
    namespace: 'shop',
    ports: [
      ServicePort.http('http', 80),
      ServicePort.http2('http2', 81),
      ServicePort.grpc('grpc', 82),
      ServicePort.tcp('tcp', 83),
      ServicePort.tls('tls', 84),
      ServicePort.https('https', 443),
      ServicePort.mongo('mongo', 27017),
      ServicePort.redis('redis', 6379),
      ServicePort.mysql('mysql', 3306),
    ],
    versions: VERSIONS,
  });
  const guarded = edge.exportService('guarded', {
    namespace: 'team-a',
    ports: [ServicePort.tcp('tcp', 9000)],
    serviceAccount: 'guarded',
    workloadSelector: { app: 'guarded' },
    allow: [AllowedCaller.serviceAccount('foo', 'sleep'), AllowedCaller.namespace('via-egress')],
    strictMtls: true,
  });
  const [twice] = [west, edge].map(cluster => cluster.exportService('twice', { namespace: 'shop', ports: http, serviceAccount: 'twice' }));
  const versioned = west.exportService('versioned', { namespace: 'shop', ports: http, versions: VERSIONS });
  const split = west.exportService('split', { namespace: 'shop', ports: http, versions: VERSIONS });
  edge.exportService(
    'split',
    { namespace: 'shop', ports: http, versions: [ServiceVersion.withLabels('v2', { release: 'two' }), ServiceVersion.existing('v3')] },
  );

  const routing = Routing.weights({ v1: 90, v2: 10 }).whenHeaders({ 'end-user': StringMatch.exact('jason') }, { v2: 100 });
  const imports: Import[] = [
    { service: plain },
    { service: guarded },
    { service: twice },
    { service: versioned, routing },
    { service: split, routing },
    { service: ports, routing },
  ];
  for (const imported of imports) {
    east.importService(imported.service, { namespace: 'foo', routing: imported.routing });
    // On 1.5 every namespace sees every import, so a host can be imported by one path only.
    if (istio !== IstioRelease.V1_5) {
      east.importService(imported.service, { namespace: 'via-egress', via: ImportPath.egressGateway(), routing: imported.routing });
    }
  }
  if (istio !== IstioRelease.V1_5) {
    east.importService(plain, { namespace: 'bar', addresses: ['240.9.9.9'] });
  }
  edge.importService(plain, { namespace: 'team-a' });
  return mesh;
}

interface Import {
  readonly service: ExportedService;
  readonly routing?: Routing;
}

/** Options for a resolver of remote names; none for Istio 1.5, which installs its own. */
function resolver(mesh: Mesh): MeshClusterOptions {
  return mesh.istio === IstioRelease.V1_5 ? {} : { globalDns: { clusterIp: '10.96.0.53' }, dns: ClusterDns.coreDnsCustom() };
}

function clusters(mesh: Mesh): MeshCluster[] {
  const east = mesh.addCluster('east', {
    ingressGateway: GatewayAddress.of('203.0.113.10'),
    ...gatewayService(mesh, GatewayService.awsNlb({ sourceRanges: ['198.51.100.0/24'], webPorts: true })),
    egressGateway: EgressGateway.service(),
    locality: 'europe/a',
    ...mesh.istio === IstioRelease.V1_5 ? {} : { importDefaults: { connectTimeout: Duration.millis(2500) } },
    ...resolver(mesh),
    strictMtls: true,
  });
  const west = mesh.addCluster('west', {
    ingressGateways: [GatewayAddress.of('203.0.113.20'), GatewayAddress.of('2001:db8::20')],
    ...gatewayService(mesh, GatewayService.gcp({ internal: true })),
    locality: 'europe/b',
  });
  const edge = mesh.addCluster('edge', {
    ingressGateway: GatewayAddress.of('mesh.edge.example.com', { port: 30443 }),
    ...gatewayService(mesh, GatewayService.nodePort({ tlsNodePort: 30443, statusNodePort: 30021 })),
    locality: 'america/a',
    vips: VipRange.dualStack(),
    ...mesh.istio === IstioRelease.V1_5 ? {} : { revision: 'canary' },
  });
  edge.addNamespace('team-a');
  return [east, west, edge];
}

/** Options for the Service of the ingress gateway; none for Istio 1.5, whose install values do not have them. */
function gatewayService(mesh: Mesh, ingressGatewayService: GatewayService): MeshClusterOptions {
  return mesh.istio === IstioRelease.V1_5 ? {} : { ingressGatewayService };
}
