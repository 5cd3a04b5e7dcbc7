import { Duration } from 'cdk8s';
import { Failover } from './failover';
import type { EgressGateway } from '../../model/egress-gateway';
import { exportersOf, ExportingCluster, versionsOf } from '../../model/exporting-cluster';
import type { ImportModel } from '../../model/import-model';
import { GATEWAY_PORT } from '../../model/port-number';
import { gatewayHostOf, IRemoteService } from '../../model/remote-service';
import type { ServicePort } from '../../model/service-port';
import { gatewayEndpoints, gatewaysOf, subsetLabels } from '../endpoints';
import { versionRoutes } from '../version-routes';
import type { DestinationRuleSpec, ServiceEntryEndpoint, ServiceEntrySpec, TrafficPolicy, VirtualServiceSpec } from '../wire';

/**
 * SNI by which a gateway finds a service. With AUTO_PASSTHROUGH a gateway has a filter chain for each port and subset of an
 * exported Service, and each chain matches this name exactly.
 */
export function sni(service: IRemoteService, port: number, subset = ''): string {
  return `outbound_.${port}_.${subset}_.${gatewayHostOf(service)}`;
}

/** ServiceEntry of an import. Its endpoints are the remote gateways, or the egress gateway of the importing cluster. */
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
 * Clusters whose gateways are endpoints of an import. A cluster that exports the service itself reaches its own pods through its
 * own gateway: that costs a hop, and the entry needs no addresses of pods.
 */
function endpointClusters({ exporters, ownExporter, egressGateway }: ImportModel): ExportingCluster[] {
  if (!ownExporter || egressGateway) {
    return exporters;
  }
  return [...exporters, ownExporter].sort((a, b) => a.cluster < b.cluster ? -1 : 1);
}

/** Order of the exporters; undefined where none precedes another. */
function ranksOf({ priority, exporters, ownExporter, egressGateway }: ImportModel): Failover | undefined {
  if (egressGateway || (priority === undefined && !ownExporter)) {
    return undefined;
  }
  return new Failover(priority, exporters, { hasLocal: ownExporter !== undefined });
}

/**
 * DestinationRule of an import. Without it sidecars speak plain text to the gateway. The SNI names the remote Service. Each subset
 * has its own SNI: with the SNI of the whole rule, a request for one version would reach any version.
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
 * VirtualService of an import. A namespace prefers its own VirtualServices to those of other namespaces, so no other namespace can
 * route the requests of this import elsewhere, where nobody would ask for the identity of the server.
 */
export function importRoutes({ service, routing }: ImportModel): VirtualServiceSpec {
  return { hosts: [service.host], exportTo: ['.'], ...versionRoutes(routing, { destination: service.host, ports: service.ports }) };
}

/**
 * Connection settings for remote gateways. Where several gateways exist, a gateway that cannot be connected to is ejected at once.
 * Only failed connections count, so an application that answers 500 never ejects its cluster.
 */
export function connectionPolicy(
  exporters: ExportingCluster[],
  connectTimeout?: Duration,
  hasLocalEndpoints = false,
): Pick<TrafficPolicy, 'connectionPool' | 'outlierDetection'> {
  const hasAlternative = hasLocalEndpoints || gatewaysOf(exporters).length > 1;
  if (!hasAlternative && !connectTimeout) {
    return {};
  }
  return {
    connectionPool: {
      tcp: {
        connectTimeout: `${connectTimeout?.toMilliseconds() ?? 1000}ms`.replace(/000ms$/, 's'),
        ...hasAlternative && { tcpKeepalive: { time: '2s', interval: '1s', probes: 2 } },
      },
    },
    ...hasAlternative && {
      outlierDetection: {
        splitExternalLocalOriginErrors: true,
        consecutiveLocalOriginFailures: 2,
        consecutive5xxErrors: 0,
        interval: '1s',
        baseEjectionTime: '30s',
        maxEjectionPercent: 100,
        // When every gateway is ejected, for example after an outage of the caller's network, proxies try all of them again
        // instead of failing for 30 seconds.
        minHealthPercent: 1,
      },
    },
  };
}

/**
 * Connection settings for an egress gateway, which passes on connections and not requests: a connection stays with its cluster for
 * as long as requests keep it open. HTTP connections are therefore replaced between requests once they are a minute old, so that
 * callers follow a change of exporters. TCP connections are not replaced, because Istio would close them during a transfer.
 */
export function egressConnections(port: ServicePort): Pick<TrafficPolicy, 'connectionPool'> {
  return port.isHttp ? { connectionPool: { tcp: { maxConnectionDuration: '60s' } } } : {};
}

/** Egress gateway as the only endpoint. Subsets differ only by their SNI, so all of them select the same label. */
function egressEndpoints(egressGateway: EgressGateway, exporters: ExportingCluster[], portNames: string[]): ServiceEntryEndpoint[] {
  return [{
    address: egressGateway.address,
    ports: Object.fromEntries(portNames.map(name => [name, GATEWAY_PORT])),
    ...versionsOf(exporters).length > 0 && { labels: { gateway: 'egress' } },
  }];
}

/** Identities that callers accept of the server; undefined unless every exporter declares a service account. */
function subjectAltNames(service: IRemoteService, exporters: ExportingCluster[]): string[] | undefined {
  if (!exporters.every(exporter => exporter.serviceAccount)) {
    return undefined;
  }
  const names = exporters.map(e => `spiffe://${e.trustDomain ?? 'cluster.local'}/ns/${service.namespace}/sa/${e.serviceAccount}`);
  return [...new Set(names)].sort();
}
