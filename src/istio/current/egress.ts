import { Failover } from './failover';
import { connectionPolicy, sni } from './service-entry';
import type { EgressGateway } from '../../model/egress-gateway';
import type { EgressModel } from '../../model/import-model';
import { GATEWAY_PORT } from '../../model/port-number';
import { exportersOf, ExportingCluster, versionsOf } from '../../model/remote-service';
import { asLabel, objectName } from '../../names';
import { gatewayEndpoints, gatewaysOf, subsetLabels } from '../endpoints';
import type { DestinationRuleSpec, GatewaySpec, ServiceEntrySpec, VirtualServiceSpec } from '../wire';

/** The name of the egress gateway's listener, the same for all services. */
export function listenerName(gateway: EgressGateway): string {
  return asLabel(`mesh-${gateway.name}`);
}

/** The listener: TLS of any SNI is passed on as it is, so mutual TLS stays between the two sidecars. */
export function listener(gateway: EgressGateway): GatewaySpec {
  return {
    selector: gateway.selector,
    servers: [{ port: { number: GATEWAY_PORT, name: 'tls', protocol: 'TLS' }, tls: { mode: 'PASSTHROUGH' }, hosts: ['*'] }],
  };
}

/**
 * The remote gateways as the egress gateway sees them, under a name of their own: outside the mesh's suffix, so no rule
 * for imported hosts reaches it. An SNI names no cluster, so all exporters share one entry.
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

/** How the egress gateway leaves a dead remote gateway, and that it adds no TLS of its own, whatever a rule left over from the guide says. */
export function remoteGatewaysRule(model: EgressModel): DestinationRuleSpec {
  const loadBalancer = ranksOf(model)?.loadBalancer;
  const policy = (exporters: ExportingCluster[]) => ({
    tls: { mode: 'DISABLE' as const },
    ...connectionPolicy(exporters, model.connectTimeout),
    ...loadBalancer && { loadBalancer },
  });
  const subsets = splitVersions(model.exporters).map(version => {
    const exporters = exportersOf(version, model.exporters);
    return {
      name: version,
      labels: subsetLabels(version, model.exporters),
      // Given by port, since a subset would inherit the ejection of the rule, though it has no other exporter.
      trafficPolicy: { portLevelSettings: [{ port: { number: GATEWAY_PORT }, ...policy(exporters) }] },
    };
  });
  return { host: remoteGatewaysHost(model), exportTo: ['.'], trafficPolicy: policy(model.exporters), ...subsets.length > 0 && { subsets } };
}

/** Which SNIs go where: each port and version of the service has its own. */
export function egressRoutes(model: EgressModel): VirtualServiceSpec {
  const { service, exporters } = model;
  const split = splitVersions(exporters);
  const plain = ['', ...versionsOf(exporters).filter(version => !split.includes(version))];
  const snis = (subsets: string[]) => service.ports.flatMap(({ port }) => subsets.map(subset => sni(service, port, subset)));
  const route = (subsets: string[], subset?: string) => ({
    match: [{ port: GATEWAY_PORT, sniHosts: snis(subsets) }],
    route: [{ destination: { host: remoteGatewaysHost(model), port: { number: GATEWAY_PORT }, ...subset && { subset } } }],
  });
  return {
    hosts: snis([...plain, ...split]),
    gateways: [listenerName(model.egressGateway)],
    exportTo: ['.'],
    tls: [route(plain), ...split.map(version => route([version], version))],
  };
}

/** Undefined where no cluster precedes another. The egress gateway decides for connections, not for requests. */
function ranksOf({ priority, exporters }: EgressModel): Failover | undefined {
  return priority && new Failover(priority, exporters, false);
}

/** The versions that some exporters have and others lack: their SNIs must not reach the others. */
function splitVersions(exporters: ExportingCluster[]): string[] {
  return versionsOf(exporters).filter(version => exportersOf(version, exporters).length < exporters.length);
}

function remoteGatewaysHost(model: EgressModel): string {
  return `${objectName(model.service.name, model.service.namespace)}.remote-gateways.internal`;
}
