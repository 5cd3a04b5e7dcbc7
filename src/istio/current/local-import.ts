import { Failover } from './failover';
import { connectionPolicy, egressConnections } from './service-entry';
import type { LocalImportModel } from '../../model/import-model';
import { GATEWAY_PORT } from '../../model/port-number';
import { exportersOf, ExportingCluster, labelsOfVersion, versionsOf } from '../../model/remote-service';
import type { ServicePort } from '../../model/service-port';
import type { DestinationRuleSpec, TrafficPolicy, WorkloadEntrySpec } from '../wire';

/** A WorkloadEntry of an import under a local name: one remote gateway, or the egress gateway, for one version. */
export interface LocalEntry {
  /** Name of the object, unique in its namespace. */
  readonly name: string;
  readonly spec: () => WorkloadEntrySpec;
}

/** Name of what stands for all remote clusters where connections leave through the egress gateway. */
const EGRESS = 'egress';

/**
 * The entries of an import: istiod takes each for an endpoint of the local Service, since the labels match its selector. The SNI
 * that a sidecar then sends for the local Service is exactly what the gateway of an exporter opens.
 */
export function localEntries(model: LocalImportModel): LocalEntry[] {
  const { egressGateway, exporters } = model;
  if (egressGateway) {
    // The SNI alone tells the egress gateway where a connection goes.
    return versionsOrNone(exporters).map(version => ({
      name: entryName(model, EGRESS, 0, version),
      spec: () => entrySpec(model, version, { cluster: EGRESS, gateways: [] }, { address: egressGateway.address, port: GATEWAY_PORT }),
    }));
  }
  return exporters.flatMap(exporter => endpointsOf(exporter).flatMap((endpoint, index) => versionsOrNone([exporter]).map(version => ({
    name: entryName(model, exporter.cluster, index, version),
    spec: () => entrySpec(model, version, current(model, exporter), endpoint),
  }))));
}

/** Whether a gateway of a cluster is known by a hostname: entries of Kubernetes Services take none, so a remote Gateway does. */
export function needsRemoteGateway(exporter: ExportingCluster): boolean {
  return exporter.gateways.some(({ isHostname }) => isHostname);
}

/** The rule on the local host: local pods first, and how remote gateways that fail are left. */
export function localRule(model: LocalImportModel): DestinationRuleSpec {
  const { localHost, exporters, egressGateway, service } = model;
  const failover = failoverOf(model);
  const policy = (port: ServicePort): TrafficPolicy => {
    const { connectionPool, ...rest } = connectionPolicy(exporters, model.connectTimeout, true);
    const { tcp } = egressGateway ? egressConnections(port).connectionPool ?? {} : {};
    return { connectionPool: { ...connectionPool, tcp: { ...connectionPool?.tcp, ...tcp } }, ...rest, loadBalancer: failover.loadBalancer };
  };
  const isMixed = egressGateway !== undefined && service.ports.some(({ isHttp }) => isHttp !== service.ports[0].isHttp);
  const versions = versionsOf(exporters);
  return {
    host: localHost,
    trafficPolicy: isMixed
      // Settings of a port inherit nothing from the rule, so each repeats them.
      ? { portLevelSettings: service.ports.map(port => ({ port: { number: port.port }, ...policy(port) })) }
      : policy(service.ports[0]),
    ...versions.length > 0 && { subsets: versions.map(version => ({ name: version, labels: labelsOfVersion(version, exporters) })) },
  };
}

function failoverOf({ priority, exporters, egressGateway }: LocalImportModel): Failover {
  return new Failover(egressGateway ? undefined : priority, egressGateway ? [{ cluster: EGRESS, gateways: [] }] : exporters, true);
}

/** An exporter as it is now: what it exports may have changed since the entry was made. */
function current({ exporters }: LocalImportModel, { cluster }: ExportingCluster): ExportingCluster {
  return exporters.find(exporter => exporter.cluster === cluster)!;
}

interface Endpoint {
  /** Undefined where a remote Gateway knows the address. */
  readonly address?: string;
  readonly port: number;
}

function endpointsOf(exporter: ExportingCluster): Endpoint[] {
  if (needsRemoteGateway(exporter)) {
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
  const failover = failoverOf(model);
  const weight = failover.weightOf(exporter);
  const portNames = service.ports.flatMap(({ name }) => [name, targetPorts[name] ?? name]);
  const serviceAccount = exporter.serviceAccount ?? exporters[0]?.serviceAccount;
  return {
    ...endpoint.address !== undefined && {
      address: endpoint.address,
      ports: Object.fromEntries(portNames.map(name => [name, endpoint.port])),
    },
    // With it the gateways of this cluster, which see their own network alone, never pass a request on to another cluster.
    network: exporter.cluster,
    ...serviceAccount !== undefined && { serviceAccount },
    ...exporter.locality !== undefined && { locality: exporter.locality },
    ...weight !== undefined && { weight },
    labels: {
      ...selector,
      ...version !== undefined && labelsOfVersion(version, exporters),
      ...failover.labelsOf(exporter.cluster),
      'security.istio.io/tlsMode': 'istio',
    },
  };
}

function versionsOrNone(exporters: ExportingCluster[]): Array<string | undefined> {
  const versions = versionsOf(exporters);
  return versions.length > 0 ? versions.filter(version => exportersOf(version, exporters).length > 0) : [undefined];
}

/** The parts are DNS labels, so dots keep them apart. */
function entryName({ service }: LocalImportModel, cluster: string, gateway: number, version: string | undefined): string {
  return ['mesh', service.name, cluster, String(gateway), ...version === undefined ? [] : [version]].join('.');
}
