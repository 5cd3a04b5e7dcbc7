import { Duration } from 'cdk8s';
import { Failover } from './failover';
import type { EgressGateway } from '../../model/egress-gateway';
import type { ImportModel } from '../../model/import-model';
import { GATEWAY_PORT } from '../../model/port-number';
import { exportersOf, ExportingCluster, IRemoteService, versionsOf } from '../../model/remote-service';
import type { ServicePort } from '../../model/service-port';
import { localHost } from '../../names';
import { gatewayEndpoints, gatewaysOf, subsetLabels } from '../endpoints';
import type { DestinationRuleSpec, ServiceEntryEndpoint, ServiceEntrySpec, TrafficPolicy } from '../wire';

/**
 * The SNI by which a gateway finds a service: with AUTO_PASSTHROUGH it has a filter chain for each port and subset of
 * an exposed Service, and matches this name exactly.
 */
export function sni(service: IRemoteService, port: number, subset = ''): string {
  return `outbound_.${port}_.${subset}_.${localHost(service)}`;
}

/** The guide's entry: direct to the remote gateways, or to the egress gateway of the importing cluster. */
export function serviceEntry(model: ImportModel): ServiceEntrySpec {
  const { service, egressGateway } = model;
  const exporters = endpointClusters(model);
  const portNames = service.ports.map(port => port.name);
  const endpoints = egressGateway
    ? egressEndpoints(egressGateway, exporters, portNames)
    : gatewayEndpoints(exporters, portNames, ranksOf(model));
  const byName = egressGateway ? egressGateway.isHostname : gatewaysOf(exporters).some(({ gateway }) => gateway.isHostname);
  const identities = subjectAltNames(service, exporters);
  return {
    hosts: [service.host],
    exportTo: ['.'],
    location: 'MESH_INTERNAL',
    ports: service.ports.map(port => ({ name: port.name, number: port.port, protocol: port.protocol.toUpperCase() })),
    resolution: byName ? 'DNS' : 'STATIC',
    addresses: model.addresses,
    ...identities && { subjectAltNames: identities },
    endpoints,
  };
}

/**
 * The clusters whose gateways are endpoints of an import. A cluster that exports the service reaches its own pods through its own
 * gateway, which costs a hop and needs no address of the pods.
 */
function endpointClusters({ exporters, ownExporter, egressGateway }: ImportModel): ExportingCluster[] {
  if (!ownExporter || egressGateway) {
    return exporters;
  }
  return [...exporters, ownExporter].sort((a, b) => a.cluster < b.cluster ? -1 : 1);
}

/** Undefined where no cluster precedes another. */
function ranksOf({ priority, exporters, ownExporter, egressGateway }: ImportModel): Failover | undefined {
  if (egressGateway || (priority === undefined && !ownExporter)) {
    return undefined;
  }
  return new Failover(priority, exporters, ownExporter !== undefined);
}

/**
 * The caller's rule. Without it the sidecar speaks plain text to the gateway; the SNI names the remote Service, and
 * each subset repeats its own, or a request for one version would silently reach any.
 */
export function destinationRule(model: ImportModel): DestinationRuleSpec {
  const { service } = model;
  const exporters = endpointClusters(model);
  const versions = versionsOf(exporters);
  const perPort = service.ports.length > 1 || versions.length > 0 && exporters.length > 1;
  const loadBalancer = ranksOf(model)?.loadBalancer;
  const policy = (subset: string, servedBy: ExportingCluster[]): TrafficPolicy => {
    const direct = model.egressGateway ? undefined : connectionPolicy(servedBy, model.connectTimeout);
    const settings = (port: ServicePort) => ({
      ...direct ?? egressConnections(port),
      ...loadBalancer && { loadBalancer },
      tls: { mode: 'ISTIO_MUTUAL' as const, sni: sni(service, port.port, subset) },
    });
    if (!perPort) {
      return settings(service.ports[0]);
    }
    // Settings of a port inherit nothing from the rule, so each repeats them.
    return { portLevelSettings: service.ports.map(port => ({ port: { number: port.port }, ...settings(port) })) };
  };
  return {
    host: service.host,
    exportTo: ['.'],
    trafficPolicy: policy('', exporters),
    ...versions.length > 0 && {
      subsets: versions.map(version => ({
        name: version,
        labels: model.egressGateway ? { gateway: 'egress' } : subsetLabels(version, exporters),
        trafficPolicy: policy(version, exportersOf(version, exporters)),
      })),
    },
  };
}

/**
 * How connections to remote gateways fail. With another gateway to go to, one that cannot be connected to is left at
 * once: only failed connections count, so an application that answers 500 never ejects its cluster.
 */
export function connectionPolicy(
  exporters: ExportingCluster[],
  connectTimeout?: Duration,
  hasLocalEndpoints = false,
): Pick<TrafficPolicy, 'connectionPool' | 'outlierDetection'> {
  const others = hasLocalEndpoints || gatewaysOf(exporters).length > 1;
  if (!others && !connectTimeout) {
    return {};
  }
  return {
    connectionPool: {
      tcp: {
        connectTimeout: `${connectTimeout?.toMilliseconds() ?? 1000}ms`.replace(/000ms$/, 's'),
        ...others && { tcpKeepalive: { time: '2s', interval: '1s', probes: 2 } },
      },
    },
    ...others && {
      outlierDetection: {
        splitExternalLocalOriginErrors: true,
        consecutiveLocalOriginFailures: 2,
        consecutive5xxErrors: 0,
        interval: '1s',
        baseEjectionTime: '30s',
        maxEjectionPercent: 100,
        // With every gateway ejected, as when the caller itself was cut off, try them all rather than fail for 30 seconds.
        minHealthPercent: 1,
      },
    },
  };
}

/**
 * An egress gateway passes on connections, not requests: each stays with the cluster that it was first given to, for as
 * long as calls keep it in use. So HTTP connections are replaced between requests once they are a minute old, and callers
 * leave a cluster that no longer exports. Of TCP none is replaced: Istio would cut it in the middle of what it carries.
 */
export function egressConnections(port: ServicePort): Pick<TrafficPolicy, 'connectionPool'> {
  return port.isHttp ? { connectionPool: { tcp: { maxConnectionDuration: '60s' } } } : {};
}

/** The egress gateway as the one endpoint. Its subsets differ by SNI alone, so one label serves them all. */
function egressEndpoints(egressGateway: EgressGateway, exporters: ExportingCluster[], portNames: string[]): ServiceEntryEndpoint[] {
  return [{
    address: egressGateway.address,
    ports: Object.fromEntries(portNames.map(name => [name, GATEWAY_PORT])),
    ...versionsOf(exporters).length > 0 && { labels: { gateway: 'egress' } },
  }];
}

/** The identities that the server may have; none unless every exporter declares its service account. */
function subjectAltNames(service: IRemoteService, exporters: ExportingCluster[]): string[] | undefined {
  if (!exporters.every(exporter => exporter.serviceAccount)) {
    return undefined;
  }
  const names = exporters.map(e => `spiffe://${e.trustDomain ?? 'cluster.local'}/ns/${service.namespace}/sa/${e.serviceAccount}`);
  return [...new Set(names)].sort();
}
