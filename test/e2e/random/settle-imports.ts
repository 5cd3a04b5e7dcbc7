import { isIP } from 'net';
import type { DrawnImport, DrawnMesh, DrawnRouting } from './arbitrary';
import {
  ExportDeclaration, HeaderRule, ImportDeclaration, MeshDeclaration, PriorityDeclaration, RoutingDeclaration, Weights, clusterOf, isLocal,
  leavesByEgress,
} from './declaration';
import type { Endpoint } from './expectation';
import { kindOf } from './import-kinds';
import { gatewayEndpoints, gatewayTiers, havingVersion, isRetiring, servingExports, versionsOf, withOwn } from './serving';

/** The imports of what was drawn that can be declared beside each other. */
export function settledImports(drawn: DrawnMesh, mesh: MeshDeclaration): ImportDeclaration[] {
  const imports = withoutSharedSnis(drawn.imports.flatMap((imported, i) => importOf(imported, i, mesh)), mesh);
  // Objects are named by service and namespace, so two services of one name cannot go into one namespace.
  const key = (imported: ImportDeclaration) => [
    imported.cluster, isLocal(imported) ? 'local' : imported.namespace, imported.service.name, imported.service.namespace,
  ].join(' ');
  const once = [...new Map(imports.map(imported => [key(imported), imported])).values()];
  return withOnePriority(once).map(imported => withoutUnordered(imported, mesh));
}

/** Imports of a service through one egress gateway share what decides there among its exporters. */
function withOnePriority(imports: ImportDeclaration[]): ImportDeclaration[] {
  const first = new Map<string, ImportDeclaration>();
  return imports.map(imported => {
    if (!leavesByEgress(imported)) {
      return imported;
    }
    const { cluster, service } = imported;
    const key = `${cluster} ${service.name} ${service.namespace}`;
    const leader = first.get(key) ?? imported;
    first.set(key, leader);
    return { ...imported, priority: leader.priority };
  });
}

/**
 * An import without an order of clusters that istiod cannot follow: among gateways of which one is known by a hostname, for a version.
 * An egress gateway has an order for versions that all exporters have.
 */
function withoutUnordered(imported: ImportDeclaration, mesh: MeshDeclaration): ImportDeclaration {
  const isOrdered = (exports: ExportDeclaration[], version: string) => gatewayTiers(imported, { exports, version }, mesh).length > 1;
  const byHostname = (exports: ExportDeclaration[]) => exports
    .some(({ cluster }) => clusterOf(mesh, cluster).gateways.some(({ address }) => isIP(address) === 0));
  if (leavesByEgress(imported)) {
    const exports = servingExports(imported, mesh);
    const partial = versionsOf(imported, mesh).filter(version => havingVersion(exports, version).length < exports.length);
    const isWrong = imported.priority && byHostname(exports) && partial.some(version => isOrdered(exports, version));
    return isWrong ? { ...imported, priority: undefined } : imported;
  }
  if (isLocal(imported)) {
    const exports = servingExports(imported, mesh);
    const [first] = gatewayTiers(imported, { exports, version: '' }, mesh);
    const isFirst = ({ cluster }: ExportDeclaration) => gatewayEndpoints(clusterOf(mesh, cluster))
      .some(endpoint => first.some(({ address }) => address === endpoint));
    const isWrong = imported.priority !== undefined && exports.some(exported => byHostname([exported]) && !isFirst(exported));
    return isWrong ? { ...imported, priority: undefined } : imported;
  }
  const exports = withOwn(imported, mesh);
  const hasOrder = imported.priority !== undefined || exports.some(({ cluster }) => cluster === imported.cluster);
  const { routing } = imported;
  const versions = routing ? [routing, ...routing.rules].flatMap(({ weights }) => Object.keys(weights)) : [];
  const isWrong = imported.kind === 'direct' && hasOrder && byHostname(exports) && versions.some(version => isOrdered(exports, version));
  return isWrong ? { ...imported, routing: undefined } : imported;
}

/**
 * An SNI names a Service and no cluster, so through one egress gateway it can lead to one set of exporters alone. Services of one name and
 * namespace share a route there, also where gateways open them as different Services.
 */
function withoutSharedSnis(imports: ImportDeclaration[], mesh: MeshDeclaration): ImportDeclaration[] {
  const known = new Map<string, string>();
  return imports.map(imported => {
    const { cluster } = imported;
    const { name, namespace } = imported.service;
    const opened = kindOf(imported).egressOf(imported, mesh);
    const route = [`${cluster} ${name}.${namespace}`, [...new Set(opened.map(({ tiers }) => addressesText(tiers)))].sort().join(' ')];
    const openings = [...opened.map(({ sni, tiers }) => [`${cluster} ${sni}`, addressesText(tiers)]), ...opened.length > 0 ? [route] : []];
    const clash = openings.some(([sni, endpoints]) => (known.get(sni) ?? endpoints) !== endpoints);
    if (clash) {
      return { ...imported, kind: kindOf(imported).otherwise };
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
  const stays = service.exports.some(exported => exported.cluster !== cluster.name && !isRetiring(exported, mesh));
  const kind = possibleKind(drawn.kind, (candidate: string) => kindOf({ kind: candidate }).isPossible(cluster, service, mesh));
  const hasVips = drawn.addresses && !isLocal({ kind });
  const imported: ImportDeclaration = {
    cluster: cluster.name,
    service,
    namespace: isLocal({ kind }) ? service.namespace : drawn.namespace,
    kind,
    handle: around(service.exports, drawn.handle).cluster,
    addresses: hasVips ? cluster.families.map(family => family === 6 ? `fd18:35a7:3084:2::${i + 1}` : `198.19.${i}.10`) : [],
    home: drawn.home,
    retire: drawn.retire || !stays,
  };
  const priority = priorityOf(drawn, imported, mesh);
  return [{ ...imported, priority, routing: drawn.routing && routingOf(drawn.routing, imported, mesh) }];
}

/** The kind, or the next one that is possible in its place. */
function possibleKind(kind: string, isPossible: (kind: string) => boolean): string {
  return isPossible(kind) ? kind : possibleKind(kindOf({ kind }).otherwise, isPossible);
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

/** Rules without those that ask for all headers of an earlier one: no request gets there, and the library refuses them. */
function differing(rules: HeaderRule[]): HeaderRule[] {
  const texts = ({ headers }: HeaderRule) => headers.map(({ name, kind, value }) => JSON.stringify([name, kind, value]));
  const covers = (earlier: HeaderRule, later: HeaderRule) => texts(earlier).every(header => texts(later).includes(header));
  return rules.filter((rule, i) => !rules.slice(0, i).some(earlier => covers(earlier, rule)));
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
