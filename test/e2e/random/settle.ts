import type { DrawnCluster, DrawnExport, DrawnMesh, DrawnService } from './arbitrary';
import {
  ClusterDeclaration, EgressDeclaration, ExportDeclaration, GatewayDeclaration, MeshDeclaration, ServiceDeclaration, VersionDeclaration,
  VipsDeclaration, clusterOf as clusterNamed, isLocal,
} from './declaration';
import { around, settledImports } from './settle-imports';

const PARTNERS = 'partner.example';
const CLUSTERS = ['c1', 'east', 'eu-west-1', '0x', 'x--y', 'z'.repeat(63)];

/**
 * A valid declaration of what was drawn: what the library refuses with good reason is left out or put right. A refusal of
 * what this returns is a fault.
 */
export function settled(drawn: DrawnMesh, release: string): MeshDeclaration {
  const clusters = drawn.clusters.map((cluster, i) => clusterOf(cluster, i, release));
  const { suffix, hostile } = drawn;
  const mesh: MeshDeclaration = { release, suffix, clusters, outside: outsideOf(release), services: [], imports: [], hostile };
  const named = new Map(drawn.services.map(service => [`${service.name} ${service.namespace} ${service.foreign}`, service]));
  const declared = { ...mesh, services: [...named.values()].flatMap((service, i) => serviceOf(service, i, mesh)) };
  return withAliases({ ...declared, imports: settledImports(drawn, declared) });
}

/** Two clusters of other repositories. */
function outsideOf(release: string): ClusterDeclaration[] {
  const common = { release, aliases: [], istioNamespace: 'istio-system', families: [4], strictMtls: false };
  return [
    { ...common, name: 'partner-1', domain: 'cluster.local', trustDomain: 'cluster.local', gateways: [{ address: '192.0.2.1' }] },
    {
      ...common,
      name: 'partner-2',
      domain: 'cluster.local',
      trustDomain: PARTNERS,
      locality: 'europe/b',
      gateways: [{ address: 'gateway.partner.example', port: 443 }, { address: '2001:db8:99::1' }],
    },
  ];
}

function clusterOf(drawn: DrawnCluster, i: number, release: string): ClusterDeclaration {
  return {
    name: CLUSTERS[i],
    release: drawn.release ?? release,
    domain: drawn.domain,
    trustDomain: drawn.trustDomain,
    aliases: drawn.aliases.filter(alias => alias !== drawn.trustDomain),
    istioNamespace: drawn.istioNamespace,
    selector: drawn.selector,
    revision: drawn.revision,
    locality: drawn.locality,
    families: drawn.families,
    vips: vipsOf(drawn),
    gateways: drawn.gateways.map((kind, n) => gatewayOf(kind, i, n, drawn.gatewayPort)),
    nodePort: drawn.nodePort,
    egress: egressOf(drawn),
    connectTimeoutMs: drawn.connectTimeoutMs,
    strictMtls: drawn.strictMtls,
    retire: drawn.retire,
  };
}

/** A VIP must be of a family that the pods have. */
function vipsOf({ families, ownRange }: DrawnCluster): VipsDeclaration | undefined {
  const ipv4 = ownRange ? '100.64.0.0/10' : '240.0.0.0/4';
  const ipv6 = ownRange ? 'fd42::/32' : 'fd18:35a7:3084::/48';
  if (families.length === 2) {
    return { ipv4, ipv6 };
  }
  if (families[0] === 6) {
    return { ipv6 };
  }
  return ownRange ? { ipv4 } : undefined;
}

/** No two clusters share address and port; `shared` is one address with a port for each cluster. */
function gatewayOf(kind: string, i: number, n: number, port: number | undefined): GatewayDeclaration {
  const own = port === undefined ? {} : { port };
  switch (kind) {
    case 'hostname': return { address: `gw${n}.c${i}.example.com`, ...own };
    case 'ipv6': return { address: `2001:db8:${i}::${n + 1}`, ...own };
    case 'shared': return { address: '198.51.100.7', port: 30000 + 10 * i + n };
    default: return { address: `203.0.113.${10 * i + n + 1}`, ...own };
  }
}

function egressOf({ egress, families }: DrawnCluster): EgressDeclaration | undefined {
  switch (egress) {
    case 'service': return {};
    case 'own service': return { name: 'way-out', namespace: 'egress', selector: { app: 'way-out' } };
    case 'clusterIp': return { clusterIp: families[0] === 6 ? 'fd00:96::7' : '10.96.7.7' };
    default: return undefined;
  }
}

/** Exporters of one service agree on its domain, ports, VIPs, and on whether they name the server's account and the callers. */
function serviceOf(drawn: DrawnService, i: number, { clusters, outside, suffix }: MeshDeclaration): ServiceDeclaration[] {
  const able = (drawn.foreign ? outside : clusters).filter(({ gateways }) => gateways.length > 0);
  if (able.length === 0) {
    return [];
  }
  const { domain } = around(able, drawn.exports[0].cluster);
  const alike = able.filter(cluster => cluster.domain === domain);
  const exports = [...new Map(drawn.exports.map(exported => {
    const { name } = around(alike, exported.cluster);
    return [name, { ...exportOf(exported, name, drawn), ...drawn.foreign && { retire: false } }];
  })).values()];
  const families = new Set(clusters.flatMap(cluster => cluster.families));
  const used = new Set(drawn.ports.map(({ port }) => port));
  return [{
    name: drawn.name,
    namespace: drawn.namespace,
    suffix: drawn.foreign ? PARTNERS : suffix,
    foreign: drawn.foreign,
    ports: drawn.ports.map(({ protocol, port, named }, n) => ({ protocol, name: named ? `${protocol}-${n}` : `p${n}`, port })),
    extraPorts: [{ protocol: 'tcp', name: 'admin', port: 9901 }, { protocol: 'udp', name: 'udp', port: 8125 }]
      .filter(({ name, port }) => drawn.extraPorts.includes(name) && !used.has(port)),
    addresses: drawn.addresses ? [`198.18.${i}.10`, ...families.has(6) ? [`fd18:35a7:3084:1::${i + 1}`] : []] : [],
    onlyPorts: drawn.onlyPorts,
    exports,
  }];
}

function exportOf(drawn: DrawnExport, cluster: string, service: DrawnService): ExportDeclaration {
  const { pinned, onlyPorts, exports: [{ guarded }] } = service;
  return {
    cluster,
    serviceAccount: pinned ? drawn.account : undefined,
    versions: drawn.versions.map(({ name, labels }): VersionDeclaration => ({
      name,
      existing: labels === 'existing' && !onlyPorts,
      labels: labels === 'version' ? { version: name } : { release: `r-${name}`, tier: 'x' },
    })),
    pods: drawn.pods,
    guarded,
    retire: drawn.retire,
  };
}

/** A receiver takes the trust domain of each of its callers, and a caller of a local name that of each server. */
function withAliases(mesh: MeshDeclaration): MeshDeclaration {
  const clusters = mesh.clusters.map(cluster => {
    const callers = mesh.imports.filter(({ service }) => service.exports.some(exported => exported.cluster === cluster.name));
    const needed = callers.map(({ cluster: name }) => mesh.clusters.find(caller => caller.name === name)!.trustDomain);
    const servers = mesh.imports.filter(imported => imported.cluster === cluster.name && isLocal(imported))
      .flatMap(({ service }) => service.exports.map(exported => clusterNamed(mesh, exported.cluster).trustDomain));
    const aliases = [...new Set([...cluster.aliases, ...needed, ...servers])].filter(domain => domain !== cluster.trustDomain);
    return { ...cluster, aliases };
  });
  return { ...mesh, clusters };
}
