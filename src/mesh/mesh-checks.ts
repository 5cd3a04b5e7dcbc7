import type { MeshCluster } from './cluster';
import type { Mesh } from './mesh';
import { MeshErrorCode, Problem } from '../errors/mesh-error';
import { ExportedService } from './exported-service';
import type { ImportedService } from './imported-service';
import type { ServiceExporter } from '../model/remote-service';
import { orUndefined } from '../trust/delivery';
import { differingRoots, sharedKeys, sharedSealingKeys } from '../pki/trust-problems';

/** What only two clusters of a mesh together show: each import against the clusters that should serve it. */
export function importProblems(mesh: Mesh): Problem[] {
  const clusters = new Map(mesh.clusters.map(cluster => [cluster.clusterName, cluster]));
  return mesh.clusters.flatMap(caller => caller.imports.flatMap(imported => imported._exporters.flatMap(exporter => {
    const receiver = clusters.get(exporter.cluster);
    if (!receiver) {return [];}
    return [...notExported(mesh, caller, imported, exporter), ...trustDomain(caller, imported, receiver)];
  })));
}

/** A service described by hand that names a cluster of this mesh, which does not export it. */
function notExported(mesh: Mesh, caller: MeshCluster, imported: ImportedService, exporter: ServiceExporter): Problem[] {
  // One of this mesh that retires is told of by its retirement.
  if (imported.service instanceof ExportedService) {return [];}
  if (mesh._exportsOf(imported.host).some(exported => exported._own.cluster === exporter.cluster)) {return [];}
  return [{
    code: MeshErrorCode.NO_EXPORTER,
    where: `import of ${imported.host} into ${caller.clusterName}/${imported.namespace}`,
    what: `${exporter.cluster} does not export the service`,
    got: imported.host,
    expected: `one of ${mesh.cluster(exporter.cluster).exports.map(exported => exported.host).join(', ') || 'its exports (it has none)'}`,
    fix: `call exportService('${imported.service.name}', ...) on ${exporter.cluster}`,
  }];
}

/** A receiver's sidecars refuse certificates of a trust domain that is neither theirs nor an alias. */
function trustDomain(caller: MeshCluster, imported: ImportedService, receiver: MeshCluster): Problem[] {
  if (caller.trustDomain === receiver.trustDomain || receiver.trustDomainAliases.includes(caller.trustDomain)) {return [];}
  return [{
    code: MeshErrorCode.TRUST_DOMAIN,
    where: `import of ${imported.host} into ${caller.clusterName}/${imported.namespace}`,
    what: `${receiver.clusterName} does not accept the trust domain of ${caller.clusterName}`,
    got: caller.trustDomain,
    expected: [receiver.trustDomain, ...receiver.trustDomainAliases].join(', '),
    fix: `add trustDomainAliases: ['${caller.trustDomain}'] to ${receiver.clusterName}; its identities then count as local ones`,
  }];
}

/** Clusters that do not trust each other's roots, as far as pki/ tells. What is missing there is told by the cluster. */
export function rootProblems(mesh: Mesh): Problem[] {
  const caOf = ({ clusterName, trust }: MeshCluster) => orUndefined(() => trust?._delivery.ca?.(clusterName)) ?? [];
  const known = mesh.clusters.flatMap(caOf);
  const sealed = mesh.clusters.filter(({ trust }) => trust?._delivery.sealedApart !== undefined);
  const apart = new Set(sealed.filter(({ trust }) => trust?._delivery.sealedApart).map(({ clusterName }) => clusterName));
  const ofRoots = orUndefined(() => [...differingRoots(known), ...sharedKeys(known)]) ?? [];
  return [...ofRoots, ...orUndefined(() => sharedSealingKeys(sealed.flatMap(caOf), apart)) ?? []];
}

/** Two clusters behind one gateway address and port: traffic for one would end in the other. */
export function sharedGateways(mesh: Mesh): Problem[] {
  const owners = new Map<string, MeshCluster>();
  return mesh.clusters.flatMap(cluster => cluster.ingressGateways.flatMap(({ address, port }) => {
    const key = `${address} port ${port}`;
    const owner = owners.get(key) ?? cluster;
    owners.set(key, owner);
    if (owner === cluster) {return [];}
    return [{
      code: MeshErrorCode.SAME_GATEWAY,
      where: `clusters ${owner.clusterName} and ${cluster.clusterName}`,
      what: 'both are said to be behind one gateway',
      got: key,
      expected: 'an address or port of its own for each cluster',
      fix: 'correct the ingressGateway of one of them',
    }];
  }));
}
