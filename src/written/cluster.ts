import { Manifest } from './manifest';
import { openedHosts, OpenedHost } from './opened-hosts';
import { ClusterSettings } from './settings';
import type { SourceFile } from './source';
import { objectAt, objectsIn, textsIn } from '../checks/content';

/** A cluster as the folders describe it. */
export class WrittenCluster {
  /** Hosts that ingress gateways open for other clusters. */
  public readonly opened: OpenedHost[];
  private readonly byKind: ReadonlyMap<string, Manifest[]>;
  private readonly byHost: ReadonlyMap<string, Manifest[]>;

  public constructor(
    public readonly name: string,
    public readonly manifests: Manifest[],
    public readonly settings: ClusterSettings,
    /** Listings for kustomize, by which an engine knows the files. */
    public readonly listings: SourceFile[],
  ) {
    this.byKind = grouped(manifests, manifest => [kindKey(manifest.kind, manifest.group)]);
    this.opened = openedHosts(this.of('Gateway', 'networking.istio.io'));
    this.byHost = grouped(manifests, manifest => hostsOf(manifest, settings.clusterDomain).map(host => hostKey(manifest.kind, host)));
  }

  /** The objects of a kind; the group of a kind of the core is empty. */
  public of(kind: string, group = ''): Manifest[] {
    return this.byKind.get(kindKey(kind, group)) ?? [];
  }

  /** An object by its kind, namespace and name. */
  public find(kind: string, group: string, namespace: string, name: string): Manifest | undefined {
    return this.of(kind, group).find(manifest => manifest.namespace === namespace && manifest.name === name);
  }

  /** ServiceEntries, DestinationRules or VirtualServices for a host that a namespace sees, those of the namespace itself first. */
  public forHost(kind: 'ServiceEntry' | 'DestinationRule' | 'VirtualService', host: string, namespace: string): Manifest[] {
    const visible = this.withHost(kind, host).filter(manifest => isSeenFrom(namespace, manifest));
    return [...visible].sort((a, b) => Number(b.namespace === namespace) - Number(a.namespace === namespace));
  }

  /** ServiceEntries, DestinationRules or VirtualServices for a host, in any namespace. */
  public withHost(kind: 'ServiceEntry' | 'DestinationRule' | 'VirtualService', host: string): Manifest[] {
    return this.byHost.get(hostKey(kind, host)) ?? [];
  }

  /** The Service of a host such as `httpbin.bar.svc.cluster.local`; undefined where no file holds it. */
  public service(host: string): Manifest | undefined {
    const [name, namespace] = host.split('.');
    return this.find('Service', '', namespace, name);
  }
}

/** Whether a namespace sees an object of Istio, as its `exportTo` says. */
export function isSeenFrom(namespace: string, { content, namespace: own }: Manifest): boolean {
  const { exportTo } = objectAt(content.spec);
  const targets = exportTo === undefined || textsIn(exportTo).length === 0 ? ['*'] : textsIn(exportTo);
  return targets.some(target => target === '*' || target === namespace || target === '.' && own === namespace);
}

/** Hosts of an object of Istio. Short names in it stand for Services of its namespace. */
export function hostsOf({ kind, content, namespace }: Manifest, clusterDomain: string): string[] {
  const { hosts, host } = objectAt(content.spec);
  if (kind === 'DestinationRule') {
    return textsIn([host]).map(text => fullHost(text, namespace, clusterDomain));
  }
  return kind === 'ServiceEntry' || kind === 'VirtualService' ? textsIn(hosts).map(text => fullHost(text, namespace, clusterDomain)) : [];
}

/** A host in a rule of Istio. A name without a dot is that of a Service in the namespace of the rule. */
export function fullHost(host: string, namespace: string, clusterDomain: string): string {
  return host.includes('.') || host === '*' ? host : `${host}.${namespace}.svc.${clusterDomain}`;
}

/** Items by each of their keys. */
export function grouped<T>(items: T[], keysOf: (item: T) => string[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    for (const key of keysOf(item)) {
      const group = groups.get(key) ?? [];
      group.push(item);
      groups.set(key, group);
    }
  }
  return groups;
}

/** Whether labels have every pair of a selector. */
export function selects(selector: unknown, labels: unknown): boolean {
  return Object.entries(objectAt(selector)).every(([key, value]) => objectAt(labels)[key] === value);
}

/** Whether a rule of Istio is for workloads, by its selector; a rule without one is for all of its namespace. */
export function workloadSelectorOf({ content }: Manifest): { readonly [key: string]: string } {
  return objectAt(objectAt(objectAt(content.spec).selector).matchLabels);
}

/** Ports of a Service or entry: name and number. */
export function portsOf(manifest: Manifest): { readonly name: string; readonly number: number; readonly protocol: string }[] {
  return objectsIn(objectAt(manifest.content.spec).ports).map(({ name, port, number, protocol, appProtocol }) => (
    { name: String(name ?? ''), number: Number(number ?? port), protocol: String(appProtocol ?? protocol ?? 'TCP') }
  ));
}

function kindKey(kind: string, group: string): string {
  return `${kind}.${group}`;
}

function hostKey(kind: string, host: string): string {
  return `${kind} ${host}`;
}
