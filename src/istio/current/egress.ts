import { Failover } from './failover';
import { hasAlternative, sni } from './service-entry';
import { passthroughPolicy } from './traffic-policy';
import type { EgressGateway } from '../../model/egress-gateway';
import { exportersOf, ExportingCluster, versionsOf } from '../../model/exporting-cluster';
import type { EgressModel } from '../../model/import-model';
import { GATEWAY_PORT } from '../../model/port-number';
import { asLabel } from '../../names';
import { gatewayEndpoints, gatewaysOf, subsetLabels } from '../endpoints';
import type { DestinationRuleSpec, GatewaySpec, ServiceEntrySpec, VirtualServiceSpec } from '../wire';

/** Name of the Gateway of an egress gateway, the same for all services. */
export function listenerName(gateway: EgressGateway): string {
  return asLabel(`mesh-${gateway.name}`);
}

/**
 * Gateway that passes TLS of any SNI on without termination, so that mutual TLS stays between the two sidecars. It takes routes of
 * its own namespace only: otherwise any namespace could send an SNI through the gateway to a host of its choice.
 */
export function listener(gateway: EgressGateway): GatewaySpec {
  return {
    selector: gateway.selector,
    servers: [{ port: { number: GATEWAY_PORT, name: 'tls', protocol: 'TLS' }, tls: { mode: 'PASSTHROUGH' }, hosts: ['./*'] }],
  };
}

/**
 * ServiceEntry of the remote gateways for the egress gateway. Its host is outside the DNS suffix of the mesh, so no rule for
 * imported hosts applies to it. All exporters share one entry, because an SNI names no cluster.
 */
export function remoteGateways(model: EgressModel): ServiceEntrySpec {
  const byName = gatewaysOf(model.exporters).some(({ gateway }) => gateway.isHostname);
  return {
    hosts: [remoteGatewaysHost(model)],
    exportTo: ['.'],
    location: 'MESH_EXTERNAL',
    ports: [{ name: 'tls', number: GATEWAY_PORT, protocol: 'TLS' }],
    resolution: byName ? 'DNS' : 'STATIC',
    endpoints: gatewayEndpoints(model.exporters, ['tls'], ranksOf(model)),
  };
}

/**
 * DestinationRule of the remote gateways. It ejects remote gateways that fail, and turns TLS of the egress gateway off even where the
 * cluster still has the guide's rule that turns it on.
 */
export function remoteGatewaysRule(model: EgressModel): DestinationRuleSpec {
  const loadBalancer = ranksOf(model)?.loadBalancer;
  const policy = (exporters: ExportingCluster[]) => ({
    tls: { mode: 'DISABLE' as const },
    ...passthroughPolicy(model.policy ?? {}, hasAlternative(exporters)),
    ...loadBalancer && { loadBalancer },
  });
  const subsets = versionsOfSome(model.exporters).map(version => {
    const exporters = exportersOf(version, model.exporters);
    return { name: version, labels: subsetLabels(version, model.exporters), trafficPolicy: policy(exporters) };
  });
  return { host: remoteGatewaysHost(model), exportTo: ['.'], trafficPolicy: policy(model.exporters), ...subsets.length > 0 && { subsets } };
}

/** VirtualService that routes by SNI. Each port and each version of the service has its own SNI. */
export function egressRoutes(model: EgressModel): VirtualServiceSpec {
  const { services, exporters } = model;
  const partialVersions = versionsOfSome(exporters);
  const sharedSubsets = ['', ...versionsOf(exporters).filter(version => !partialVersions.includes(version))];
  const snis = (subsets: string[]) => [
    ...new Set(services.flatMap(service => service.ports.flatMap(({ port }) => subsets.map(subset => sni(service, port, subset))))),
  ];
  const route = (subsets: string[], subset?: string) => ({
    match: [{ port: GATEWAY_PORT, sniHosts: snis(subsets) }],
    route: [{ destination: { host: remoteGatewaysHost(model), port: { number: GATEWAY_PORT }, ...subset && { subset } } }],
  });
  return {
    hosts: snis([...sharedSubsets, ...partialVersions]),
    gateways: [listenerName(model.egressGateway)],
    exportTo: ['.'],
    tls: [route(sharedSubsets), ...partialVersions.map(version => route([version], version))],
  };
}

/** Order of the exporters; undefined where none precedes another. The egress gateway chooses for each connection, not request. */
function ranksOf({ priority, exporters }: EgressModel): Failover | undefined {
  return priority && new Failover(priority, exporters, { hasLocal: false });
}

/** Versions that only some exporters have. Their SNIs must not reach the other exporters. */
function versionsOfSome(exporters: ExportingCluster[]): string[] {
  return versionsOf(exporters).filter(version => exportersOf(version, exporters).length < exporters.length);
}

function remoteGatewaysHost(model: EgressModel): string {
  return `${model.name}.remote-gateways.internal`;
}
