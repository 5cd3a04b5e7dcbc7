import { isDeepStrictEqual } from 'util';
import { Orders } from './orders';
import { sni } from './service-entry';
import { portPolicy } from './traffic-policy';
import { exportersOf, ExportingCluster, hasHostname, labelsOfVersion, versionsOf } from '../../model/exporting-cluster';
import type { LocalImportModel } from '../../model/import-model';
import { GATEWAY_PORT } from '../../model/port-number';
import type { ServicePort } from '../../model/service-port';
import { ownValue } from '../../options/own-value';
import type { DestinationRuleSpec, TrafficPolicy, WorkloadEntrySpec } from '../wire';

/** WorkloadEntry of an import under a local name: one remote gateway, or the egress gateway, for one version. */
export interface LocalEntry {
  /** Name of the object, unique in its namespace. */
  readonly name: string;
  readonly spec: () => WorkloadEntrySpec;
}

/** Name that stands for all remote clusters where connections leave through the egress gateway. */
const EGRESS = 'egress';

/**
 * WorkloadEntries of an import. istiod treats each as an endpoint of the local Service, because its labels match the selector. The
 * gateway of an exporter opens exactly the SNI that sidecars send for the local Service.
 */
export function localEntries(model: LocalImportModel): LocalEntry[] {
  const { egressGateway, exporters } = model;
  if (egressGateway) {
    // The egress gateway routes by SNI, so one entry stands for all exporters.
    return versionsOrNone(exporters).map(version => ({
      name: entryName(model, EGRESS, 0, version),
      spec: () => entrySpec(model, version, { cluster: EGRESS, gateways: [] }, { address: egressGateway.address, port: GATEWAY_PORT }),
    }));
  }
  return exporters.flatMap(exporter => endpointsOf(exporter).flatMap((endpoint, index) => versionsOrNone([exporter]).map(version => ({
    name: entryName(model, exporter.cluster, index, version),
    spec: () => entrySpec(model, version, exporterAtSynth(model, exporter), endpoint),
  }))));
}

/** DestinationRule of the local host: prefers local pods, and ejects remote gateways that fail. */
export function localRule(model: LocalImportModel): DestinationRuleSpec {
  const { localHost, exporters, egressGateway, service, ownExporter } = model;
  const orders = ordersOf(model);
  // The ingress gateway of a cluster that exports the Service obeys the rule too: it would cut connections after that time.
  const target = { isDirect: !egressGateway, hasAlternative: true, replacesConnections: !ownExporter };
  const rules = (order: TrafficPolicy['loadBalancer'], tlsOf?: (port: ServicePort) => TrafficPolicy['tls']): TrafficPolicy => {
    const policies = service.ports.map(port => ({
      ...portPolicy(port, model.policy, target, order), ...tlsOf && { tls: tlsOf(port) },
    }));
    return policies.every(policy => isDeepStrictEqual(policy, policies[0]))
      ? policies[0]
      // Settings of a port inherit nothing from the rule, so each repeats them.
      : { portLevelSettings: service.ports.map(({ port }, i) => ({ port: { number: port }, ...policies[i] })) };
  };
  const wholeService = ({ port }: ServicePort) => ({ mode: 'ISTIO_MUTUAL' as const, sni: sni(service, port) });
  const subsets = [
    ...versionsOf(exporters).map(version => ({ name: version, labels: podLabelsOf(version, model) })),
    // The SNI that sidecars choose names the subset, which no exporter has.
    ...orders.clusterSubsets.map(({ name, loadBalancer }) => ({ name, trafficPolicy: rules(loadBalancer, wholeService) })),
  ];
  return { host: localHost, trafficPolicy: rules(orders.loadBalancer), ...subsets.length > 0 && { subsets } };
}

function ordersOf(model: LocalImportModel): Orders {
  const { priority, exporters, egressGateway, routing } = model;
  if (egressGateway) {
    // The egress gateway chooses among the exporters. Callers choose between local pods and the egress gateway.
    return new Orders({ priority: priority?.isLocalFirst ? undefined : priority }, [{ cluster: EGRESS, gateways: [] }], { hasLocal: true });
  }
  return new Orders(model, exporters, {
    hasLocal: true,
    partsOf: exporter => partsOf(exporter, routing !== undefined && routing.versions.length > 0),
    // istiod puts the addresses of a remote Gateway in the place of an entry: they have the network of the entry, and no other label.
    remoteLabel: exporters.some(hasHostname) ? 'topology.istio.io/network' : undefined,
  });
}

/**
 * Number of endpoints among which the share of a cluster is divided. istiod divides the weight of an entry among the addresses of a
 * remote Gateway, and adds up the entries of all versions. Of several entries with one address, a proxy takes the first.
 */
function partsOf(exporter: ExportingCluster, routesVersions: boolean): number {
  if (!hasHostname(exporter)) {
    return exporter.gateways.length;
  }
  return routesVersions ? 1 : versionsOrNone([exporter]).length;
}

/** Labels of the pods of a version. Those of local pods precede those of the exporters: a subset selects by one set of labels. */
function podLabelsOf(version: string, { versionLabels, exporters }: LocalImportModel): { [key: string]: string } {
  return ownValue(versionLabels ?? {}, version) ?? labelsOfVersion(version, exporters);
}

/** Exporter with the facts of the moment of the synth: declarations may have changed it since the entry was added. */
function exporterAtSynth({ exporters }: LocalImportModel, { cluster }: ExportingCluster): ExportingCluster {
  return exporters.find(exporter => exporter.cluster === cluster)!;
}

interface Endpoint {
  /** Address of a gateway; undefined where a remote Gateway has the address. */
  readonly address?: string;
  readonly port: number;
}

function endpointsOf(exporter: ExportingCluster): Endpoint[] {
  // Endpoints of Kubernetes Services take no hostnames.
  if (hasHostname(exporter)) {
    return [{ port: GATEWAY_PORT }];
  }
  return exporter.gateways.map(({ address, port }) => ({ address, port }));
}

function entrySpec(
  model: LocalImportModel,
  version: string | undefined,
  exporter: ExportingCluster,
  endpoint: Endpoint,
): WorkloadEntrySpec {
  const { exporters, service, targetPorts, selector } = model;
  const orders = ordersOf(model);
  const weight = orders.weightOf(exporter);
  const portNames = service.ports.flatMap(({ name }) => [name, ownValue(targetPorts, name) ?? name]);
  // The egress gateway stands for exporters that all run as one account.
  const serviceAccount = model.egressGateway ? exporters[0]?.serviceAccount : exporter.serviceAccount;
  return {
    ...endpoint.address !== undefined && {
      address: endpoint.address,
      ports: Object.fromEntries(portNames.map(name => [name, endpoint.port])),
    },
    // Ranks replace localities: with one, proxies would divide requests by locality, where an entry for each version counts.
    // Gateways of this cluster see only their own network, so they never pass a request on to another cluster.
    network: exporter.cluster,
    ...serviceAccount !== undefined && { serviceAccount },
    ...weight !== undefined && { weight },
    labels: {
      ...selector,
      ...version !== undefined && podLabelsOf(version, model),
      ...orders.labelsOf(exporter.cluster),
      'security.istio.io/tlsMode': 'istio',
    },
  };
}

function versionsOrNone(exporters: ExportingCluster[]): Array<string | undefined> {
  const versions = versionsOf(exporters);
  return versions.length > 0 ? versions.filter(version => exportersOf(version, exporters).length > 0) : [undefined];
}

/** Name of an entry. Its parts are DNS labels, which have no dots, so dots keep names unique. */
function entryName({ service }: LocalImportModel, cluster: string, gateway: number, version: string | undefined): string {
  return ['mesh', service.name, cluster, String(gateway), ...version === undefined ? [] : [version]].join('.');
}
