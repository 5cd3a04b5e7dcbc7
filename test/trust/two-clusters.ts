import { ApiObject, App, Testing } from 'cdk8s';
import { GatewayAddress, IstioRelease, Mesh, MeshTrust } from '../../src';

/** Returns a mesh of cluster1 and cluster2, whose CAs are delivered by `trust`. */
export function meshOf(trust: MeshTrust | undefined, app: App = new App(), istio = IstioRelease.V1_31): Mesh {
  const mesh = new Mesh(app, 'mesh', { istio, trust });
  ['cluster1', 'cluster2'].forEach((name, i) => mesh.addCluster(name, { ingressGateway: GatewayAddress.of(`203.0.113.${i + 1}`) }));
  return mesh;
}

/** Returns the problems of an app, as lines of text. */
export function problemsOf(mesh: Mesh): string[] {
  return mesh.node.root.node.findAll().flatMap(node => node.node.validate());
}

/** Returns the objects of a cluster that make its secret `cacerts`. */
export function secretsOf(mesh: Mesh, cluster = 'cluster1') {
  return Testing.synth(mesh.cluster(cluster)).filter(({ metadata }) => metadata.name === 'cacerts');
}

/** Adds a ClusterIssuer of cert-manager to cluster1. */
export function addIssuer(mesh: Mesh, name: string, spec: object): ApiObject {
  const issuer = { apiVersion: 'cert-manager.io/v1', kind: 'ClusterIssuer', metadata: { name }, spec };
  return new ApiObject(mesh.cluster('cluster1'), 'issuer', issuer);
}
