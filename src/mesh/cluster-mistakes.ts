import type { RegisteredExport } from './export-registry';
import type { ExportedService } from './exported-service';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { ExportingCluster } from '../model/exporting-cluster';

export function duplicate(where: string, what: string, got: string, fix = 'remove one of them'): MeshError {
  return new MeshError({ code: MeshErrorCode.DUPLICATE, where, what, got, expected: 'one declaration', fix });
}

/** A pod of a StatefulSet, and another export of its name and namespace: a Service, or the same pod of another cluster. */
export function namesakeOfPod(where: string, service: ExportedService, other: RegisteredExport): MeshError {
  const arePods = service.subdomain !== undefined && other.subdomain !== undefined;
  return new MeshError({
    code: MeshErrorCode.DUPLICATE,
    where,
    what: arePods ? 'a pod of a StatefulSet that is exported twice' : 'a Service and a pod of a StatefulSet with one name',
    got: [`${other.host} of ${other.clusterName}`, `${service.host} of ${service.clusterName}`],
    expected: arePods ? 'one exporter: a pod has one identity, and data of its own' : 'a name of its own for each in a namespace',
    fix: arePods
      ? 'rename one of the StatefulSets, or give one of them another firstOrdinal, so that no two pods of the mesh have one name'
      : 'remove the export of the Service: exportStatefulSet makes a Service for each pod',
  });
}

export function noGateway(where: string, kind: string, fix: string): MeshError {
  return new MeshError({
    code: MeshErrorCode.NO_GATEWAY,
    where,
    what: `the cluster has no ${kind} gateway`,
    expected: `an ${kind} gateway`,
    fix: `add to addCluster: ${fix}`,
  });
}

export function serviceOfOtherMesh(where: string, service: ExportedService): MeshError {
  return new MeshError({
    code: MeshErrorCode.UNKNOWN,
    where,
    what: 'a service of another mesh',
    got: `${service.host} of ${service.clusterName}`,
    expected: 'a service that a cluster of this mesh exports',
    fix: 'add both clusters to one mesh: without a common root they do not trust each other',
  });
}

/**
 * A service from elsewhere, one of whose exporters has the name of the importing cluster and other gateways: it would be taken
 * for an export of the importing cluster itself.
 */
export function exporterWithOwnName(where: string, exporter: ExportingCluster): MeshError {
  return new MeshError({
    code: MeshErrorCode.DUPLICATE,
    where,
    what: 'an exporter with the name of the importing cluster and other gateways',
    got: `${exporter.cluster} at ${exporter.gateways.map(gateway => gateway.address).join(', ')}`,
    expected: 'a name of its own for each cluster',
    fix: 'rename one of the two clusters',
  });
}

export function noNamespace(where: string): MeshError {
  return new MeshError({
    code: MeshErrorCode.EMPTY,
    where,
    what: 'no importing namespace',
    expected: 'the namespace whose pods call the service',
    fix: 'add namespace, or name: ImportName.local() for all namespaces',
  });
}

export function everyNamespace(where: string): MeshError {
  return new MeshError({
    code: MeshErrorCode.INVALID_NAME,
    where,
    what: 'an import into every namespace: each of them, also those to come, would get the host, its VIP and a way to the other cluster',
    got: '*',
    expected: 'the namespaces whose pods call the service',
    fix: 'list them in namespaces of importServices, or use name: ImportName.local() for one name in every namespace',
  });
}

/** Options of `importServices` that contradict each other or the number of services. */
export function nothingToImport(where: string, what: string): MeshError {
  return new MeshError({
    code: MeshErrorCode.EMPTY, where, what: `no ${what}`, expected: 'a list of at least one of them', fix: 'add one, or remove the call',
  });
}

export function namespaceTwice(where: string, namespace: string, namespaces: string[]): MeshError {
  const got = [namespace, ...namespaces].join(', ');
  return duplicate(where, 'both namespace and namespaces', got, 'list all of them in namespaces, and leave namespace out');
}

export function addressesOfSeveral(where: string, got: string[], hosts: string[]): MeshError {
  return new MeshError({
    code: MeshErrorCode.INVALID_VIP,
    where,
    what: `one list of VIPs for ${hosts.length} hosts`,
    got,
    expected: 'VIPs of its own for each host',
    fix: 'leave addresses out, or import a service that needs certain addresses by importService',
  });
}

export function otherNamespace(where: string, got: string, expected: string): MeshError {
  return new MeshError({
    code: MeshErrorCode.LOCAL_NAME,
    where,
    what: 'a local name in another namespace than that of the service',
    got,
    expected,
    fix: 'leave namespace out: a local name holds the namespace of the service',
  });
}

export function addressesOfLocalName(where: string, got: string[]): MeshError {
  return new MeshError({
    code: MeshErrorCode.LOCAL_NAME,
    where,
    what: 'VIPs for a local name',
    got,
    expected: 'no addresses',
    fix: 'leave addresses out: the Service has a clusterIP of its own',
  });
}
