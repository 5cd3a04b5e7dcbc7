import { objectsIn } from '../../../checks/content';
import { DEFAULT_CLUSTER_DOMAIN } from '../../../model/dns-suffix';
import { exportServiceName, localHost } from '../../../names';
import type { EntryFacts } from '../facts/entry-facts';

/** What a host of a remote service stands for. */
export interface ServiceIdentity {
  readonly name: string;
  readonly namespace: string;
  readonly subdomain?: string;
  readonly suffix: string;
  readonly clusterDomain: string;
  /** Whether the gateway opens a Service of its own for the export. */
  readonly onlyExportedPorts: boolean;
}

/** Reads the suffix of the mesh: the one that most hosts have, which stands behind the name and namespace of a Service. */
export function suffixOf(facts: readonly EntryFacts[], services: readonly any[]): string {
  const suffixes = [
    ...services.flatMap(({ host, name, namespace, subdomain }) => afterLabels(String(host), [name, subdomain, namespace])),
    ...facts.flatMap(({ host, server }) => {
      const [name, namespace] = server?.host.split('.') ?? [];
      return name === undefined
        ? host.split('.').slice(2).join('.') : afterLabels(host, [name.replace(/^mesh-export-/, ''), namespace])[0] ?? [];
    }),
  ].filter(suffix => suffix !== '');
  const counts = new Map<string, number>();
  suffixes.forEach(suffix => counts.set(suffix, (counts.get(suffix) ?? 0) + 1));
  return [...counts].sort(([a, some], [b, others]) => others - some || (a < b ? -1 : 1))[0]?.[0] ?? 'global';
}

function afterLabels(host: string, labels: ReadonlyArray<string | undefined>): string[] {
  const start = `${labels.filter(label => label !== undefined).join('.')}.`;
  return host.startsWith(start) ? [host.slice(start.length)] : [];
}

/** What a host stands for, by the catalog, by the SNI that callers send, or by its own parts. */
export function identityOf(host: string, facts: readonly EntryFacts[], services: readonly any[], suffix: string): ServiceIdentity {
  const known = services.find(service => service.host === host);
  if (known) {
    const { name, namespace, subdomain, clusterDomain, exporters } = known;
    const onlyExportedPorts = subdomain === undefined && objectsIn(exporters).some(({ gatewayService }) => gatewayService !== undefined);
    return { name, namespace, subdomain, suffix: afterLabels(host, [name, subdomain, namespace])[0], clusterDomain, onlyExportedPorts };
  }
  const server = facts.find(fact => fact.server !== undefined)?.server;
  const [serverName, serverNamespace, svc, ...domain] = server?.host.split('.') ?? [];
  const labels = (host.endsWith(`.${suffix}`) ? host.slice(0, -suffix.length - 1) : host).split('.');
  const isPod = host.endsWith(`.${suffix}`) && labels.length === 3;
  const [name, subdomain, namespace] = isPod ? labels : [labels[0], undefined, labels[1] ?? ''];
  const own: ServiceIdentity = {
    name,
    namespace,
    ...isPod && { subdomain },
    suffix: host.endsWith(`.${suffix}`) ? suffix : host.split('.').slice(2).join('.'),
    clusterDomain: svc === 'svc' && domain.length > 0 ? domain.join('.') : DEFAULT_CLUSTER_DOMAIN,
    onlyExportedPorts: !isPod && serverName === exportServiceName(name) && serverNamespace === namespace,
  };
  const isOther = serverName !== undefined && !isPod && !own.onlyExportedPorts && (serverName !== name || serverNamespace !== namespace);
  // The SNI decides which Service answers, whatever the host is called.
  return isOther ? { ...own, name: serverName, namespace: serverNamespace, onlyExportedPorts: false } : own;
}

/** Host that callers use in the program. */
export function hostOfIdentity({ name, subdomain, namespace, suffix }: ServiceIdentity): string {
  return [name, ...subdomain === undefined ? [] : [subdomain], namespace, suffix].join('.');
}

/** Host of the Service that the gateway of an exporter opens. */
export function openedHostOf({ name, namespace, subdomain, clusterDomain, onlyExportedPorts }: ServiceIdentity): string {
  const opened = onlyExportedPorts || subdomain !== undefined ? exportServiceName(name) : name;
  return localHost({ name: opened, namespace, clusterDomain });
}
