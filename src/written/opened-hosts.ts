import { Manifest } from './manifest';
import { objectAt, objectsIn, textsIn } from '../checks/content';

/** Host that a Gateway opens for other clusters, by the SNI of callers. */
export interface OpenedHost {
  /** Host as the Gateway writes it, without a namespace before it; it may begin with `*`. */
  readonly host: string;
  /** Port that the gateway listens on. */
  readonly port: number;
  readonly gateway: Manifest;
  /** Number of the server in the Gateway. */
  readonly server: number;
}

/** Hosts that Gateways open in mode AUTO_PASSTHROUGH. */
export function openedHosts(gateways: Manifest[]): OpenedHost[] {
  return gateways.flatMap(gateway => objectsIn(objectAt(gateway.content.spec).servers).flatMap((server, number) => {
    if (objectAt(server.tls).mode !== 'AUTO_PASSTHROUGH') {
      return [];
    }
    const port = Number(objectAt(server.port).number);
    return textsIn(server.hosts).map(host => ({ host: host.replace(/^[^/]*\//, ''), port, gateway, server: number }));
  }));
}

/** Whether an opened host covers the host of an SNI. */
export function opens({ host }: OpenedHost, sniHost: string): boolean {
  return host === sniHost || host.startsWith('*') && sniHost.endsWith(host.slice(1));
}
