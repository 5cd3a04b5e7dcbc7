import type { PortFacts } from './entry-facts';
import { objectAt, objectsIn, textsIn } from '../../../checks/content';
import { grouped, portsOf, selects, WrittenCluster } from '../../../written/cluster';
import type { Manifest } from '../../../written/manifest';
import { serviceSni } from '../../../written/sni';
import { subsetLabelsOf, subsetsOf } from '../../../written/tls-policy';

/** Prefix of the names of entries that this library writes: `mesh.<service>.<cluster>.<number>`, and a version behind it. */
const ENTRY_NAME = /^mesh\.([a-z0-9-]+)\.([a-z0-9-]+)\.\d+(?:\.([a-z0-9-]+))?$/;

/** Prefix of the names of rules that this library writes for an import under a local name. */
export const RULE_NAME = /^mesh-import\.([a-z0-9-]+)$/;

/** Name that stands for all remote clusters where connections leave through the egress gateway. */
const EGRESS = 'egress';

/** Labels of an entry that say nothing of the pods of the Service. */
const OWN_LABEL = /^(security\.istio\.io\/tlsMode|failover(-[a-z0-9-]+)?\/\d+)$/;

/** A remote gateway as an endpoint of a local Service. */
export interface LocalEndpoint {
  readonly entry: Manifest;
  /** Cluster behind the gateway; `egress` for the egress gateway. */
  readonly owner: string;
  readonly version?: string;
  readonly address?: string;
  readonly port?: number;
  readonly weight?: number;
  readonly serviceAccount?: string;
  readonly labels: { readonly [key: string]: string };
  /** Names of ports, those of target ports among them. */
  readonly portNames: readonly string[];
}

/** What objects say of a remote service under its own name. */
export interface LocalFacts {
  readonly cluster: WrittenCluster;
  readonly name: string;
  readonly namespace: string;
  readonly endpoints: readonly LocalEndpoint[];
  readonly rule?: Manifest;
  readonly route?: Manifest;
  readonly service?: Manifest;
}

/** Everything that a cluster says of remote services under their own names. */
export function localFactsOf(cluster: WrittenCluster): LocalFacts[] {
  const endpoints = cluster.of('WorkloadEntry', 'networking.istio.io').flatMap(entry => endpointsOf(cluster, entry));
  const byService = grouped(endpoints, ({ key }) => [key]);
  return [...byService].sort(([a], [b]) => a < b ? -1 : 1).map(([key, found]) => {
    const [namespace, name] = key.split('/');
    const host = `${name}.${namespace}.svc.${cluster.settings.clusterDomain}`;
    const [rule] = cluster.forHost('DestinationRule', host, namespace).filter(candidate => RULE_NAME.test(candidate.name))
      .concat(cluster.forHost('DestinationRule', host, namespace));
    const [route] = cluster.forHost('VirtualService', host, namespace);
    const service = cluster.service(host);
    return { cluster, name, namespace, endpoints: found.map(({ endpoint }) => endpoint), rule, route, service };
  });
}

/** Ports of a Service as an export has them. A protocol that nothing names is undefined. */
export function servicePorts(
  service: Manifest,
): Array<Omit<PortFacts, 'protocol'> & { readonly protocol?: string; readonly isUdp: boolean }> {
  return objectsIn(objectAt(service.content.spec).ports).map(port => ({
    name: String(port.name ?? `port-${port.port}`), number: Number(port.port), protocol: protocolOf(port), isUdp: port.protocol === 'UDP',
  }));
}

const PROTOCOLS = ['http', 'http2', 'grpc', 'grpc-web', 'tcp', 'tls', 'https', 'mongo', 'redis', 'mysql'];
const APP_PROTOCOLS: { readonly [name: string]: string } = { 'kubernetes.io/h2c': 'http2', 'kubernetes.io/ws': 'http' };

/** The protocol of a port of a Service, by `appProtocol` or by the name of the port, as Istio reads both. */
function protocolOf({ appProtocol, name }: any): string | undefined {
  const said = APP_PROTOCOLS[String(appProtocol)] ?? String(appProtocol ?? '').toLowerCase();
  const byName = PROTOCOLS.filter(protocol => String(name ?? '') === protocol || String(name ?? '').startsWith(`${protocol}-`))
    .sort((a, b) => b.length - a.length)[0];
  return PROTOCOLS.includes(said) ? said : byName;
}

/** Ports that an entry under the global name would have, by the ports of a Service. */
export function portsOfService(service: Manifest): PortFacts[] {
  return portsOf(service).map(({ name, number }) => ({
    name, number, protocol: servicePorts(service).find(port => port.number === number)?.protocol ?? 'tcp',
  }));
}

/** The labels by which a Service selects its pods, as an entry has them. */
export function selectorIn({ endpoints, rule }: LocalFacts): { readonly [key: string]: string } {
  const [first] = endpoints;
  const version = first?.version;
  const ofVersion = rule && version !== undefined ? Object.keys(subsetLabelsOf(rule, version) ?? { version }) : [];
  return Object.fromEntries(Object.entries(first?.labels ?? {}).filter(([key]) => !OWN_LABEL.test(key) && !ofVersion.includes(key)));
}

/** Objects by which the egress gateway passes on the SNIs of a Service. */
export function egressObjectsFor(cluster: WrittenCluster, host: string): Manifest[] {
  const isFor = (sni: string) => serviceSni(sni)?.host === host;
  const routes = cluster.of('VirtualService', 'networking.istio.io').filter(({ content }) => {
    const { tls, gateways } = objectAt(content.spec);
    const snis = objectsIn(tls).flatMap(route => objectsIn(route.match).flatMap(match => textsIn(match.sniHosts)));
    return textsIn(gateways).some(name => name !== 'mesh') && snis.some(isFor);
  });
  const targets = routes.flatMap(route => destinationsOf(route).flatMap(to => (['ServiceEntry', 'DestinationRule'] as const)
    .flatMap(kind => cluster.withHost(kind, to).filter(({ namespace }) => namespace === route.namespace))));
  const listeners = routes.flatMap(({ content, namespace }) => textsIn(objectAt(content.spec).gateways)
    .flatMap(name => cluster.find('Gateway', 'networking.istio.io', namespace, name.replace(/^.*\//, '')) ?? []));
  return [...new Set([...routes, ...targets, ...listeners])];
}

function destinationsOf({ content }: Manifest): string[] {
  const routes = objectsIn(objectAt(content.spec).tls).flatMap(route => objectsIn(route.route));
  return [...new Set(routes.map(({ destination }) => String(objectAt(destination).host)))];
}

/** Versions that the entries of an import have. */
export function localVersions({ endpoints, rule }: LocalFacts): string[] {
  const named = endpoints.flatMap(({ version }) => version ?? []);
  return [...new Set([...named, ...rule ? subsetsOf(rule).filter(name => named.includes(name)) : []])].sort();
}

function endpointsOf(cluster: WrittenCluster, entry: Manifest): { readonly key: string; readonly endpoint: LocalEndpoint }[] {
  const { network, address, ports, labels, weight, serviceAccount } = objectAt(entry.content.spec);
  const [, byName, owner, version] = ENTRY_NAME.exec(entry.name) ?? [];
  const services = byName !== undefined ? [byName] : cluster.of('Service').filter(({ namespace, content }) => {
    const { selector } = objectAt(content.spec);
    return namespace === entry.namespace && Object.keys(objectAt(selector)).length > 0 && selects(selector, labels);
  }).map(({ name }) => name);
  // A workload without a network is one of this cluster: a virtual machine, and no gateway.
  if (typeof network !== 'string' && owner === undefined) {
    return [];
  }
  const endpoint: LocalEndpoint = {
    entry,
    owner: typeof network === 'string' ? network : owner,
    ...version !== undefined ? { version } : byName === undefined
      && labels?.version !== undefined ? { version: String(labels.version) } : {},
    ...typeof address === 'string' && { address },
    ...Object.values(objectAt(ports)).length > 0 && { port: Number(Object.values(objectAt(ports))[0]) },
    ...typeof weight === 'number' && { weight },
    ...typeof serviceAccount === 'string' && { serviceAccount },
    labels: Object.fromEntries(Object.entries(objectAt(labels)).map(([key, value]) => [key, String(value)])),
    portNames: Object.keys(objectAt(ports)),
  };
  return services.map(name => ({ key: `${entry.namespace}/${name}`, endpoint }));
}

/** Whether an endpoint is the egress gateway. */
export function isEgress({ owner }: LocalEndpoint): boolean {
  return owner === EGRESS;
}
