import { App } from 'cdk8s';
import {
  EgressGateway, GatewayAddress, StringMatch, Httpbin, ImportPath, IstioRelease, KubeDnsStubDomain, Mesh, Routing, ServicePort,
  ServiceVersion, Sleep,
} from 'cdk8s-istio-multicluster';
import addresses from './clusters.json';

/** The guide's entries for httpbin. They are alternatives for one service, so each is a mesh of its own. */
export const ALTERNATIVES = ['direct', 'egress', 'egress-hostname', 'versions'] as const;
export type Alternative = typeof ALTERNATIVES[number];

/** The guide "Replicated control planes" to the letter, for Istio 1.5. */
export function guideMesh(app: App, alternative: Alternative): Mesh {
  const istio = IstioRelease.V1_5;
  const mesh = new Mesh(app, 'mesh', { istio });
  const egressGateways: { [name in Alternative]: EgressGateway | undefined } = {
    'direct': undefined,
    'egress': EgressGateway.clusterIp(addresses.cluster1.egressGateway),
    'egress-hostname': EgressGateway.service(),
    'versions': undefined,
  };
  const egressGateway = egressGateways[alternative];
  const gateway2 = alternative === 'egress-hostname' ? addresses.cluster2.ingressGatewayHostname : addresses.cluster2.ingressGateway;

  const cluster1 = mesh.addCluster('cluster1', { ingressGateway: GatewayAddress.of(addresses.cluster1.ingressGateway), egressGateway });
  const cluster2 = mesh.addCluster('cluster2', { ingressGateway: GatewayAddress.of(gateway2) });

  // The guide's namespaces have no annotations. Keep the prune guard if Argo CD or Flux applies your folders.
  cluster1.addNamespace('istio-system', { injection: false, pruneGuard: false });
  cluster2.addNamespace('istio-system', { injection: false, pruneGuard: false });
  new KubeDnsStubDomain(cluster1, 'dns', { resolvers: [addresses.cluster1.istiocoredns] });
  new KubeDnsStubDomain(cluster2, 'dns', { resolvers: [addresses.cluster2.istiocoredns] });
  cluster1.addNamespace('foo', { pruneGuard: false });
  new Sleep(cluster1, 'sleep', { istio, namespace: 'foo' });
  cluster2.addNamespace('bar', { pruneGuard: false });
  new Httpbin(cluster2, 'httpbin', { istio, namespace: 'bar' });

  const httpbin = cluster2.exportService('httpbin', {
    namespace: 'bar',
    ports: [ServicePort.http('http1', 8000)],
    addresses: ['240.0.0.2'],
    versions: alternative === 'versions' ? [ServiceVersion.of('v1'), ServiceVersion.of('v2')] : [],
  });
  cluster1.importService(httpbin, {
    namespace: 'foo',
    via: egressGateway ? ImportPath.egressGateway() : ImportPath.direct(),
    routing: alternative === 'versions'
      ? Routing.weights({ v1: 90, v2: 10 }).whenHeaders({ 'end-user': StringMatch.exact('jason') }, { v2: 100 })
      : undefined,
  });
  return mesh;
}
