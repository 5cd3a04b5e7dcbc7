import { existsSync, readFileSync } from 'fs';
import { join } from 'path';
import { parse } from 'yaml';
import {
  ExportDeclaration, ImportDeclaration, MeshDeclaration, PortDeclaration, ServiceDeclaration, clusterOf, isLocal,
} from './declaration';
import { exportServiceName } from '../../../src/names';

/** A Service that runs in a cluster, as the judge is told of it. */
export interface RunningService {
  readonly name: string;
  readonly namespace: string;
  readonly clusterIp: string;
  readonly ports: RunningPort[];
  readonly pods: RunningPod[];
}

export interface RunningPort {
  readonly name: string;
  readonly number: number;
  readonly protocol: string;
  readonly appProtocol?: string;
}

export interface RunningPod {
  readonly name: string;
  readonly ip: string;
  readonly labels: { [key: string]: string };
  readonly serviceAccount: string;
}

/** The name of a Service that stands beside every exported one, and is not exported. */
export const SECRET = 'secret';

/**
 * What runs in a cluster: its exported Services and those that it imports under their local names, and in each of their namespaces one
 * that nobody exports.
 */
export function servicesIn(cluster: string, mesh: MeshDeclaration): RunningService[] {
  const runs = mesh.services.filter(service => isExportedFrom(cluster, service)
    || mesh.imports.some(imported => imported.cluster === cluster && imported.service === service && isInhabited(imported)));
  const namespaces = [...new Set(runs.map(({ namespace }) => namespace))];
  return [
    ...runs.map(service => ({
      name: service.name,
      namespace: service.namespace,
      clusterIp: clusterIpOf(cluster, service, mesh),
      ports: [...service.ports, ...service.extraPorts].map(runningPort),
      pods: podsIn(cluster, service, mesh),
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

/** The Services that the library writes: those of exports with their exported ports alone, and those of imports under local names. */
export function writtenServicesIn(cluster: string, folder: string, mesh: MeshDeclaration): RunningService[] {
  return mesh.services.flatMap((service, i) => {
    const exported = service.onlyPorts && isExportedFrom(cluster, service)
      ? writtenService(folder, exportServiceName(service.name), service, address(cluster, mesh, 95, i + 1)) : [];
    const isCreated = mesh.imports.some(imported => imported.cluster === cluster && imported.service === service
      && isLocal(imported) && imported.home === 'created' && !isExportedFrom(cluster, service));
    const imported = isCreated ? writtenService(folder, service.name, service, clusterIpOf(cluster, service, mesh)) : [];
    return [...exported.map(written => ({ ...written, pods: written.pods ? podsIn(cluster, service, mesh) : [] })),
      ...imported.map(written => ({ ...written, pods: [] }))];
  });
}

/** A Service as it is written; its pods are there if it selects them. */
function writtenService(folder: string, name: string, { namespace, name: app }: ServiceDeclaration, clusterIp: string) {
  const file = join(folder, `Service_${namespace}_${name}.yaml`);
  if (!existsSync(file)) {
    return [];
  }
  const { metadata, spec } = parse(readFileSync(file, 'utf8'));
  return [{
    name: metadata.name,
    namespace: metadata.namespace,
    clusterIp,
    ports: spec.ports.map(({ name: portName, port, protocol, appProtocol }: any) => ({
      name: portName, number: port, protocol, appProtocol,
    })),
    pods: spec.selector.app === app,
  }];
}

function runningPort({ name, port, protocol }: PortDeclaration): RunningPort {
  return protocol === 'udp' ? { name, number: port, protocol: 'UDP' } : { name, number: port, protocol: 'TCP', appProtocol: protocol };
}

/** Whether the importing cluster has the Service of its own accord. */
function isInhabited(imported: ImportDeclaration): boolean {
  return isLocal(imported) && imported.home !== 'created';
}

export function isExportedFrom(cluster: string, { exports }: ServiceDeclaration): boolean {
  return exports.some(exported => exported.cluster === cluster);
}

/** The clusterIP of a Service. */
export function clusterIpOf(cluster: string, service: ServiceDeclaration, mesh: MeshDeclaration): string {
  return address(cluster, mesh, 96, mesh.services.indexOf(service) + 1);
}

/** The pods of a service in a cluster: those of its export, or those beside an import under the local name. */
export function podsIn(cluster: string, service: ServiceDeclaration, mesh: MeshDeclaration): RunningPod[] {
  const exported = service.exports.find(candidate => candidate.cluster === cluster);
  if (exported) {
    return podsOf(service, exported, mesh);
  }
  const beside = mesh.imports.find(imported => imported.cluster === cluster && imported.service === service
    && isLocal(imported) && imported.home === 'pods');
  return beside ? podsOf(service, { ...homeExport(service), cluster }, mesh) : [];
}

/** Pods that a cluster has without an export: of every version, with the labels that the import names. */
function homeExport(service: ServiceDeclaration): Omit<ExportDeclaration, 'cluster'> {
  const names = [...new Set(service.exports.flatMap(({ versions }) => versions.map(({ name }) => name)))];
  return {
    serviceAccount: service.exports[0].serviceAccount,
    versions: names.map(name => ({ name, labels: homeLabels(name), existing: false })),
    pods: 1,
    guarded: false,
    retire: false,
  };
}

/** The labels of the pods of a version that are beside an import. */
export function homeLabels(version: string): { [key: string]: string } {
  return { home: version };
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
