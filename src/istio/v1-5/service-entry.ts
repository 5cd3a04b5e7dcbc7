import type { ImportModel } from '../../model/import-model';
import { GATEWAY_PORT } from '../../model/port-number';
import { gatewayEndpoints, gatewaysOf } from '../endpoints';
import type { ServiceEntryEndpoint, ServiceEntrySpec } from '../wire';

/**
 * ServiceEntry of the guide. A direct import has the resolution DNS, even for IP addresses. An import through the egress gateway has
 * the resolution STATIC, or DNS where an address is a hostname.
 */
export function serviceEntry(model: ImportModel): ServiceEntrySpec {
  const { service, egressGateway } = model;
  const hostnames = egressGateway?.isHostname || gatewaysOf(model.exporters).some(({ gateway }) => gateway.isHostname);
  return {
    hosts: [service.host],
    location: 'MESH_INTERNAL',
    ports: service.ports.map(port => ({ name: port.name, number: port.port, protocol: port.protocol })),
    resolution: egressGateway && !hostnames ? 'STATIC' : 'DNS',
    addresses: model.addresses,
    endpoints: endpoints(model),
  };
}

/**
 * Endpoints of an entry. The endpoints of remote gateways are in the network `external`, which only the egress gateway sees. Other
 * proxies see the egress gateway alone.
 */
function endpoints(model: ImportModel): ServiceEntryEndpoint[] {
  const portNames = model.service.ports.map(port => port.name);
  const remote = gatewayEndpoints(model.exporters, portNames);
  if (!model.egressGateway) {
    return remote;
  }
  const egress = { address: model.egressGateway.address, ports: Object.fromEntries(portNames.map(name => [name, GATEWAY_PORT])) };
  return [...remote.map(endpoint => ({ ...endpoint, network: 'external' })), egress];
}
