import type { MeshCluster } from './cluster';
import { cutConsumers } from './cut-consumers';
import { ExportedService } from './exported-service';
import type { ImportedService } from './imported-service';
import type { MeshView } from './mesh-view';
import { refusedCallers } from './refused-callers';
import { orUndefined } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';
import { domainsOverlap, suffixOf } from '../model/dns-suffix';
import type { IRemoteService } from '../model/remote-service';
import { podOf } from '../names';
import { differingRoots, sharedKeys, sharedSealingKeys } from '../pki/trust-problems';

/** The checks of a whole mesh: mistakes that only two of its clusters together show. */
export function meshProblems(mesh: MeshView): Problem[] {
  return [
    ...mesh.registry.disagreements(),
    ...sharedGateways(mesh),
    ...importProblems(mesh),
    ...unknownServers(mesh),
    ...takenDomains(mesh),
    ...trustProblems(mesh),
    ...cutConsumers(mesh),
  ];
}

/** Each import against the clusters that should serve it. */
function importProblems(mesh: MeshView): Problem[] {
  const clusters = new Map(mesh.clusters.map(cluster => [cluster.clusterName, cluster]));
  // An SNI names a Service, whatever the suffix of its host.
  const keyOf = (cluster: string, { name, namespace }: IRemoteService) => `${cluster} ${name}.${namespace}`;
  const exports = new Map(mesh.clusters.flatMap(cluster => cluster.exports.map(
    (exported): [string, ExportedService] => [keyOf(cluster.clusterName, exported), exported],
  )));
  return mesh.clusters.flatMap(caller => caller.imports.flatMap(imported => imported._exporters.flatMap(exporter => {
    const receiver = clusters.get(exporter.cluster);
    if (!receiver) {
      return [];
    }
    const exported = exports.get(keyOf(exporter.cluster, imported.service));
    return [
      ...exported ? refusedCallers(caller, imported, receiver, exported) : notExported(caller, imported, receiver),
      ...foreignTrustDomain(caller, imported, receiver),
    ];
  })));
}

/** A service described by hand that names a cluster of this mesh as its exporter, where the cluster does not export it. */
function notExported(caller: MeshCluster, imported: ImportedService, receiver: MeshCluster): Problem[] {
  // The check of cut consumers reports an export of this mesh that retires.
  if (imported.service instanceof ExportedService) {
    return [];
  }
  const exports = receiver.exports.map(({ host }) => host).join(', ');
  return [{
    code: MeshErrorCode.NO_EXPORTER,
    where: `import of ${imported.host} into ${caller.clusterName}/${imported.namespace}`,
    path: imported._path,
    what: `${receiver.clusterName} does not export the service`,
    got: imported.service.host,
    expected: exports === '' ? 'an export of it (the cluster has none)' : `one of ${exports}`,
    fix: `call ${exportCallOf(imported.service)} on ${receiver.clusterName}`,
  }];
}

function exportCallOf({ name, subdomain }: IRemoteService): string {
  const pod = subdomain === undefined ? undefined : podOf(name);
  return pod ? `exportStatefulSet('${pod.statefulSet}', ...)` : `exportService('${name}', ...)`;
}

/** Imports from elsewhere whose hosts have the DNS domain of a cluster of this mesh. The import itself compares its own cluster. */
function takenDomains({ clusters }: MeshView): Problem[] {
  const imports = clusters.flatMap(cluster => cluster.imports.map(imported => ({ cluster, imported })));
  const foreign = imports.filter(({ imported }) => !imported.usesLocalName && !(imported.service instanceof ExportedService));
  return foreign.flatMap(({ cluster, imported }) => {
    const suffix = suffixOf(imported.service);
    const owner = clusters.find(({ clusterDomain }) => domainsOverlap(suffix, clusterDomain));
    return owner === undefined ? [] : [{
      code: MeshErrorCode.SUFFIX_TAKEN,
      where: `import of ${imported.host} into ${cluster.clusterName}/${imported.namespace}`,
      path: imported._path,
      what: `the DNS suffix of the host overlaps the cluster domain of ${owner.clusterName}`,
      got: suffix,
      expected: `neither ${owner.clusterDomain} nor a domain above or below it`,
      fix: 'ask the owners of the service for another suffix, or import the service under its local name',
    }];
  });
}

/** Sidecars of a receiver refuse certificates of a trust domain that is neither their own nor an alias of it. */
function foreignTrustDomain(caller: MeshCluster, imported: ImportedService, receiver: MeshCluster): Problem[] {
  if (caller.trustDomain === receiver.trustDomain || receiver.trustDomainAliases.includes(caller.trustDomain)) {
    return [];
  }
  return [{
    code: MeshErrorCode.TRUST_DOMAIN,
    where: `import of ${imported.host} into ${caller.clusterName}/${imported.namespace}`,
    path: imported._path,
    what: `${receiver.clusterName} does not accept the trust domain of ${caller.clusterName}`,
    got: caller.trustDomain,
    expected: [receiver.trustDomain, ...receiver.trustDomainAliases].join(', '),
    fix: `add trustDomainAliases: ['${caller.trustDomain}'] to ${receiver.clusterName}; its identities then count as local ones`,
  }];
}

/**
 * Imports under a local name whose exporters have a trust domain that the importing cluster does not know. istiod names the identities
 * that callers accept: those of its own trust domain and of its aliases, for local pods and for entries with a service account.
 */
function unknownServers({ clusters }: MeshView): Problem[] {
  return clusters.flatMap(caller => caller.imports.filter(({ usesLocalName }) => usesLocalName).flatMap(imported => {
    const accepted = [caller.trustDomain, ...caller.trustDomainAliases];
    const unknown = imported._exporters.filter(({ trustDomain = 'cluster.local' }) => !accepted.includes(trustDomain));
    return unknown.map(({ cluster, trustDomain = 'cluster.local' }) => ({
      code: MeshErrorCode.TRUST_DOMAIN,
      where: `import of ${imported.host} into ${caller.clusterName}`,
      path: imported._path,
      what: `callers of a local name do not accept the trust domain of ${cluster} as the server's`,
      got: trustDomain,
      expected: accepted.join(', '),
      fix: `add trustDomainAliases: ['${trustDomain}'] to ${caller.clusterName}; its identities then count as local ones`,
    }));
  }));
}

/** Clusters that do not trust each other's roots, or share a key. The checks of each cluster report what is missing in pki/. */
function trustProblems({ clusters }: MeshView): Problem[] {
  const caOf = ({ clusterName, trust }: MeshCluster) => orUndefined(() => trust?._delivery.ca?.(clusterName)) ?? [];
  const known = clusters.flatMap(caOf);
  const sealed = clusters.filter(({ trust }) => trust?._delivery.sealedApart !== undefined);
  const apart = new Set(sealed.filter(({ trust }) => trust?._delivery.sealedApart).map(({ clusterName }) => clusterName));
  return [
    ...orUndefined(() => [...differingRoots(known), ...sharedKeys(known)]) ?? [],
    ...orUndefined(() => sharedSealingKeys(sealed.flatMap(caOf), apart)) ?? [],
  ];
}

/** Two clusters behind one gateway address and port: requests for one of them would end in the other. */
function sharedGateways({ clusters }: MeshView): Problem[] {
  const owners = new Map<string, MeshCluster>();
  return clusters.flatMap(cluster => cluster.ingressGateways.flatMap(({ address, port }) => {
    const key = `${address} port ${port}`;
    const owner = owners.get(key) ?? cluster;
    owners.set(key, owner);
    if (owner === cluster) {
      return [];
    }
    return [{
      code: MeshErrorCode.SAME_GATEWAY,
      where: `clusters ${owner.clusterName} and ${cluster.clusterName}`,
      path: cluster.node.path,
      what: 'both clusters have the same gateway address',
      got: key,
      expected: 'an address or port of its own for each cluster',
      fix: 'correct the ingressGateway of one of them',
    }];
  }));
}

/** What works and deserves a second look. */
export function meshWarnings(mesh: MeshView): Problem[] {
  const exports = mesh.clusters.flatMap(cluster => cluster.exports.map(exported => ({ cluster, exported })));
  const hosts = new Set([
    ...mesh.clusters.flatMap(({ imports }) => imports.map(({ service }) => service.host)),
    ...mesh.consumers.flatMap(catalog => catalog._imports.map(({ host }) => host)),
  ]);
  const where = (host: string, name: string) => ({ where: `export of ${host} from ${name}`, path: name });
  const unpinned = exports.filter(({ exported }) => exported._exporter.serviceAccount === undefined && !exported._anyServer);
  const unused = exports.filter(({ exported }) => !exported._isRetiring && !hosts.has(exported.host));
  return [
    ...unpinned.map(({ cluster, exported }) => ({
      code: MeshErrorCode.IDENTITY_NOT_PINNED,
      ...where(exported.host, cluster.clusterName),
      what: 'importers accept any workload of the mesh as the server',
      fix: 'add serviceAccount: the account of its pods, or anyServer: true where that is meant',
    })),
    ...unused.map(({ cluster, exported }) => ({
      code: MeshErrorCode.UNUSED_EXPORT,
      ...where(exported.host, cluster.clusterName),
      what: 'no cluster of this mesh and no catalog of its consumers imports the service',
      fix: 'remove the export, or list the catalogs of other repositories in consumers',
    })),
    ...mesh.clusters.flatMap(cluster => cluster._retiringImports.map(imported => ({
      code: MeshErrorCode.RETIREMENT,
      where: `import of ${imported.host} into ${cluster.clusterName}/${imported.namespace}`,
      path: imported._path,
      what: 'the import retires: callers no longer find the service',
      fix: 'remove the import once this commit is applied',
    }))),
  ];
}
