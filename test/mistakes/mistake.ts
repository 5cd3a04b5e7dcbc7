import { App } from 'cdk8s';
import {
  ExportedService, ExportingCluster, GatewayAddress, IstioRelease, Mesh, MeshApp, MeshCluster, RemoteService, ServicePort,
} from '../../src';
import { MeshError } from '../../src/errors/mesh-error';

/** Something that a new user gets wrong. */
export interface Mistake {
  readonly name: string;
  /** The code of the error. */
  readonly code: string;
  /** A part of the message that tells the user how to go on. */
  readonly hint: string;
  readonly mistake: (clusters: Clusters) => unknown;
}

/** A mesh of two clusters without services. */
export interface Clusters {
  readonly app: App;
  readonly mesh: Mesh;
  readonly one: MeshCluster;
  readonly two: MeshCluster;
}

export function clusters(istio = IstioRelease.V1_31): Clusters {
  const app = new MeshApp();
  const mesh = new Mesh(app, 'mesh', { istio });
  const [one, two] = ['cluster1', 'cluster2'].map(name => mesh.addCluster(name, { ingressGateway: GatewayAddress.of('203.0.113.10') }));
  return { app, mesh, one, two };
}

/** Makes one test of each mistake. */
export function testMistakes(mistakes: Mistake[]): void {
  test.each(mistakes)('refuses $name, in the line that declares it', ({ mistake, code, hint }) => {
    const error = errorOf(() => mistake(clusters()));
    expect(error).toBeInstanceOf(MeshError);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(new RegExp(`^${code} .+: .+; fix: .+$`));
    expect(error.message).toContain(hint);
  });
}

/** The error that a declaration throws. */
export function errorOf(declare: () => unknown): MeshError {
  try {
    declare();
  } catch (error) {
    return error as MeshError;
  }
  throw new Error('the declaration was not refused');
}

export const HTTP = [ServicePort.http('http', 8000)];

export function httpbin(cluster: MeshCluster): ExportedService {
  return cluster.exportService('httpbin', { namespace: 'bar', ports: HTTP });
}

export function exporter(cluster: string): ExportingCluster {
  return { cluster, gateways: [GatewayAddress.of('203.0.113.30')] };
}

/** Service `a` of namespace `b`, described by hand. */
export function remote(exporters: ExportingCluster[]): RemoteService {
  return new RemoteService({ name: 'a', namespace: 'b', ports: HTTP, exporters });
}
