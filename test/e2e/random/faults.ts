import { existsSync, readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import { parse } from 'yaml';
import { ImportDeclaration, MeshDeclaration, clusterOf, hasReached, isLocal, leavesByEgress } from './declaration';
import { kindOf } from './import-kinds';
import { LOCAL_FAULTS } from './local-faults';
import { planted } from './planted';
import { servingExports, withOwn } from './serving';
import { SECRET } from './workloads';
import { toYaml } from '../../../src/output/yaml';

/** A fault that is planted in the manifests of a mesh, to see that the judge catches it. */
export interface Fault {
  readonly name: string;
  /** What a problem that it causes reads like. */
  readonly seen: RegExp;
  /** Whether it shows only beside a hostile namespace. */
  readonly hostile?: boolean;
  /** Plants it; false when the mesh has no place for it. */
  readonly plant: (mesh: MeshDeclaration, outdir: string) => boolean;
}

export const FAULTS: Fault[] = [
  ...LOCAL_FAULTS,
  {
    name: 'an SNI changed',
    seen: /ends at/,
    plant: ofImport(unrouted, 'DestinationRule', rule => {
      firstTls(rule.spec.trafficPolicy).sni += 'x';
    }),
  },
  {
    name: 'an endpoint swapped',
    seen: /ends at/,
    plant: ofImport(unrouted, 'ServiceEntry', entry => {
      entry.spec.endpoints[0].address = '192.0.2.66';
    }),
  },
  {
    name: 'exportTo dropped',
    seen: /though it must not/,
    plant: ofImport(unrouted, 'ServiceEntry', entry => {
      delete entry.spec.exportTo;
    }),
  },
  {
    name: 'an extra Gateway host',
    seen: /ingress gateway opens/,
    plant: ofExport((gateway, namespace, domain) => {
      gateway.spec.servers[0].hosts.push(`${SECRET}.${namespace}.svc.${domain}`);
    }),
  },
  {
    name: 'the TLS of a DestinationRule removed',
    seen: /ends at/,
    plant: ofImport(unrouted, 'DestinationRule', rule => {
      delete rule.spec.trafficPolicy.tls;
      (rule.spec.trafficPolicy.portLevelSettings ?? []).forEach((settings: any) => {
        delete settings.tls;
      });
    }),
  },
  {
    name: 'an identity not pinned',
    seen: /ends at/,
    plant: ofImport(imported => unrouted(imported) && imported.service.exports[0].serviceAccount !== undefined, 'ServiceEntry',
      entry => {
        delete entry.spec.subjectAltNames;
      }),
  },
  {
    name: 'a version that is any version',
    seen: /ends at/,
    plant: ofImport(imported => imported.routing !== undefined, 'VirtualService', service => {
      const [route] = service.spec.http ?? service.spec.tcp ?? service.spec.tls;
      delete route.route[0].destination.subset;
    }),
  },
  {
    name: 'an order of clusters turned round',
    seen: /ends at/,
    plant: ofImport((imported, mesh) => unrouted(imported) && hasOwnFirst(imported, mesh), 'DestinationRule', rule => {
      const policies = [rule.spec.trafficPolicy, ...rule.spec.trafficPolicy.portLevelSettings ?? []];
      policies.filter(({ loadBalancer }) => loadBalancer).forEach(({ loadBalancer: { localityLbSetting } }) => {
        // As if callers had the label of the clusters that answer last.
        localityLbSetting.failoverPriority = localityLbSetting.failoverPriority.map((label: string) => `${label}=true`);
      });
    }),
  },
  {
    name: 'an SNI that the egress gateway does not know',
    seen: /egress gateway lacks/,
    plant: ofEgress('VirtualService', service => {
      service.spec.tls[0].match[0].sniHosts[0] = service.spec.hosts[0] = 'other.example';
    }),
  },
  {
    name: 'an import without a VirtualService, beside a hostile one',
    hostile: true,
    seen: /ends at .*hostile/,
    plant: ofImport(unrouted, 'VirtualService', service => {
      service.spec.hosts = ['other.example'];
    }),
  },
  {
    name: 'an egress listener that takes routes of any namespace',
    hostile: true,
    seen: /egress gateway opens .*192\.0\.2\.66/,
    plant: ofEgress('Gateway', gateway => {
      gateway.spec.servers[0].hosts = ['*'];
    }),
  },
  {
    name: 'a gateway that takes Gateways of any namespace',
    hostile: true,
    seen: /ingress gateway opens/,
    plant: (mesh, outdir) => mesh.services.some(({ exports }) => exports.length > 0) && mesh.clusters.some(({ name }) => {
      const file = join(outdir, 'install', name, 'istiod-values.yml');
      if (!existsSync(file)) {
        return false;
      }
      const values = parse(readFileSync(file, 'utf8'));
      delete values.env;
      writeFileSync(file, toYaml(values, { sortKeys: false }));
      return true;
    }),
  },
  {
    name: 'a misspelt field',
    seen: /istiod's validation: .*adress/,
    plant: ofImport(imported => !isLocal(imported), 'ServiceEntry', entry => {
      entry.spec.endpoints[0].adress = '192.0.2.66';
    }),
  },
  {
    name: 'an object that istiod refuses',
    seen: /istiod's validation: Gateway/,
    plant: ofExport(gateway => {
      gateway.spec.servers[0].hosts = [];
    }),
  },
];

/** An import under a global name whose calls reach the rule itself, not one of its subsets. */
function unrouted(imported: ImportDeclaration): boolean {
  return imported.routing === undefined && !isLocal(imported);
}

/** The cluster's own pods answer first. */
function hasOwnFirst(imported: ImportDeclaration, mesh: MeshDeclaration): boolean {
  const exportsIt = withOwn(imported, mesh).length > servingExports(imported, mesh).length;
  return exportsIt && imported.kind === 'direct' && imported.priority === undefined;
}

/** A fault in an object of an import that is called. */
function ofImport(
  fits: (imported: ImportDeclaration, mesh: MeshDeclaration) => boolean, kind: string, change: (object: any) => void,
): Fault['plant'] {
  return (mesh, outdir) => mesh.imports.some(imported => {
    const host = kindOf(imported).hostOf(imported, mesh);
    return !imported.retire && !hasReached(clusterOf(mesh, imported.cluster), 'SERVICES') && fits(imported, mesh) && planted(outdir, {
      cluster: imported.cluster,
      isIt: object => object.kind === kind && object.metadata.namespace === imported.namespace
        && [object.spec.host, ...object.spec.hosts ?? []].includes(host),
      change,
    });
  });
}

/** A fault in an object beside the egress gateway of a cluster that uses it. */
function ofEgress(kind: string, change: (object: any) => void): Fault['plant'] {
  return (mesh, outdir) => mesh.imports.some(imported => {
    const { cluster: name } = imported;
    const cluster = clusterOf(mesh, name);
    const namespace = cluster.egress?.namespace ?? cluster.istioNamespace;
    return leavesByEgress(imported) && !hasReached(cluster, 'SERVICES') && planted(outdir, {
      cluster: name,
      isIt: object => object.kind === kind && object.metadata.namespace === namespace && /^mesh-/.test(object.metadata.name)
        && (object.spec.tls !== undefined || object.spec.servers?.[0].tls.mode === 'PASSTHROUGH'),
      change,
    });
  });
}

/** A fault in the Gateway of an export that is open. */
function ofExport(change: (gateway: any, namespace: string, domain: string) => void): Fault['plant'] {
  return (mesh, outdir) => mesh.services.some(({ name, namespace, foreign, exports }) => !foreign && exports.some(exported => {
    const { domain } = clusterOf(mesh, exported.cluster);
    return planted(outdir, {
      cluster: exported.cluster,
      isIt: object => object.kind === 'Gateway' && object.spec.servers[0].hosts.includes(`${name}.${namespace}.svc.${domain}`),
      change: gateway => change(gateway, namespace, domain),
    });
  }));
}

function firstTls(policy: any): any {
  return policy.tls ?? policy.portLevelSettings[0].tls;
}
