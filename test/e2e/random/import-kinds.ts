import {
  ClusterDeclaration, ExportDeclaration, HeaderRule, ImportDeclaration, MeshDeclaration, PortDeclaration, ServiceDeclaration, Weights,
  clusterOf, hasReached,
} from './declaration';
import type { Call, ExpectedCall, ExpectedOpening, ExpectedRoute, ExpectedVips } from './expectation';

/**
 * A way to import a service. All that differs between ways stands in one entry of KINDS: when it is possible, how a program
 * says it, how callers reach the service, and what an egress gateway passes on for it.
 */
export interface ImportKind {
  readonly name: string;
  readonly possibleIn: (cluster: ClusterDeclaration) => boolean;
  /** Options of importService beside those that every kind takes. */
  readonly options: { readonly [name: string]: string };
  /** The host that callers use. */
  readonly hostOf: (imported: ImportDeclaration, mesh: MeshDeclaration) => string;
  /** What the host resolves to. */
  readonly vipsOf: (imported: ImportDeclaration, mesh: MeshDeclaration) => ExpectedVips;
  /** Where calls of a version go, or of any version when its name is empty. */
  readonly routeOf: (
    imported: ImportDeclaration, port: PortDeclaration, version: string, mesh: MeshDeclaration,
  ) => Omit<ExpectedRoute, 'weight'>;
  /** What the importing cluster's egress gateway passes on. */
  readonly egressOf: (imported: ImportDeclaration, mesh: MeshDeclaration) => ExpectedOpening[];
}

/**
 * What imports under `<name>.<namespace>.<suffix>` have in common: a VIP of the importing cluster, and an SNI that names the
 * remote Service.
 */
const bySuffix = (endpointsOf: (imported: ImportDeclaration, version: string, mesh: MeshDeclaration) => string[]) => ({
  hostOf: ({ service }: ImportDeclaration) => hostOf(service),
  vipsOf,
  routeOf: (imported: ImportDeclaration, port: PortDeclaration, version: string, mesh: MeshDeclaration) => ({
    host: hostOf(imported.service),
    subset: version,
    tls: 'ISTIO_MUTUAL',
    sni: sniOf(imported, port.port, version, mesh),
    identities: identitiesOf(imported, mesh),
    endpoints: endpointsOf(imported, version, mesh).sort(),
  }),
});

const KINDS: ImportKind[] = [
  {
    name: 'direct',
    possibleIn: () => true,
    options: {},
    ...bySuffix((imported, version, mesh) => gatewaysOf(havingVersion(imported, version, mesh), mesh)),
    egressOf: () => [],
  },
  {
    name: 'egress',
    possibleIn: cluster => cluster.egress !== undefined,
    options: { via: 'ImportPath.egressGateway()' },
    ...bySuffix((imported, _, mesh) => [`${egressAddress(clusterOf(mesh, imported.cluster))} port 15443`]),
    egressOf: (imported, mesh) => imported.service.ports.flatMap(({ port }) => ['', ...versionsOf(imported, mesh)].map(version => ({
      sni: sniOf(imported, port, version, mesh),
      endpoints: gatewaysOf(havingVersion(imported, version, mesh), mesh).sort(),
    }))),
  },
];

export const KIND_NAMES = KINDS.map(({ name }) => name);

/** The kind of an import by its name. */
export function kindOf({ kind }: { readonly kind: string }): ImportKind {
  return KINDS.find(({ name }) => name === kind)!;
}

/** What of an import says who serves it. */
interface Importer {
  readonly service: ServiceDeclaration;
  readonly cluster: string;
}

/** The exports that serve an import: those of other clusters, without those that retire as long as one of them stays. */
export function servingExports({ service, cluster }: Importer, mesh: MeshDeclaration): ExportDeclaration[] {
  const others = service.exports.filter(exported => exported.cluster !== cluster);
  const staying = others.filter(exported => !isRetiring(exported, mesh));
  return staying.length > 0 ? staying : others;
}

export function isRetiring(exported: ExportDeclaration, mesh: MeshDeclaration): boolean {
  return exported.retire || hasReached(clusterOf(mesh, exported.cluster), 'CONSUMERS');
}

/** The host of a service outside its own clusters. */
export function hostOf({ name, namespace, suffix }: ServiceDeclaration): string {
  return `${name}.${namespace}.${suffix}`;
}

/** The calls that an import makes possible: for each port one for each rule of its routing, and one that no rule is for. */
export function callsOf(imported: ImportDeclaration, mesh: MeshDeclaration): ExpectedCall[] {
  const kind = kindOf(imported);
  const { routing } = imported;
  return imported.service.ports.flatMap(port => {
    const isHttp = ['http', 'http2', 'grpc'].includes(port.protocol);
    const rules = isHttp ? routing?.rules ?? [] : [];
    return [undefined, ...rules].map(rule => {
      const headers = Object.fromEntries((rule?.headers ?? []).map(({ name, example }) => [name, example]));
      const weights = (rules.find(candidate => takes(candidate, headers)) ?? routing)?.weights ?? { '': 100 };
      return {
        call: callTo(imported.namespace, kind.hostOf(imported, mesh), port, headers),
        vips: kind.vipsOf(imported, mesh),
        routes: shares(weights).map(([version, weight]) => ({ weight, ...kind.routeOf(imported, port, version, mesh) })),
      };
    });
  });
}

export function callTo(namespace: string, host: string, { protocol, port }: PortDeclaration, headers: Call['headers'] = {}): Call {
  const spoken: { [protocol: string]: Call['protocol'] } = { http: 'http', http2: 'http2', grpc: 'http2', tls: 'tls', https: 'tls' };
  return { namespace, host, port, protocol: spoken[protocol] ?? 'tcp', headers };
}

function takes({ headers }: HeaderRule, sent: Call['headers']): boolean {
  return headers.every(({ name, kind, value }) => {
    const got = sent[name];
    if (got === undefined) {return false;}
    if (kind === 'regex') {return new RegExp(`^(?:${value})$`).test(got);}
    return kind === 'exact' ? got === value : got.startsWith(value);
  });
}

function shares(weights: Weights): Array<[string, number]> {
  return Object.entries(weights).filter(([, weight]) => weight > 0).sort(([a], [b]) => a < b ? -1 : 1);
}

/** Every version that one of the exporters has. */
export function versionsOf(imported: ImportDeclaration, mesh: MeshDeclaration): string[] {
  return [...new Set(servingExports(imported, mesh).flatMap(({ versions }) => versions.map(({ name }) => name)))].sort();
}

function havingVersion(imported: ImportDeclaration, version: string, mesh: MeshDeclaration): ExportDeclaration[] {
  return servingExports(imported, mesh).filter(({ versions }) => version === '' || versions.some(({ name }) => name === version));
}

function gatewaysOf(exports: ExportDeclaration[], mesh: MeshDeclaration): string[] {
  return exports.flatMap(({ cluster }) => gatewayEndpoints(clusterOf(mesh, cluster)));
}

/** Where other clusters reach the ingress gateway of a cluster. */
export function gatewayEndpoints({ gateways, nodePort }: ClusterDeclaration): string[] {
  return gateways.map(({ address, port }) => `${address} port ${port ?? nodePort ?? 15443}`);
}

/** The SNI that an exporter's gateway knows a version of a Service's port by. */
function sniOf({ service }: ImportDeclaration, port: number, version: string, mesh: MeshDeclaration): string {
  return `outbound_.${port}_.${version}_.${service.name}.${service.namespace}.svc.${clusterOf(mesh, service.exports[0].cluster).domain}`;
}

/** Whom a caller takes for the server: the accounts that exporters name, also in trust domains that its cluster takes for its own. */
function identitiesOf(imported: ImportDeclaration, mesh: MeshDeclaration): string[] {
  const exports = servingExports(imported, mesh);
  if (!exports.every(({ serviceAccount }) => serviceAccount !== undefined)) {return [];}
  const { aliases } = clusterOf(mesh, imported.cluster);
  return [...new Set(exports.flatMap(({ cluster, serviceAccount }) => [clusterOf(mesh, cluster).trustDomain, ...aliases]
    .map(trustDomain => `spiffe://${trustDomain}/ns/${imported.service.namespace}/sa/${serviceAccount}`)))].sort();
}

function egressAddress({ egress, istioNamespace, domain }: ClusterDeclaration): string {
  return egress!.clusterIp ?? `${egress!.name ?? 'istio-egressgateway'}.${egress!.namespace ?? istioNamespace}.svc.${domain}`;
}

function vipsOf({ addresses, service, cluster: name }: ImportDeclaration, mesh: MeshDeclaration): ExpectedVips {
  const chosen = addresses.length > 0 ? addresses : service.addresses;
  const { vips } = clusterOf(mesh, name);
  if (chosen.length > 0) {return { addresses: chosen, ranges: [] };}
  const ranges = vips ? [vips.ipv4, vips.ipv6].flatMap(range => range ?? []) : ['240.0.0.0/4'];
  return { addresses: [], ranges };
}
