import type { DraftContext } from './context';
import type { ServiceDraft } from './draft';
import { exporterOf } from './exporters';
import { openedHostOf, ServiceIdentity } from './identity';
import { catalogPorts, inOrderOfService } from './ports';
import { objectsIn } from '../../../checks/content';
import { exportServiceName } from '../../../names';
import { grouped, WrittenCluster } from '../../../written/cluster';
import type { OpenedHost } from '../../../written/opened-hosts';
import { portsOfService } from '../facts/local-facts';

/** Services that gateways open and that no input imports. */
export function unimportedServices(known: readonly ServiceDraft[], context: DraftContext): ServiceDraft[] {
  const { inputs } = context;
  const open = new Set(known.flatMap(service => [false, true].map(onlyExportedPorts => openedHostOf({ ...service, onlyExportedPorts }))));
  const found = [...inputs.clusters.values()].flatMap(cluster => cluster.opened.map(opened => ({ cluster, opened })))
    .filter(({ opened }) => !open.has(opened.host) && !opened.host.startsWith('*') && /^[^.]+\.[^.]+\.svc\./.test(opened.host));
  return [...grouped(found, ({ opened }) => [opened.host])].sort(([a], [b]) => a < b ? -1 : 1)
    .flatMap(([, openings]) => serviceOf(openings, context) ?? []);
}

function serviceOf(
  openings: ReadonlyArray<{ readonly cluster: WrittenCluster; readonly opened: OpenedHost }>, context: DraftContext,
): ServiceDraft | undefined {
  const { inputs, ledger, suffix, owners } = context;
  const [{ opened: { host } }] = openings;
  const [openedName, namespace, , ...domain] = host.split('.');
  const described = inputs.services.find(service => service.namespace === namespace
    && [service.name, exportServiceName(String(service.name))].includes(openedName));
  const name = described?.name ?? openedName.replace(/^mesh-export-/, '');
  const ports = described ? catalogPorts(described) : openings.flatMap(({ cluster }) => cluster.find('Service', '', namespace, openedName)
    ?? cluster.find('Service', '', namespace, name) ?? []).slice(0, 1).flatMap(portsOfService);
  if (ports.length === 0) {
    openings.forEach(({ opened: { gateway } }) => ledger.refuse(gateway, `no input says which ports ${host} has: pass its Service too`));
    return undefined;
  }
  const identity: ServiceIdentity = {
    name,
    namespace,
    suffix,
    clusterDomain: domain.join('.'),
    subdomain: described?.subdomain,
    onlyExportedPorts: openedName !== name && described?.subdomain === undefined,
  };
  const clusters = [...new Set(openings.filter(({ opened }) => opened.host === openedHostOf(identity))
    .map(({ cluster }) => cluster.name))].sort();
  return {
    ...identity,
    host: [name, ...identity.subdomain === undefined ? [] : [identity.subdomain], namespace, suffix].join('.'),
    ports: inOrderOfService(ports, identity, inputs),
    addresses: [],
    exporters: clusters.map(cluster => exporterOf({
      cluster,
      gateways: owners.addressesOf(cluster),
      versions: versionsIn(inputs.clusters.get(cluster), identity),
      isUsed: described !== undefined || inputs.services.length === 0,
    }, identity, context)),
    isForeign: false,
  };
}

/** Versions of the rule that this library writes for an export. */
function versionsIn(cluster: WrittenCluster | undefined, { name, namespace }: ServiceIdentity): string[] {
  const rule = cluster?.find('DestinationRule', 'networking.istio.io', namespace, `mesh.${name}`);
  return objectsIn(rule?.content.spec.subsets).map(subset => String(subset.name));
}
