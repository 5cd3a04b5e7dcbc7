import { isIP, isIPv4 } from 'net';
import { inOneSpelling, isRoutedAddress } from './ip-address';
import { GATEWAY_PORT, portNumber } from './port-number';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { isDomainName } from '../names';
import { checkedArgument, checkedOptions } from '../options/checked';
import { instance, numeric, text } from '../options/kinds';
import { optional, schema } from '../options/schema';

/** Hostnames that mean another host, or none, in another cluster. */
const LOCAL_NAME = /(^|\.)localhost$|\.svc(\.cluster\.local)?$/;

/** Options of a `GatewayAddress`. */
export interface GatewayAddressOptions {
  /**
   * Port of the gateway. For a NodePort Service this is the node port.
   * @default - 15443, or the node port of a cluster whose `ingressGatewayService` is a NodePort Service
   */
  readonly port?: number;
}

export const GATEWAY_ADDRESS_OPTIONS = schema<GatewayAddressOptions>({ port: optional(numeric) });

/**
 * Address by which other clusters reach the ingress gateway of a cluster: the guide's `CLUSTER2_GW_ADDR`.
 * @see https://istio.io/v1.5/docs/setup/install/multicluster/gateways/#configure-the-example-services
 *
 * @example
 * mesh.addCluster('cluster2', { ingressGateway: GatewayAddress.of('203.0.113.20') });
 */
export class GatewayAddress {
  /**
   * Returns the address of a gateway.
   * @param address IPv4 address, IPv6 address or hostname, without scheme, port or brackets
   * @param options the port, where other clusters connect to another port than 15443
   * @returns the address, for `ingressGateway` of a cluster
   * @throws MESH002 for an invalid address and for an address that another cluster cannot reach, MESH003 for a port outside 1-65535
   */
  public static of(address: string, options: GatewayAddressOptions = {}): GatewayAddress {
    const where = 'GatewayAddress.of';
    return new GatewayAddress(
      checkedArgument(text, address, 'address', where),
      checkedOptions(GATEWAY_ADDRESS_OPTIONS, options, where).port,
    );
  }

  /** IP address or hostname. An IPv6 address is in its shortest spelling. */
  public readonly address: string;

  /** Port, 15443 by default. */
  public readonly port: number;

  /** Whether the address is a hostname, which the sidecars of callers resolve by DNS. */
  public readonly isHostname: boolean;

  /**
   * Whether the port was set, so that the node port of a Service does not replace it.
   * @internal
   */
  public readonly _portWasChosen: boolean;

  private constructor(address: string, port: number | undefined) {
    const where = 'GatewayAddress.of';
    if (!isReachable(address)) {
      throw new MeshError({
        code: MeshErrorCode.INVALID_ADDRESS,
        where,
        what: 'invalid gateway address',
        got: address,
        expected: 'an IPv4 or IPv6 address or a hostname that other clusters can reach',
        fix: 'write the address alone, as in the EXTERNAL-IP column of "kubectl get service istio-ingressgateway -n istio-system"; '
          + 'a port goes into { port }',
      });
    }
    this.address = inOneSpelling(address);
    this.port = portNumber(port ?? GATEWAY_PORT, where);
    this._portWasChosen = port !== undefined;
    this.isHostname = isIP(address) === 0;
  }
}

/** The kind of options that hold an address of a gateway. */
export const GATEWAY_ADDRESS = instance(
  GatewayAddress,
  { write: "GatewayAddress.of('203.0.113.10')", code: MeshErrorCode.INVALID_ADDRESS },
);
/** Address and port in one spelling, such as `203.0.113.10:15443` and `[2001:db8::1]:15443`. */
export function endpointText({ address, port }: { readonly address: string; readonly port: number }): string {
  return isIP(address) === 6 ? `[${inOneSpelling(address)}]:${port}` : `${address}:${port}`;
}

/**
 * Throws when two addresses of one gateway are the same: callers would take them for two gateways, one of which they can lose.
 * @throws MESH006 for such addresses
 */
export function refuseRepeatedGateways(gateways: GatewayAddress[], where: string): void {
  const endpoints = gateways.map(endpointText);
  const twice = endpoints.find((endpoint, i) => endpoints.indexOf(endpoint) !== i);
  if (twice !== undefined) {
    throw new MeshError({
      code: MeshErrorCode.DUPLICATE, where, what: 'an address of a gateway is listed twice', got: twice, fix: 'remove one of them',
    });
  }
}

function isReachable(address: string): boolean {
  if (isIP(address) === 0) {
    return isDomainName(address) && !LOCAL_NAME.test(address);
  }
  const isClassE = isIPv4(address) && Number(address.split('.')[0]) >= 240;
  return !isClassE && isRoutedAddress(address);
}
