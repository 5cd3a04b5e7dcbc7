import { App, Testing } from 'cdk8s';
import { GatewayAddress, IstioRelease, Mesh, MeshCluster, MeshClusterOptions, ServicePort } from '../../src';

export const HTTP = [ServicePort.http('http', 8000)];

/** Outlier detection of every destination. It changes nothing where there is one gateway. */
export const EJECTION = {
  splitExternalLocalOriginErrors: true,
  consecutiveLocalOriginFailures: 2,
  consecutive5xxErrors: 0,
  interval: '1s',
  baseEjectionTime: '30s',
  maxEjectionPercent: 100,
  minHealthPercent: 1,
};

/** Connection settings by which a sidecar notices a dead gateway within seconds. */
export const QUICK_FAILURE = { tcp: { connectTimeout: '1s', tcpKeepalive: { time: '2s', interval: '1s', probes: 2 } } };

/** Connection settings for a gateway without an alternative: probes only keep connections open. */
export const PATIENCE = { tcp: { connectTimeout: '5s', tcpKeepalive: { time: '60s', interval: '10s', probes: 3 } } };

export interface ImportingMesh {
  readonly caller: MeshCluster;
  readonly receivers: MeshCluster[];
}

/** A mesh with a cluster `caller`, and a cluster `receiver1`, `receiver2` and so on for each gateway address. */
export function importingMesh(gateways: string[], callerOptions: MeshClusterOptions = {}): ImportingMesh {
  const mesh = new Mesh(new App(), 'mesh', { istio: IstioRelease.V1_31 });
  return {
    caller: mesh.addCluster('caller', callerOptions),
    receivers: gateways.map((gateway, i) => mesh.addCluster(`receiver${i + 1}`, { ingressGateway: GatewayAddress.of(gateway) })),
  };
}

/** The spec of an object that a synth of the cluster writes; undefined without the object. `place` is such as `foo/httpbin-bar`. */
export function specOf(cluster: MeshCluster, kind: string, place: string): any {
  const [namespace, name] = place.split('/');
  return Testing.synth(cluster).find(
    manifest => manifest.kind === kind && manifest.metadata.namespace === namespace && manifest.metadata.name === name,
  )?.spec;
}
