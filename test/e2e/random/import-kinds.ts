import {
  ClusterDeclaration, ExportDeclaration, HeaderRule, ImportDeclaration, MeshDeclaration, PortDeclaration, Weights, clusterOf,
} from './declaration';
import type { Call, Endpoint, ExpectedCall, ExpectedOpening, ExpectedRoute, ExpectedVips } from './expectation';
import { gatewayTiers, hostOf, identitiesOf, servingExports, sniOf, versionsOf, withOwn } from './serving';

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
interface BySuffix {
  /** The exports whose gateways or pods a caller may reach. */
  readonly exportsOf: (imported: ImportDeclaration, mesh: MeshDeclaration) => ExportDeclaration[];
  readonly tiersOf: (imported: ImportDeclaration, version: string, mesh: MeshDeclaration) => Endpoint[][];
}

function bySuffix({ exportsOf, tiersOf }: BySuffix): Pick<ImportKind, 'hostOf' | 'vipsOf' | 'routeOf'> {
  return {
    hostOf: ({ service }) => hostOf(service),
    vipsOf,
    routeOf: (imported, port, version, mesh) => ({
      host: hostOf(imported.service),
      subset: version,
      tls: 'ISTIO_MUTUAL',
      sni: sniOf(imported, port.port, version, mesh),
      identities: identitiesOf(imported, exportsOf(imported, mesh), mesh),
      tiers: tiersOf(imported, version, mesh),
    }),
  };
}

const KINDS: ImportKind[] = [
  {
    name: 'direct',
    possibleIn: () => true,
    options: {},
    ...bySuffix({
      exportsOf: withOwn,
      tiersOf: (imported, version, mesh) => gatewayTiers(imported, { exports: withOwn(imported, mesh), version }, mesh),
    }),
    egressOf: () => [],
  },
  {
    name: 'egress',
    possibleIn: cluster => cluster.egress !== undefined,
    options: { via: 'ImportPath.egressGateway()' },
    ...bySuffix({
      exportsOf: servingExports,
      tiersOf: ({ cluster }, _, mesh) => [[{ address: `${egressAddress(clusterOf(mesh, cluster))} port 15443`, weight: 1 }]],
    }),
    egressOf: (imported, mesh) => imported.service.ports.flatMap(({ port }) => ['', ...versionsOf(imported, mesh)].map(version => ({
      sni: sniOf(imported, port, version, mesh),
      tiers: gatewayTiers(imported, { exports: servingExports(imported, mesh), version }, mesh),
    }))),
  },
];

export const KIND_NAMES = KINDS.map(({ name }) => name);

/** The kind of an import by its name. */
export function kindOf({ kind }: { readonly kind: string }): ImportKind {
  return KINDS.find(({ name }) => name === kind)!;
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
    if (got === undefined) {
      return false;
    }
    if (kind === 'regex') {
      return new RegExp(`^(?:${value})$`).test(got);
    }
    return kind === 'exact' ? got === value : got.startsWith(value);
  });
}

function shares(weights: Weights): Array<[string, number]> {
  return Object.entries(weights).filter(([, weight]) => weight > 0).sort(([a], [b]) => a < b ? -1 : 1);
}

function egressAddress({ egress, istioNamespace, domain }: ClusterDeclaration): string {
  return egress!.clusterIp ?? `${egress!.name ?? 'istio-egressgateway'}.${egress!.namespace ?? istioNamespace}.svc.${domain}`;
}

function vipsOf({ addresses, service, cluster: name }: ImportDeclaration, mesh: MeshDeclaration): ExpectedVips {
  const chosen = addresses.length > 0 ? addresses : service.addresses;
  const { vips } = clusterOf(mesh, name);
  if (chosen.length > 0) {
    return { addresses: chosen, ranges: [] };
  }
  const ranges = vips ? [vips.ipv4, vips.ipv6].flatMap(range => range ?? []) : ['240.0.0.0/4'];
  return { addresses: [], ranges };
}
