import { Orders } from './orders';
import { portPolicy } from './traffic-policy';
import type { EgressGateway } from '../../model/egress-gateway';
import { exportersOf, ExportingCluster, versionsOf } from '../../model/exporting-cluster';
import type { ImportModel } from '../../model/import-model';
import { GATEWAY_PORT } from '../../model/port-number';
import { gatewayHostOf, IRemoteService } from '../../model/remote-service';
import type { ServicePort } from '../../model/service-port';
import { gatewayEndpoints, gatewaysOf, subsetLabels } from '../endpoints';
import { routesOf } from '../routes';
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
    : gatewayEndpoints(exporters, portNames, ordersOf(model));
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

/** Orders of the exporters; undefined where none precedes another. */
function ordersOf(model: ImportModel): Orders | undefined {
  const { priority, exporters, ownExporter, egressGateway, routing } = model;
  if (egressGateway || (priority === undefined && !ownExporter && !routing?.clusters.length)) {
    return undefined;
  }
  return new Orders(model, exporters, { hasLocal: ownExporter !== undefined });
}

/**
 * DestinationRule of an import. Without it sidecars speak plain text to the gateway. The SNI names the remote Service. Each subset
 * of a version has its own SNI: with the SNI of the whole rule, a request for one version would reach any version.
 */
export function destinationRule(model: ImportModel): DestinationRuleSpec {
  const { service, policy, egressGateway } = model;
  const exporters = endpointClusters(model);
  const versions = versionsOf(exporters);
  const orders = ordersOf(model);
  const clusters = orders?.clusterSubsets ?? [];
  const rules = (version: string, servedBy: ExportingCluster[], order = orders?.loadBalancer): TrafficPolicy => {
    const target = { isDirect: !egressGateway, hasAlternative: hasAlternative(servedBy), replacesConnections: true };
    const settings = (port: ServicePort) => ({
      ...portPolicy(port, policy, target, order),
      tls: { mode: 'ISTIO_MUTUAL' as const, sni: sni(service, port.port, version) },
    });
    if (service.ports.length === 1) {
      return settings(service.ports[0]);
    }
    // Settings of a port inherit nothing from the rule, so each repeats them.
    return { portLevelSettings: service.ports.map(port => ({ port: { number: port.port }, ...settings(port) })) };
  };
  const subsets = [
    ...versions.map(version => ({
      name: version,
      labels: egressGateway ? { gateway: 'egress' } : subsetLabels(version, exporters),
      trafficPolicy: rules(version, exportersOf(version, exporters)),
    })),
    ...clusters.map(({ name, loadBalancer }) => ({ name, trafficPolicy: rules('', exporters, loadBalancer) })),
  ];
  return { host: service.host, exportTo: ['.'], trafficPolicy: rules('', exporters), ...subsets.length > 0 && { subsets } };
}

/**
 * Whether another endpoint can answer when one cannot be connected to. A hostname counts as several, because it can have several
 * addresses.
 */
export function hasAlternative(exporters: ExportingCluster[]): boolean {
  const gateways = gatewaysOf(exporters);
  return gateways.length > 1 || gateways.some(({ gateway }) => gateway.isHostname);
}

/**
 * VirtualService of an import. A namespace prefers its own VirtualServices to those of other namespaces, so no other namespace can
 * route the requests of this import elsewhere, where nobody would ask for the identity of the server.
 */
export function importRoutes({ service, routing, policy }: ImportModel): VirtualServiceSpec {
  const { host, ports } = service;
  return { hosts: [host], exportTo: ['.'], ...routesOf(routing, { destination: host, ports, policy }) };
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
