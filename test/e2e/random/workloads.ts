import { existsSync, readFileSync } from 'fs';
import { join } from 'path';
import { parse } from 'yaml';
import { ExportDeclaration, MeshDeclaration, ServiceDeclaration, clusterOf } from './declaration';
import { exportServiceName } from '../../../src/names';

/** A Service that runs in a cluster, as the judge is told of it. */
export interface RunningService {
  readonly name: string;
  readonly namespace: string;
  readonly clusterIp: string;
  readonly ports: Array<{ readonly name: string; readonly number: number; readonly protocol: string }>;
  readonly pods: RunningPod[];
}

export interface RunningPod {
  readonly name: string;
  readonly ip: string;
  readonly labels: { [key: string]: string };
  readonly serviceAccount: string;
}

/** The name of a Service that stands beside every exported one, and is not exported. */
export const SECRET = 'secret';

/** What runs in a cluster: its exported Services, and in each of their namespaces one that nobody exports. */
export function servicesIn(cluster: string, mesh: MeshDeclaration): RunningService[] {
  const exported = mesh.services.flatMap((service, i) => service.exports.filter(e => e.cluster === cluster).map(e => ({ service, e, i })));
  const namespaces = [...new Set(exported.map(({ service }) => service.namespace))];
  return [
    ...exported.map(({ service, e, i }) => ({
      name: service.name,
      namespace: service.namespace,
      clusterIp: address(cluster, mesh, 96, i + 1),
      ports: [...service.ports, ...service.extraPorts].map(({ name, port, protocol }) => ({
        name, number: port, protocol: protocol === 'udp' ? 'UDP' : 'TCP',
      })),
      pods: podsOf(service, e, mesh),
    })),
    ...namespaces.map((namespace, i) => ({
      name: SECRET,
      namespace,
      clusterIp: address(cluster, mesh, 97, i + 1),
      ports: [{ name: 'http', number: 8000, protocol: 'TCP' }],
      pods: [{ name: `${SECRET}-0`, ip: address(cluster, mesh, 98, i + 1), labels: {}, serviceAccount: SECRET }],
    })),
  ];
}

/** The Services of exports, as the library writes them for the pods of the exported Service. */
export function exportServicesIn(cluster: string, folder: string, mesh: MeshDeclaration): RunningService[] {
  return mesh.services.flatMap((service, i) => service.exports.filter(e => e.cluster === cluster && service.onlyPorts).flatMap(e => {
    const file = join(folder, `Service_${service.namespace}_${exportServiceName(service.name)}.yaml`);
    if (!existsSync(file)) {
      return [];
    }
    const { metadata, spec } = parse(readFileSync(file, 'utf8'));
    return [{
      name: metadata.name,
      namespace: metadata.namespace,
      clusterIp: address(cluster, mesh, 95, i + 1),
      ports: spec.ports.map(({ name, port, protocol }: any) => ({ name, number: port, protocol })),
      pods: spec.selector.app === service.name ? podsOf(service, e, mesh) : [],
    }];
  }));
}

/** The pods of an export: some for each version, and one of none. */
export function podsOf(service: ServiceDeclaration, exported: ExportDeclaration, mesh: MeshDeclaration): RunningPod[] {
  const each = exported.versions.flatMap(({ labels }) => Array.from({ length: exported.pods }, () => labels));
  return [...each, {}].map((labels, i) => ({
    name: `${service.name.slice(0, 40)}-${i}`,
    ip: address(exported.cluster, mesh, 100 + mesh.services.indexOf(service), i + 1),
    labels,
    serviceAccount: exported.serviceAccount ?? 'default',
  }));
}

/** An address of a cluster, of the family that its pods have first. */
function address(cluster: string, mesh: MeshDeclaration, third: number, last: number): string {
  const second = mesh.clusters.findIndex(({ name }) => name === cluster) + 1;
  return clusterOf(mesh, cluster).families[0] === 6 ? `fd00:${second}:${third}::${last.toString(16)}` : `10.${second}.${third}.${last}`;
}
