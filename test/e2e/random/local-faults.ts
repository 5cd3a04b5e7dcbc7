import { existsSync, readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import { parse } from 'yaml';
import { ImportDeclaration, MeshDeclaration, clusterOf, hasReached, isLocal } from './declaration';
import type { Fault } from './faults';
import { planted } from './planted';
import { isExportedFrom, podsIn } from './workloads';
import { toYaml } from '../../../src/output/yaml';

/** What a fault needs of an import under a local name. */
type Fits = (imported: ImportDeclaration, mesh: MeshDeclaration) => boolean;

/** Faults in what makes gateways endpoints of a local Service. */
export const LOCAL_FAULTS: Fault[] = [
  {
    name: 'an entry of a local name that leads elsewhere',
    seen: /ends at .*192\.0\.2\.66/,
    plant: ofEntry(unrouted, entry => {
      entry.spec.address = '192.0.2.66';
      entry.spec.network = 'elsewhere';
    }),
  },
  {
    name: 'another port in an entry of a local name',
    seen: /ends at/,
    plant: ofEntry((imported, mesh) => unrouted(imported, mesh), entry => {
      Object.keys(entry.spec.ports).forEach(port => {
        entry.spec.ports[port] += 1;
      });
    }, entry => entry.spec.ports !== undefined),
  },
  {
    name: 'an entry of a local name dropped',
    seen: /ends at/,
    // One of several versions has no trace where no routing names it.
    plant: ofEntry((imported, mesh) => unrouted(imported, mesh) && hasNoVersions(imported), () => 'dropped'),
  },
  {
    name: 'an entry of a local name without its network',
    seen: /ingress gateway opens/,
    plant: ofEntry((imported, mesh) => isOpen(imported, mesh) && hasNoVersions(imported), entry => {
      delete entry.spec.network;
    }, entry => entry.spec.address !== undefined),
  },
  {
    name: 'a gateway that sees other networks',
    seen: /ingress gateway opens/,
    plant: (mesh, outdir) => mesh.imports.some(imported => {
      const file = join(outdir, 'install', imported.cluster, 'istio-ingressgateway-values.yml');
      if (!isActive(imported, mesh) || !isOpen(imported, mesh) || !existsSync(file)) {
        return false;
      }
      const { env, ...values } = parse(readFileSync(file, 'utf8'));
      writeFileSync(file, toYaml(values, { sortKeys: false }));
      return true;
    }),
  },
  {
    name: 'an entry of a local name that takes no mutual TLS',
    seen: /ends at/,
    // istiod takes an entry with an account for one with mutual TLS.
    plant: ofEntry((imported, mesh) => unrouted(imported, mesh) && hasNoVersions(imported) && isUnpinned(imported), entry => {
      delete entry.spec.labels['security.istio.io/tlsMode'];
    }),
  },
  {
    name: 'an entry of a local name with another account',
    seen: /ends at/,
    plant: ofEntry(unrouted, entry => {
      entry.spec.serviceAccount = 'hostile';
    }),
  },
  {
    name: 'a version of a local name that is any version',
    seen: /ends at/,
    plant: ofObject('VirtualService', imported => imported.routing !== undefined, service => {
      const [route] = service.spec.http ?? service.spec.tcp ?? service.spec.tls;
      delete route.route[0].destination.subset;
    }),
  },
  {
    name: 'a version of a local name that selects nothing',
    seen: /ends at/,
    plant: ofObject('DestinationRule', imported => imported.routing !== undefined, rule => {
      rule.spec.subsets.forEach((subset: any) => {
        subset.labels = { none: 'none' };
      });
    }),
  },
  {
    name: 'a local name without its order',
    seen: /ends at/,
    plant: ofObject('DestinationRule', (imported, mesh) => unrouted(imported, mesh) && hasLocalFirst(imported, mesh), rule => {
      [rule.spec.trafficPolicy, ...rule.spec.trafficPolicy.portLevelSettings ?? []].forEach(policy => {
        delete policy.loadBalancer;
      });
    }),
  },
  {
    name: 'another port of a remote Gateway',
    seen: /ends at/,
    plant: (mesh, outdir) => mesh.imports.some(imported => unrouted(imported, mesh) && imported.kind === 'local'
      && isActive(imported, mesh) && planted(outdir, {
      cluster: imported.cluster,
      isIt: object => object.apiVersion === 'gateway.networking.k8s.io/v1'
        && imported.service.exports.some(({ cluster, retire }) => !retire && cluster !== imported.cluster
          && object.metadata.labels['topology.istio.io/network'] === cluster)
        && object.spec.addresses.some(({ type }: any) => type === 'Hostname'),
      change: gateway => {
        gateway.spec.listeners[0].port += 1;
      },
    })),
  },
];

/** An import whose calls reach the Service itself, not one of its subsets. */
function unrouted({ routing }: ImportDeclaration, _: MeshDeclaration): boolean {
  return routing === undefined;
}

/** Entries of one gateway are several where there are versions, and any of them leads there. */
function hasNoVersions({ service }: ImportDeclaration): boolean {
  return service.exports.every(({ versions }) => versions.length === 0);
}

function isUnpinned({ service }: ImportDeclaration): boolean {
  return service.exports.every(({ serviceAccount }) => serviceAccount === undefined);
}

/** Whether the gateway of the importing cluster opens the service too. */
function isOpen({ cluster, service, kind }: ImportDeclaration, mesh: MeshDeclaration): boolean {
  return kind === 'local' && isExportedFrom(cluster, service) && !hasReached(clusterOf(mesh, cluster), 'SERVICES');
}

function hasLocalFirst({ cluster, service, priority }: ImportDeclaration, mesh: MeshDeclaration): boolean {
  return priority?.kind !== 'spread' && podsIn(cluster, service, mesh).length > 0;
}

function isActive(imported: ImportDeclaration, mesh: MeshDeclaration): boolean {
  return isLocal(imported) && !imported.retire && !hasReached(clusterOf(mesh, imported.cluster), 'SERVICES');
}

/** A fault in an entry of an import that is called. */
function ofEntry(fits: Fits, change: (entry: any) => void | 'dropped', isIt: (entry: any) => boolean = () => true): Fault['plant'] {
  return (mesh, outdir) => mesh.imports.some(imported => isActive(imported, mesh) && fits(imported, mesh) && planted(outdir, {
    cluster: imported.cluster,
    isIt: object => object.kind === 'WorkloadEntry' && object.metadata.namespace === imported.service.namespace
      && object.metadata.name.startsWith(`mesh.${imported.service.name}.`) && isIt(object),
    change,
  }));
}

/** A fault in another object of an import that is called. */
function ofObject(kind: string, fits: Fits, change: (object: any) => void): Fault['plant'] {
  return (mesh, outdir) => mesh.imports.some(imported => isActive(imported, mesh) && fits(imported, mesh) && planted(outdir, {
    cluster: imported.cluster,
    isIt: object => object.kind === kind && object.metadata.namespace === imported.service.namespace
      && object.metadata.name === `mesh-import.${imported.service.name}`,
    change,
  }));
}
