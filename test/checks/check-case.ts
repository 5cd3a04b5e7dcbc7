import { ApiObject, App, Testing } from 'cdk8s';
import {
  EgressGateway, ExportServiceOptions, GatewayAddress, IstioRelease, Mesh, MeshCluster, RemoteService, ServicePort,
} from '../../src';

const HTTP = [ServicePort.http('http', 8000)];

/** A mesh of two clusters: `receiver` exports httpbin of namespace `bar`, and `caller` imports it into namespace `foo`. */
export interface Pair {
  readonly mesh: Mesh;
  readonly caller: MeshCluster;
  readonly receiver: MeshCluster;
}

/** A mistake that a check reports, beside a similar declaration that is correct. */
export interface CheckCase {
  readonly code: string;
  readonly name: string;
  readonly wrong: (pair: Pair) => unknown;
  readonly right: (pair: Pair) => unknown;
}

/** Makes one test of each case. */
export function testChecks(cases: CheckCase[]): void {
  test.each(cases)('$code is reported for $name, and not for a similar correct declaration', ({ code, wrong, right }) => {
    const withMistake = pair();
    wrong(withMistake);
    expect(reportedCodes(withMistake.caller)).toEqual([code]);
    const withoutMistake = pair();
    right(withoutMistake);
    expect(reportedCodes(withoutMistake.caller)).toEqual([]);
  });
}

export function pair(exported: Partial<ExportServiceOptions> = {}, istio = IstioRelease.V1_31): Pair {
  const mesh = new Mesh(new App(), 'mesh', { istio });
  const caller = mesh.addCluster('caller', { ingressGateway: GatewayAddress.of('203.0.113.10'), egressGateway: EgressGateway.service() });
  const receiver = mesh.addCluster('receiver', { ingressGateway: GatewayAddress.of('203.0.113.20') });
  caller.importService(receiver.exportService('httpbin', { namespace: 'bar', ports: HTTP, ...exported }), { namespace: 'foo' });
  return { mesh, caller, receiver };
}

/** The codes of all problems that a synth of the cluster reports; the message of an error without a code. */
export function reportedCodes(cluster: MeshCluster): string[] {
  try {
    Testing.synth(cluster);
    return [];
  } catch (error) {
    const { message } = error as Error;
    return message.match(/MESH\d+/g) ?? [message];
  }
}

let objectCount = 0;

/** Adds an object that the user of the library writes; `place` is its namespace and name, such as `foo/mine`. */
export function addObject(cluster: MeshCluster, apiVersion: string, kind: string, place: string, content: object): void {
  const [namespace, name] = place.split('/');
  new ApiObject(cluster, `own-${objectCount++}`, { apiVersion, kind, metadata: { name, namespace }, ...content });
}

export function addIstioObject(cluster: MeshCluster, kind: string, place: string, spec: object): void {
  addObject(cluster, 'networking.istio.io/v1', kind, place, { spec });
}

export function addPeerAuthentication(cluster: MeshCluster, place: string, spec: object): void {
  addObject(cluster, 'security.istio.io/v1', 'PeerAuthentication', place, { spec });
}

/** Adds the Service of httpbin, which the receiver exports. */
export function addHttpbinService(cluster: MeshCluster, spec: object, annotations?: { [key: string]: string }): void {
  const metadata = { name: 'httpbin', namespace: 'bar', annotations };
  new ApiObject(cluster, `own-${objectCount++}`, { apiVersion: 'v1', kind: 'Service', metadata, spec });
}

/** A service of namespace `shop` that is described by hand, not exported by a cluster of the mesh. */
export function serviceByHand(name: string, cluster: string, suffix = 'global'): RemoteService {
  const exporters = [{ cluster, gateways: [GatewayAddress.of('203.0.113.30')] }];
  return new RemoteService({ name, namespace: 'shop', suffix, ports: HTTP, exporters });
}
