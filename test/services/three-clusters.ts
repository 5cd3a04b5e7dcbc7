import { App, Testing } from 'cdk8s';
import {
  EgressGateway, ExportedService, ExportServiceOptions, GatewayAddress, IstioRelease, Mesh, MeshCluster, ServicePort,
} from '../../src';

export const PORTS = [ServicePort.http('http', 8000), ServicePort.tcp('tcp-raw', 6379)];
export const EXPORT = { namespace: 'back', ports: PORTS, serviceAccount: 'api', workloadSelector: { app: 'api' } };

/** Three clusters of a mesh. */
export interface Three {
  readonly mesh: Mesh;
  readonly alpha: MeshCluster;
  readonly beta: MeshCluster;
  readonly gamma: MeshCluster;
}

/** A mesh of three clusters; `gamma` is the address of a gateway. */
export function three(gamma = '203.0.113.3'): Three {
  const mesh = new Mesh(new App(), 'mesh', { istio: IstioRelease.V1_31 });
  const egressGateway = EgressGateway.clusterIp('10.96.0.7');
  return {
    mesh,
    alpha: mesh.addCluster('alpha', { ingressGateway: GatewayAddress.of('203.0.113.1'), egressGateway }),
    beta: mesh.addCluster('beta', { ingressGateway: GatewayAddress.of('203.0.113.2') }),
    gamma: mesh.addCluster('gamma', { ingressGateway: GatewayAddress.of(gamma) }),
  };
}

/** Exports the service `api` of namespace `back`. */
export function exportFrom(cluster: MeshCluster, options: Partial<ExportServiceOptions> = {}): ExportedService {
  return cluster.exportService('api', { ...EXPORT, ...options });
}

/** The objects of a kind in a cluster, by name. */
export function objects(cluster: MeshCluster, kind: string): { readonly [name: string]: any } {
  return Object.fromEntries(Testing.synth(cluster).filter(object => object.kind === kind).map(object => [object.metadata.name, object]));
}
