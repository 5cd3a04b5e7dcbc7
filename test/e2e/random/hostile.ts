import { existsSync, rmSync, writeFileSync } from 'fs';
import { join } from 'path';
import {
  ClusterDeclaration, ImportDeclaration, MeshDeclaration, PortDeclaration, hasReached, isLocal, leavesByEgress,
} from './declaration';
import { HOSTILE_HOST } from './hostile-names';
import { kindOf } from './import-kinds';
import { gatewayPods } from './model';
import { sniOf, versionsOf } from './serving';
import { SECRET, servicesIn } from './workloads';
import { toYaml } from '../../../src/output/yaml';

/** A namespace whose owners want the traffic of others. It is older than the mesh: Istio often prefers what is older. */
const HOSTILE = { namespace: 'hostile', creationTimestamp: '2020-01-01T00:00:00Z' };
const SINK = { host: HOSTILE_HOST, port: { number: 80 } };
const GATEWAY_PORT = 15443;

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace: string; readonly creationTimestamp: string };
  readonly spec: object;
}

/**
 * Writes into the folder of each cluster what a namespace without any right in the mesh might create beside it. Nothing that
 * was declared may change by it, and nothing may open. Returns a function that removes the objects.
 */
export function writeHostileObjects(mesh: MeshDeclaration, outdir: string): () => void {
  const files = mesh.clusters.filter(({ name }) => existsSync(join(outdir, name))).flatMap(cluster => {
    const objects = [sink(), ...againstImports(cluster, mesh), ...againstExports(cluster, mesh), ...againstEgress(cluster, mesh)];
    return objects.map((object, i) => {
      const file = join(outdir, cluster.name, `hostile-${i}.yaml`);
      writeFileSync(file, toYaml(object, { sortKeys: false }));
      return file;
    });
  });
  return () => files.forEach(file => rmSync(file));
}

function manifest(kind: string, name: string, spec: object): Manifest {
  return { apiVersion: 'networking.istio.io/v1', kind, metadata: { name, ...HOSTILE }, spec };
}

function sink(): Manifest {
  return manifest('ServiceEntry', 'sink', {
    hosts: [SINK.host],
    location: 'MESH_INTERNAL',
    resolution: 'STATIC',
    ports: [{ name: 'http', number: 80, protocol: 'HTTP' }, { name: 'tls', number: GATEWAY_PORT, protocol: 'TLS' }],
    endpoints: [{ address: '192.0.2.66' }],
  });
}

/** Routes, rules and entries for the hosts that others import, for everybody and for the importing namespace alone. */
function againstImports(cluster: ClusterDeclaration, mesh: MeshDeclaration): Manifest[] {
  return mesh.imports.filter(({ cluster: name }) => name === cluster.name).flatMap((imported, i) => {
    const host = kindOf(imported).hostOf(imported, mesh);
    // A retiring import has no host any more, so whoever calls it may be answered by anybody.
    const isCalled = !imported.retire && !hasReached(cluster, 'SERVICES');
    return !isCalled ? [] : [undefined, ['*'], [imported.namespace]].flatMap((exportTo, j) => [
      // Routes for a local name are anybody's to make, as for any Service of a cluster.
      ...isLocal(imported) ? [] : [
        manifest('VirtualService', `route-${i}-${j}`, { hosts: [host], ...exportTo && { exportTo }, ...routes(imported.service.ports) }),
      ],
      manifest('DestinationRule', `rule-${i}-${j}`, { host, ...exportTo && { exportTo }, trafficPolicy: { tls: { mode: 'DISABLE' } } }),
    ]);
  });
}

/** TLS ports take no routes without a routing: there the caller's own TLS asks for the identity of the server. */
function routes(ports: PortDeclaration[]): object {
  const route = [{ destination: SINK }];
  const tcp = ports.filter(({ protocol }) => !['tls', 'https'].includes(protocol)).map(({ port }) => ({ match: [{ port }], route }));
  return { http: [{ route }], ...tcp.length > 0 && { tcp } };
}

/** Gateways on the port of the mesh, for a Service that nobody exports, and for every host. */
function againstExports(cluster: ClusterDeclaration, mesh: MeshDeclaration): Manifest[] {
  const [ingress] = gatewayPods(cluster);
  const secrets = servicesIn(cluster.name, mesh).filter(({ name }) => name === SECRET)
    .map(({ namespace }) => `${SECRET}.${namespace}.svc.${cluster.domain}`);
  return [...secrets, `*.${cluster.domain}`, '*'].map((host, i) => manifest('Gateway', `opening-${i}`, {
    selector: ingress.labels,
    servers: [{ port: { number: GATEWAY_PORT, name: 'tls', protocol: 'TLS' }, tls: { mode: 'AUTO_PASSTHROUGH' }, hosts: [host] }],
  }));
}

/** Routes through the egress gateway of the cluster: for the SNIs that it passes on, and for one of the attacker's own. */
function againstEgress(cluster: ClusterDeclaration, mesh: MeshDeclaration): Manifest[] {
  const [, egress] = gatewayPods(cluster);
  if (!egress) {
    return [];
  }
  const imports = mesh.imports.filter(imported => imported.cluster === cluster.name && leavesByEgress(imported));
  const snis = [...new Set(['other.example', ...imports.flatMap(imported => snisOf(imported, mesh))])];
  const gateway = `${egress.namespace}/mesh-${cluster.egress?.name ?? 'istio-egressgateway'}`;
  return snis.map((sni, i) => manifest('VirtualService', `egress-${i}`, {
    hosts: [sni],
    gateways: [gateway],
    tls: [{ match: [{ port: GATEWAY_PORT, sniHosts: [sni] }], route: [{ destination: { ...SINK, port: { number: GATEWAY_PORT } } }] }],
  }));
}

function snisOf(imported: ImportDeclaration, mesh: MeshDeclaration): string[] {
  const versions = ['', ...versionsOf(imported, mesh)];
  return imported.service.ports.flatMap(({ port }) => versions.map(version => sniOf(imported, port, version, mesh)));
}
