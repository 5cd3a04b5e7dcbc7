import type { IngressGatewayFacts } from './facts';
import { GatewayAddress } from '../model/gateway-address';

/**
 * The addresses at which other clusters reach an ingress gateway: those of its load balancer, or else its external IPs, or else the node
 * port of a few nodes. None where no port of the Service leads to port 15443.
 */
export function gatewaysOf(gateway: IngressGatewayFacts | undefined): GatewayAddress[] {
  if (gateway?.port === undefined) {
    return [];
  }
  const { port, addresses, externalIps, type, nodePort, nodeAddresses } = gateway;
  const outside = addresses.length > 0 ? addresses : externalIps;
  if (outside.length > 0) {
    return outside.map(address => GatewayAddress.of(address, { port }));
  }
  return type === 'ClusterIP' || nodePort === undefined ? [] : nodeAddresses.map(address => GatewayAddress.of(address, { port: nodePort }));
}
