import { isIP } from 'net';
import type { DrawnImport, DrawnMesh, DrawnRouting } from './arbitrary';
import {
  HeaderRule, ImportDeclaration, MeshDeclaration, PriorityDeclaration, RoutingDeclaration, Weights, clusterOf,
} from './declaration';
import type { Endpoint } from './expectation';
import { kindOf } from './import-kinds';
import { KNOWN_FAULTS } from './known-faults';
import { isRetiring, servingExports, versionsOf } from './serving';

/** The imports of what was drawn that can be declared beside each other. */
export function settledImports(drawn: DrawnMesh, mesh: MeshDeclaration): ImportDeclaration[] {
  const imports = drawn.imports.flatMap((imported, i) => importOf(imported, i, mesh));
  // Objects are named by service and namespace, so two services of one name cannot go into one namespace.
  const key = ({ cluster, namespace, service }: ImportDeclaration) => `${cluster} ${namespace} ${service.name} ${service.namespace}`;
  const once = [...new Map(imports.map(imported => [key(imported), imported])).values()];
  return withOnePriority(withoutSharedSnis(once, mesh));
}

/** Imports of a service through one egress gateway share what decides there among its exporters. */
function withOnePriority(imports: ImportDeclaration[]): ImportDeclaration[] {
  const first = new Map<string, ImportDeclaration>();
  return imports.map(imported => {
    const { cluster, service, kind } = imported;
    const key = `${cluster} ${kind} ${service.name} ${service.namespace}`;
    const leader = first.get(key) ?? imported;
    first.set(key, leader);
    return kind === 'egress' ? { ...imported, priority: leader.priority } : imported;
  });
}

/** An SNI names a Service and no cluster, so through one egress gateway it can lead to one set of exporters alone. */
function withoutSharedSnis(imports: ImportDeclaration[], mesh: MeshDeclaration): ImportDeclaration[] {
  const known = new Map<string, string>();
  return imports.map(imported => {
    const { cluster } = imported;
    const openings = kindOf(imported).egressOf(imported, mesh).map(({ sni, tiers }) => [`${cluster} ${sni}`, addressesText(tiers)]);
    const clash = openings.some(([sni, endpoints]) => (known.get(sni) ?? endpoints) !== endpoints);
    if (clash) {
      return { ...imported, kind: 'direct' };
    }
    openings.forEach(([sni, endpoints]) => known.set(sni, endpoints));
    return imported;
  });
}

/** An import goes where another cluster serves it; where all of them retire, it retires too. */
function importOf(drawn: DrawnImport, i: number, mesh: MeshDeclaration): ImportDeclaration[] {
  if (mesh.services.length === 0) {
    return [];
  }
  const service = around(mesh.services, drawn.service);
  const able = mesh.clusters.filter(({ name }) => service.exports.some(exported => exported.cluster !== name));
  if (able.length === 0) {
    return [];
  }
  const beside = drawn.besideExport ? able.filter(({ name }) => service.exports.some(exported => exported.cluster === name)) : [];
  const cluster = around(beside.length > 0 ? beside : able, drawn.cluster);
  const staying = service.exports.filter(exported => !isRetiring(exported, mesh)).map(exported => exported.cluster);
  const stays = staying.some(name => name !== cluster.name);
  if (KNOWN_FAULTS.RETIRING_IMPORT_BESIDE_OWN_EXPORT && !stays && staying.length > 0) {
    return [];
  }
  const imported: ImportDeclaration = {
    cluster: cluster.name,
    service,
    namespace: drawn.namespace,
    kind: kindOf(drawn).possibleIn(cluster) ? drawn.kind : 'direct',
    handle: around(service.exports, drawn.handle).cluster,
    addresses: drawn.addresses ? cluster.families.map(family => family === 6 ? `fd18:35a7:3084:2::${i + 1}` : `198.19.${i}.10`) : [],
    retire: drawn.retire || !stays,
  };
  const priority = isTooMuch(imported, mesh) ? undefined : priorityOf(drawn, imported, mesh);
  const exportsIt = service.exports.some(exported => exported.cluster === cluster.name);
  if (isTooMuch(imported, mesh) && exportsIt) {
    return [];
  }
  return [{ ...imported, priority, routing: drawn.routing && routingOf(drawn.routing, imported, mesh) }];
}

/** Whether the library asks too much of istiod when it orders the gateways of an import. */
function isTooMuch({ service }: ImportDeclaration, mesh: MeshDeclaration): boolean {
  const clusters = service.exports.map(({ cluster }) => clusterOf(mesh, cluster));
  const byHostname = clusters.some(({ gateways }) => gateways.some(({ address }) => isIP(address) === 0));
  const hasVersions = service.exports.some(({ versions }) => versions.length > 0);
  return byHostname && KNOWN_FAULTS.ORDER_BY_HOSTNAME_AND_VERSION !== undefined && hasVersions;
}

/** A priority names clusters that serve the import: some of them in order, or two by shares. */
function priorityOf({ priority }: DrawnImport, imported: ImportDeclaration, mesh: MeshDeclaration): PriorityDeclaration | undefined {
  if (!priority) {
    return undefined;
  }
  const { kind, choice } = priority;
  const names = servingExports(imported, mesh).map(({ cluster }) => cluster);
  const first = choice % names.length;
  const order = [...names.slice(first), ...names.slice(0, first)];
  const share = order.length > 1 ? choice % 101 : 100;
  const shares = Object.fromEntries([[order[0], share], ...order.length > 1 ? [[order[1], 100 - share]] : []]);
  return { kind, shares, order: order.slice(0, 1 + choice % order.length) };
}

function routingOf(drawn: DrawnRouting, imported: ImportDeclaration, mesh: MeshDeclaration): RoutingDeclaration | undefined {
  const versions = versionsOf(imported, mesh);
  if (versions.length === 0) {
    return undefined;
  }
  const isHttp = imported.service.ports.some(({ protocol }) => ['http', 'http2', 'grpc'].includes(protocol));
  return {
    weights: weightsOf(drawn.weights, versions),
    rules: isHttp ? differing(drawn.rules.map(rule => ({
      headers: rule.headers.map(({ name, match }) => ({ name, ...match })), weights: weightsOf(rule.weights, versions),
    }))) : [],
  };
}

/** Rules without those that ask for the headers of an earlier one: istiod warns that no request gets there. */
function differing(rules: HeaderRule[]): HeaderRule[] {
  const text = ({ headers }: HeaderRule) => JSON.stringify(headers.map(({ name, kind, value }) => [name, kind, value]).sort());
  return rules.filter((rule, i) => rules.findIndex(other => text(other) === text(rule)) === i);
}

/** Shares that sum to 100: each takes of what is left, and the last takes the rest. */
function weightsOf(drawn: DrawnRouting['weights'], versions: string[]): Weights {
  const shares = new Map(drawn.map(({ version, share }) => [around(versions, version), share]));
  let left = 100;
  return Object.fromEntries([...shares].map(([version, share], n) => {
    const weight = n === shares.size - 1 ? left : Math.min(share, left);
    left -= weight;
    return [version, weight];
  }));
}

function addressesText(tiers: Endpoint[][]): string {
  return tiers.flat().map(({ address }) => address).sort().join();
}

/** One of the values, by a number that counts around them. */
export function around<T>(values: T[], choice: number): T {
  return values[choice % values.length];
}
