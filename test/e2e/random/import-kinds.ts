import {
  ClusterDeclaration, ExportDeclaration, HeaderRule, ImportDeclaration, MeshDeclaration, PortDeclaration, ServiceDeclaration, Weights,
  clusterOf, isLocal,
} from './declaration';
import type { Call, Endpoint, ExpectedCall, ExpectedOpening, ExpectedRoute, ExpectedVips } from './expectation';
import {
  canBeLocal, canLeaveLocally, localEgressTiers, localHostOf, localIdentities, localName, localTiers, localVips,
} from './local-kinds';
import { gatewayTiers, hostOf, identitiesOf, servingExports, sniOf, versionsOf, withOwn } from './serving';

/** A namespace that imports nothing, in every cluster. */
export const OUTSIDER = 'outsider';

/**
 * A way to import a service. All that differs between ways stands in one entry of KINDS: when it is possible, how a program
 * says it, how callers reach the service, and what an egress gateway passes on for it.
 */
export interface ImportKind {
  readonly name: string;
  readonly isPossible: (cluster: ClusterDeclaration, service: ServiceDeclaration, mesh: MeshDeclaration) => boolean;
  /** The kind of an import that cannot be of this one after all. */
  readonly otherwise: string;
  /** Options of importService beside those that every kind takes. */
  readonly options: (imported: ImportDeclaration, mesh: MeshDeclaration) => { readonly [name: string]: string };
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

const BY_EGRESS = 'ImportPath.egressGateway()';

const KINDS: ImportKind[] = [
  {
    name: 'direct',
    isPossible: () => true,
    otherwise: 'direct',
    options: ({ namespace }) => ({ namespace: quoted(namespace) }),
    ...bySuffix({
      exportsOf: withOwn,
      tiersOf: (imported, version, mesh) => gatewayTiers(imported, { exports: withOwn(imported, mesh), version }, mesh),
    }),
    egressOf: () => [],
  },
  {
    name: 'egress',
    isPossible: cluster => cluster.egress !== undefined,
    otherwise: 'direct',
    options: ({ namespace }) => ({ namespace: quoted(namespace), via: BY_EGRESS }),
    ...bySuffix({
      exportsOf: servingExports,
      tiersOf: ({ cluster }, _, mesh) => [[{ address: `${egressAddress(clusterOf(mesh, cluster))} port 15443`, weight: 1 }]],
    }),
    egressOf: openingsBehind,
  },
  {
    name: 'local',
    isPossible: canBeLocal,
    otherwise: 'direct',
    options: (imported, mesh) => ({ name: localName(imported, mesh) }),
    ...byLocalName(localTiers),
    egressOf: () => [],
  },
  {
    name: 'local egress',
    isPossible: canLeaveLocally,
    otherwise: 'local',
    options: (imported, mesh) => ({ name: localName(imported, mesh), via: BY_EGRESS }),
    ...byLocalName(localEgressTiers),
    egressOf: openingsBehind,
  },
];

/** What an egress gateway passes on for an import: every port and version. */
function openingsBehind(imported: ImportDeclaration, mesh: MeshDeclaration): ExpectedOpening[] {
  return imported.service.ports.flatMap(({ port }) => ['', ...versionsOf(imported, mesh)].map(version => ({
    sni: sniOf(imported, port, version, mesh),
    // The egress gateway knows no local pods, and whoever comes to it wants another cluster.
    tiers: gatewayTiers(imported, { exports: servingExports(imported, mesh), version }, mesh),
  })));
}

/** What imports under local names have in common: the address of a Service, and an SNI that istiod makes of its host. */
function byLocalName(tiersOf: typeof localTiers): Pick<ImportKind, 'hostOf' | 'vipsOf' | 'routeOf'> {
  return {
    hostOf: localHostOf,
    vipsOf: localVips,
    routeOf: (imported, { port }, version, mesh) => ({
      host: localHostOf(imported, mesh),
      subset: version,
      // istiod decides for each endpoint: all of these take mutual TLS.
      tls: 'AUTO',
      sni: sniOf(imported, port, version, mesh),
      identities: localIdentities(imported, mesh),
      tiers: tiersOf(imported, { port, version }, mesh),
    }),
  };
}

/** The kind of an import by its name. */
export function kindOf({ kind }: { readonly kind: string }): ImportKind {
  return KINDS.find(({ name }) => name === kind)!;
}

function quoted(value: string): string {
  return `'${value}'`;
}

/**
 * The calls that an import makes possible: for each port one for each rule of its routing, and one that no rule is for. A local name
 * is known in every namespace.
 */
export function callsOf(imported: ImportDeclaration, mesh: MeshDeclaration): ExpectedCall[] {
  const kind = kindOf(imported);
  const { routing } = imported;
  return imported.service.ports.flatMap(port => {
    const isHttp = ['http', 'http2', 'grpc'].includes(port.protocol);
    const rules = isHttp ? routing?.rules ?? [] : [];
    const callers = isLocal(imported) ? [imported.namespace, OUTSIDER] : [imported.namespace];
    return callers.flatMap(namespace => [undefined, ...rules].map(rule => {
      const headers = Object.fromEntries((rule?.headers ?? []).map(({ name, example }) => [name, example]));
      const weights = (rules.find(candidate => takes(candidate, headers)) ?? routing)?.weights ?? { '': 100 };
      return {
        call: callTo(namespace, kind.hostOf(imported, mesh), port, headers),
        vips: kind.vipsOf(imported, mesh),
        routes: shares(weights).map(([version, weight]) => ({ weight, ...kind.routeOf(imported, port, version, mesh) })),
        areSharesPromised: !isLocal(imported) || imported.priority?.kind === 'weights',
      };
    }));
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
