import { Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import type { GatewayAddress } from '../../model/gateway-address';
import type { LocalImportModel } from '../../model/import-model';
import { OwnObject } from '../../objects/provenance';
import { ownValue } from '../../options/own-value';

/** Service of an import under a local name, for a cluster that has no pods of the service. */
export class LocalService extends OwnObject {
  public constructor(scope: Construct, model: LocalImportModel) {
    const { service, namespace } = model;
    super(scope, 'service', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: service.name, namespace },
      spec: Lazy.any({ produce: () => specOf(model) }),
    });
  }
}

function specOf({ service, selector, targetPorts }: LocalImportModel): object {
  const ports = service.ports.map(({ name, port, protocol }) => ({
    name, port, targetPort: ownValue(targetPorts, name) ?? port, protocol: 'TCP', appProtocol: protocol,
  }));
  return { selector, ports };
}

/** Gateways of a remote cluster that listen on one port. Entries refer to them by the network of the cluster. */
export interface RemoteGatewayFacts {
  readonly cluster: string;
  readonly namespace: string;
  readonly gateways: GatewayAddress[];
  /** Whether the cluster has gateways on other ports too: the name of the object then holds the port. */
  readonly isOneOfSeveral: boolean;
}

/**
 * Gateway of the Gateway API for a remote cluster whose gateway address is a hostname. istiod resolves the hostname and sends
 * connections to endpoints in the network of the cluster there. It connects to each address on the port of each listener, so addresses
 * with different ports have objects of their own.
 * @see https://istio.io/latest/docs/tasks/traffic-management/ingress/gateway-api/
 */
export class RemoteGatewayObject extends OwnObject {
  public constructor(scope: Construct, { cluster, namespace, gateways, isOneOfSeveral }: RemoteGatewayFacts) {
    const [{ port }] = gateways;
    const suffix = isOneOfSeveral ? `.${port}` : '';
    super(scope, `gateway${suffix}`, {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'Gateway',
      metadata: { name: `mesh-remote-${cluster}${suffix}`, namespace, labels: { 'topology.istio.io/network': cluster } },
      spec: {
        gatewayClassName: 'istio-remote',
        addresses: gateways.map(({ address, isHostname }) => ({ type: isHostname ? 'Hostname' : 'IPAddress', value: address })),
        listeners: [{
          name: 'cross-network',
          port,
          protocol: 'TLS',
          tls: { mode: 'Passthrough', options: { 'gateway.istio.io/listener-protocol': 'auto-passthrough' } },
        }],
      },
    });
  }
}
