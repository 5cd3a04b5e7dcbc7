import { objectAt, objectsIn, textsIn } from '../../../checks/content';
import { GATEWAY_PORT } from '../../../model/port-number';
import { portsOf, WrittenCluster, hostsOf } from '../../../written/cluster';
import type { Manifest } from '../../../written/manifest';
import { ServiceSni, serviceSni } from '../../../written/sni';
import { subsetLabelsOf, subsetsOf, tlsPolicy } from '../../../written/tls-policy';

/** Port of a remote service, as its entry has it. */
export interface PortFacts {
  readonly name: string;
  readonly number: number;
  /** Protocol in lower case. */
  readonly protocol: string;
}

/** Gateway of another cluster, as an endpoint of an entry. */
export interface RemoteEndpoint {
  readonly address: string;
  /** Port by the name of the service's port. */
  readonly ports: ReadonlyMap<string, number>;
  readonly labels: { readonly [key: string]: string };
  readonly locality?: string;
  readonly weight?: number;
}

/** Subset of a remote host. */
export interface SubsetFacts {
  readonly name: string;
  readonly labels: { readonly [key: string]: string };
}

/** What objects of one namespace say of a remote service under its global name, in whichever dialect. */
export interface EntryFacts {
  readonly cluster: WrittenCluster;
  readonly namespace: string;
  readonly host: string;
  readonly entry: Manifest;
  /** DestinationRules for the host alone, which the namespace sees; the first one counts. */
  readonly rules: readonly Manifest[];
  /** VirtualServices that send requests to the host, and that the namespace sees. */
  readonly routes: readonly Manifest[];
  readonly vips: readonly string[];
  readonly ports: readonly PortFacts[];
  readonly endpoints: readonly RemoteEndpoint[];
  /** Address of the egress gateway that connections leave through. */
  readonly egress?: string;
  /** Objects by which the egress gateway passes connections on. */
  readonly egressObjects: readonly Manifest[];
  /** Identities that callers accept. */
  readonly identities: readonly string[];
  /** What the SNI of the first port names; undefined where no rule says, and the host itself is the SNI. */
  readonly server?: ServiceSni;
  readonly subsets: readonly SubsetFacts[];
  /** Namespaces that see the entry: `*` for all. */
  readonly visibleIn: readonly string[];
}

/** Host of the entries by which an egress gateway of this library knows remote gateways. */
const BEHIND_EGRESS = /\.remote-gateways\.internal$/;

/** Suffixes that stand for services of other clusters, by the guide and by Admiral. */
const KNOWN_SUFFIX = /\.(global|mesh)$/;

/** Everything that a cluster says of remote services under global names. */
export function entryFactsOf(cluster: WrittenCluster, knownHosts: ReadonlySet<string>): EntryFacts[] {
  return cluster.of('ServiceEntry', 'networking.istio.io').flatMap(entry => {
    const hosts = hostsOf(entry, cluster.settings.clusterDomain).filter(host => isRemote(cluster, entry, host, knownHosts));
    return hosts.map(host => factsOf(cluster, entry, host));
  });
}

function factsOf(cluster: WrittenCluster, entry: Manifest, host: string): EntryFacts {
  const { addresses, subjectAltNames, exportTo } = objectAt(entry.content.spec);
  const { namespace } = entry;
  const ports = portsOf(entry).map(({ name, number, protocol }) => ({ name, number, protocol: protocol.toLowerCase() }));
  const rules = cluster.forHost('DestinationRule', host, namespace);
  const subsets = rules.length === 0 ? [] : subsetsOf(rules[0]).map(name => ({ name, labels: subsetLabelsOf(rules[0], name) ?? {} }));
  const found = endpointsOf(cluster, entry, ports, rules[0], subsets.map(({ name }) => name));
  return {
    cluster,
    namespace,
    host,
    entry,
    rules,
    subsets,
    ports,
    routes: routesTo(cluster, host, namespace),
    vips: [...textsIn(addresses)].sort(),
    identities: [...textsIn(subjectAltNames)].sort(),
    server: rules.length === 0 || ports.length === 0 ? undefined : serviceSni(tlsPolicy(rules[0], ports[0].number, '').sni),
    visibleIn: textsIn(exportTo).length === 0 ? ['*'] : textsIn(exportTo).map(target => target === '.' ? namespace : target).sort(),
    ...found,
  };
}

/** Whether an entry is for a service of another cluster, and no other entry of the user's own nor one for an egress gateway. */
function isRemote(cluster: WrittenCluster, entry: Manifest, host: string, knownHosts: ReadonlySet<string>): boolean {
  const { endpoints, location } = objectAt(entry.content.spec);
  if (BEHIND_EGRESS.test(host) || host.startsWith('*') || location === 'MESH_EXTERNAL' && behindEgress(cluster).has(host)) {
    return false;
  }
  const ports = objectsIn(endpoints).flatMap(endpoint => Object.values(objectAt(endpoint.ports)));
  const asks = cluster.forHost('DestinationRule', host, entry.namespace).some(rule => snisOf(rule, portsOf(entry)).length > 0);
  return knownHosts.has(host) || asks || location !== 'MESH_EXTERNAL' && (ports.includes(GATEWAY_PORT) || KNOWN_SUFFIX.test(host));
}

type Endpoints = Pick<EntryFacts, 'endpoints' | 'egress' | 'egressObjects'>;

/**
 * The remote gateways of an entry, behind the egress gateway where there is one: in the form of the guide, whose entry names both, or in
 * the later form, where the egress gateway routes by SNI.
 */
function endpointsOf(
  cluster: WrittenCluster, entry: Manifest, ports: readonly PortFacts[], rule: Manifest | undefined, subsets: string[],
): Endpoints {
  const all = objectsIn(objectAt(entry.content.spec).endpoints);
  const external = all.filter(({ network }) => typeof network === 'string' && network !== '');
  const inside = all.filter(endpoint => !external.includes(endpoint));
  if (external.length > 0 && inside.length > 0) {
    return { endpoints: external.map(endpoint => remoteEndpoint(endpoint, ports)), egress: String(inside[0].address), egressObjects: [] };
  }
  const wanted = new Set(rule ? snisOf(rule, ports, subsets) : []);
  const routes = all.length === 1 && wanted.size > 0 ? egressRoutesFor(cluster, wanted, String(all[0].address)) : [];
  const behind = routes.flatMap(route => destinationsOf(route, wanted))
    .flatMap(destination => cluster.withHost('ServiceEntry', destination).filter(({ namespace }) => namespace === routes[0].namespace));
  const isGateway = behind.some(target => objectsIn(objectAt(target.content.spec).endpoints)
    .some(({ address }) => address === all[0].address));
  // Where another namespace imports the service through the egress gateway, a route has the SNI of a direct import too.
  if (behind.length > 0 && !isGateway) {
    const [target] = behind;
    const rules = cluster.withHost('DestinationRule', hostOf(target)).filter(({ namespace }) => namespace === target.namespace);
    const listeners = routes.flatMap(route => textsIn(objectAt(route.content.spec).gateways))
      .flatMap(name => cluster.find('Gateway', 'networking.istio.io', target.namespace, name.replace(/^.*\//, '')) ?? []);
    return {
      egress: String(all[0].address),
      endpoints: objectsIn(objectAt(target.content.spec).endpoints)
        .map(endpoint => ({ ...remoteEndpoint(endpoint, portsOf(target)), ports: portsByName(ports, endpoint) })),
      egressObjects: [...new Set([...behind, ...routes, ...rules, ...listeners])],
    };
  }
  return { endpoints: all.map(endpoint => remoteEndpoint(endpoint, ports)), egressObjects: [] };
}

function remoteEndpoint(endpoint: any, ports: readonly { readonly name: string; readonly number: number }[]): RemoteEndpoint {
  const { address, labels, locality, weight } = endpoint;
  const given = objectAt(endpoint.ports);
  return {
    address: String(address ?? ''),
    ports: new Map(ports.map(({ name, number }) => [name, Number(given[name] ?? number)])),
    labels: Object.fromEntries(Object.entries(objectAt(labels)).map(([key, value]) => [key, String(value)])),
    ...typeof locality === 'string' && { locality },
    ...typeof weight === 'number' && { weight },
  };
}

/** Behind an egress gateway, every port of a service leads to the one port of the remote gateway. */
function portsByName(ports: readonly PortFacts[], endpoint: any): ReadonlyMap<string, number> {
  const [port = GATEWAY_PORT] = Object.values(objectAt(endpoint.ports)).map(Number);
  return new Map(ports.map(({ name }) => [name, port]));
}

/** SNIs of services in other clusters that a rule sets, for ports, those with settings of their own among them, and subsets. */
export function snisOf(rule: Manifest, ports: readonly { readonly number: number }[], subsets = subsetsOf(rule)): string[] {
  const host = hostOf(rule);
  const named = objectsIn(objectAt(objectAt(rule.content.spec).trafficPolicy).portLevelSettings)
    .map(setting => ({ number: Number(setting.port?.number) }));
  const all = [...ports, ...named].flatMap(({ number }) => ['', ...subsets].flatMap(subset => tlsPolicy(rule, number, subset).sni ?? []));
  return [...new Set(all.filter(sni => ![undefined, host].includes(serviceSni(sni)?.host)))];
}

/** VirtualServices of gateways that pass SNIs on, other than those that a sidecar follows. */
function egressRoutesFor(cluster: WrittenCluster, wanted: ReadonlySet<string>, egress: string): Manifest[] {
  return cluster.of('VirtualService', 'networking.istio.io').filter(({ content, namespace }) => {
    const { tls, gateways } = objectAt(content.spec);
    const isOfGateway = textsIn(gateways).some(name => name !== 'mesh');
    const snis = objectsIn(tls).flatMap(route => objectsIn(route.match).flatMap(match => textsIn(match.sniHosts)));
    return isOfGateway && namespace !== '' && egress !== '' && snis.some(sni => wanted.has(sni));
  });
}

function destinationsOf({ content }: Manifest, wanted: ReadonlySet<string>): string[] {
  const routes = objectsIn(objectAt(content.spec).tls).filter(
    route => objectsIn(route.match).some(match => textsIn(match.sniHosts).some(sni => wanted.has(sni))),
  );
  return [...new Set(routes.flatMap(route => objectsIn(route.route).map(({ destination }) => String(objectAt(destination).host))))];
}

/** Hosts that VirtualServices of gateways send TLS to by its SNI. */
function behindEgress(cluster: WrittenCluster): ReadonlySet<string> {
  const known = BEHIND.get(cluster);
  if (known) {
    return known;
  }
  const found = new Set(cluster.of('VirtualService', 'networking.istio.io').flatMap(({ content }) => {
    const { tls, gateways } = objectAt(content.spec);
    const isOfGateway = textsIn(gateways).some(name => name !== 'mesh');
    return isOfGateway
      ? objectsIn(tls).flatMap(route => objectsIn(route.route).map(({ destination }) => String(objectAt(destination).host))) : [];
  }));
  BEHIND.set(cluster, found);
  return found;
}

const BEHIND = new WeakMap<WrittenCluster, ReadonlySet<string>>();

/** VirtualServices whose routes lead to a host: those for the host itself, and those of the guide for the Service of the same name. */
function routesTo(cluster: WrittenCluster, host: string, namespace: string): Manifest[] {
  const own = cluster.forHost('VirtualService', host, namespace);
  const leading = cluster.of('VirtualService', 'networking.istio.io').filter(route => !own.includes(route)
    && route.namespace === namespace && destinationHosts(route).includes(host));
  return [...own, ...leading];
}

/** Hosts that the routes of a VirtualService lead to. */
export function destinationHosts({ content }: Manifest): string[] {
  const { http, tcp, tls } = objectAt(content.spec);
  return [http, tcp, tls].flatMap(routes => objectsIn(routes).flatMap(({ route }) => objectsIn(route)))
    .map(({ destination }) => String(objectAt(destination).host));
}

/** The host that an entry, rule or route is for; the first of several. */
export function hostOf({ content }: Manifest): string {
  const { host, hosts } = objectAt(content.spec);
  return typeof host === 'string' ? host : textsIn(hosts)[0] ?? '';
}
