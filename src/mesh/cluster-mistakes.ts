import type { ExportedService } from './exported-service';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { ExportingCluster } from '../model/exporting-cluster';

export function duplicate(where: string, what: string, got: string, fix = 'remove one of them'): MeshError {
  return new MeshError({ code: MeshErrorCode.DUPLICATE, where, what, got, expected: 'one declaration', fix });
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
