import { WrittenCluster, hostsOf, portsOf } from './cluster';
import { Manifest } from './manifest';
import type { WrittenMesh } from './mesh';
import { serviceSni } from './sni';
import { subsetsOf, tlsPolicy } from './tls-policy';
import { objectAt, objectsIn, textsIn } from '../checks/content';
import { GATEWAY_PORT } from '../model/port-number';

/** Import of a service under its global name, such as `httpbin.bar.global`. */
export interface GlobalImport {
  readonly kind: 'global';
  readonly cluster: WrittenCluster;
  readonly namespace: string;
  readonly host: string;
  readonly entry: Manifest;
  readonly addresses: string[];
  readonly ports: ReturnType<typeof portsOf>;
}

/** Import of a service under its own name: remote gateways are endpoints of the local Service. */
export interface LocalImport {
  readonly kind: 'local';
  readonly cluster: WrittenCluster;
  readonly namespace: string;
  readonly host: string;
  readonly entries: Manifest[];
  /** Service of the name; undefined where no file holds it. */
  readonly service?: Manifest;
  /** Ports of the Service, or those that a catalog names; none where no file says. */
  readonly ports: ReturnType<typeof portsOf>;
  readonly rule?: Manifest;
}

/** Where an import is declared, as findings name it. */
export function whereOf({ cluster, namespace, host }: GlobalImport | LocalImport): string {
  return `${cluster.name}, import of ${host} into ${namespace}`;
}

/** Prefix of the names of WorkloadEntries for remote gateways: `mesh.<service>.<cluster>.<number>`. */
const ENTRY_NAME = /^mesh\.([a-z0-9-]+)\.[a-z0-9-]+\.\d+/;

/** Prefix of the names of DestinationRules for local names. */
const RULE_NAME = /^mesh-import\.([a-z0-9-]+)$/;

/** All imports of a cluster, by namespace and host. */
export function importsOf(mesh: WrittenMesh, cluster: WrittenCluster): (GlobalImport | LocalImport)[] {
  const imports = [...globalImports(mesh, cluster), ...localImports(mesh, cluster)];
  return imports.sort((a, b) => keyOf(a) < keyOf(b) ? -1 : 1);
}

/** Rules for hosts of the mesh whose namespace has no entry for the host. */
export function rulesWithoutEntry(cluster: WrittenCluster): Manifest[] {
  return cluster.of('DestinationRule', 'networking.istio.io').filter(rule => {
    const [host] = hostsOf(rule, cluster.settings.clusterDomain);
    return host !== undefined && asksForRemote(rule) && cluster.forHost('ServiceEntry', host, rule.namespace).length === 0;
  });
}

/** The import of a ServiceEntry for one of its hosts. */
export function globalImport(cluster: WrittenCluster, entry: Manifest, host: string): GlobalImport {
  const addresses = textsIn(objectAt(entry.content.spec).addresses);
  return { kind: 'global', cluster, namespace: entry.namespace, host, entry, addresses, ports: portsOf(entry) };
}

/** The import under a local name of a Service, by the host of the Service; undefined where no remote gateway is an endpoint of it. */
export function localImport(mesh: WrittenMesh, cluster: WrittenCluster, host: string): LocalImport | undefined {
  const [name, namespace] = host.split('.');
  const entries = cluster.of('WorkloadEntry', 'networking.istio.io').filter(
    entry => entry.namespace === namespace && serviceNamesOf(cluster, entry).includes(name),
  );
  const [rule] = cluster.forHost('DestinationRule', host, namespace);
  const isImported = entries.length > 0 || rule !== undefined && RULE_NAME.test(rule.name);
  if (!isImported) {
    return undefined;
  }
  const service = cluster.service(host);
  const described = mesh.services.find(candidate => candidate.name === name && candidate.namespace === namespace);
  const ports = service ? portsOf(service) : (described?.ports ?? []).map(port => ({ name: port.name, number: port.port, protocol: '' }));
  return { kind: 'local', cluster, namespace, host, entries, service, ports, rule };
}

function globalImports(mesh: WrittenMesh, cluster: WrittenCluster): GlobalImport[] {
  const known = new Set(mesh.services.map(({ host }) => host));
  return cluster.of('ServiceEntry', 'networking.istio.io').flatMap(entry => {
    const hosts = hostsOf(entry, cluster.settings.clusterDomain);
    return hosts.filter(host => known.has(host) || leadsToGateway(cluster, entry, host)).map(host => globalImport(cluster, entry, host));
  });
}

/** Whether an entry is for a service of another cluster, and no other entry of the user's own nor one for an egress gateway. */
function leadsToGateway(cluster: WrittenCluster, entry: Manifest, host: string): boolean {
  const { endpoints, location } = objectAt(entry.content.spec);
  if (cluster.forHost('DestinationRule', host, entry.namespace).some(asksForRemote)) {
    return true;
  }
  const ports = objectsIn(endpoints).flatMap(({ ports: numbers }) => Object.values(objectAt(numbers)));
  return location !== 'MESH_EXTERNAL' && ports.includes(GATEWAY_PORT);
}

/** Whether a rule sets the SNI of a Service in another cluster. */
function asksForRemote(rule: Manifest): boolean {
  const [host] = textsIn([objectAt(rule.content.spec).host]);
  const { trafficPolicy } = objectAt(rule.content.spec);
  const ports = [0, ...objectsIn(objectAt(trafficPolicy).portLevelSettings).map(setting => Number(objectAt(setting.port).number))];
  const policies = ports.flatMap(port => ['', ...subsetsOf(rule)].map(subset => tlsPolicy(rule, port, subset)));
  return policies.some(({ sni }) => serviceSni(sni) !== undefined && serviceSni(sni)?.host !== host);
}

function localImports(mesh: WrittenMesh, cluster: WrittenCluster): LocalImport[] {
  const hostOf = (name: string, namespace: string) => `${name}.${namespace}.svc.${cluster.settings.clusterDomain}`;
  const byEntry = cluster.of('WorkloadEntry', 'networking.istio.io').flatMap(
    entry => serviceNamesOf(cluster, entry).map(name => hostOf(name, entry.namespace)),
  );
  const byRule = cluster.of('DestinationRule', 'networking.istio.io').flatMap(({ name, namespace }) => {
    const [, service] = RULE_NAME.exec(name) ?? [];
    return service === undefined ? [] : [hostOf(service, namespace)];
  });
  return [...new Set([...byEntry, ...byRule])].flatMap(host => localImport(mesh, cluster, host) ?? []);
}

/** Services whose endpoint a WorkloadEntry of a remote gateway is meant to be: by its name, or else by the selectors of Services. */
function serviceNamesOf(cluster: WrittenCluster, entry: Manifest): string[] {
  const [, byName] = ENTRY_NAME.exec(entry.name) ?? [];
  if (byName !== undefined) {
    return [byName];
  }
  const { network, labels } = objectAt(entry.content.spec);
  if (network === undefined) {
    return [];
  }
  return cluster.of('Service').filter(({ namespace, content }) => {
    const selector = Object.entries(objectAt(objectAt(content.spec).selector));
    return namespace === entry.namespace && selector.length > 0
      && selector.every(([key, value]) => objectAt(labels)[key] === value);
  }).map(({ name }) => name);
}

function keyOf({ namespace, host, kind }: GlobalImport | LocalImport): string {
  return `${namespace} ${host} ${kind}`;
}
