import { isIP, isIPv4, isIPv6 } from 'net';
import * as ipaddr from 'ipaddr.js';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { isDnsName } from '../names';
import { GATEWAY_PORT, portNumber } from './port-number';

/** How a gateway is reached, where that differs from the convention. */
export interface GatewayAddressOptions {
  /**
   * The port: the node port, where the gateway is a NodePort Service.
   * @default - 15443, or the node port of a cluster whose `ingressGatewayService` is one with node ports
   */
  readonly port?: number;
}

/**
 * Where other clusters reach the ingress gateway of a cluster: the guide's `CLUSTER2_GW_ADDR`.
 * @see https://istio.io/v1.5/docs/setup/install/multicluster/gateways/#configure-the-example-services
 */
export class GatewayAddress {
  /**
   * An IPv4 or IPv6 address, or a hostname, without scheme, port or brackets.
   * @throws MESH002 for anything else, and for addresses that another cluster cannot reach
   * @throws MESH003 for a port outside 1-65535
   */
  public static of(address: string, options: GatewayAddressOptions = {}): GatewayAddress {
    return new GatewayAddress(address, options.port);
  }

  /** The address itself. */
  public readonly address: string;

  /** The port, 15443 unless a NodePort gateway has another. */
  public readonly port: number;

  /** Whether the address is a hostname, which sidecars resolve by DNS. */
  public readonly isHostname: boolean;

  /** @internal */
  public readonly _portWasChosen: boolean;

  private constructor(address: string, port: number | undefined) {
    const where = 'GatewayAddress.of';
    if (isIP(address) ? unreachable(address) : !isDnsName(address) || LOCAL_NAME.test(address)) {
      throw new MeshError({
        code: MeshErrorCode.INVALID_ADDRESS,
        where,
        what: 'invalid gateway address',
        got: address,
        expected: 'an IPv4 or IPv6 address or a hostname that other clusters can reach',
        fix: 'write the address alone, as in the EXTERNAL-IP column of '
          + '"kubectl get service istio-ingressgateway -n istio-system"; a port goes into { port }',
      });
    }
    this.address = address;
    this.port = portNumber(port ?? GATEWAY_PORT, where);
    this._portWasChosen = port !== undefined;
    this.isHostname = isIP(address) === 0;
  }
}

/** Names that mean something else, or nothing, in another cluster. */
const LOCAL_NAME = /(^|\.)localhost$|\.svc(\.cluster\.local)?$/;

/** Loopback, unspecified, multicast and broadcast addresses, class E and zone-scoped IPv6: nothing that another cluster could reach. */
function unreachable(address: string): boolean {
  if (isIPv6(address) && address.includes('%')) {
    return true;
  }
  const range = ipaddr.parse(address).range();
  return ['loopback', 'unspecified', 'multicast', 'broadcast', 'linkLocal', 'ipv4Mapped'].includes(range)
    || isIPv4(address) && Number(address.split('.')[0]) >= 240;
}
