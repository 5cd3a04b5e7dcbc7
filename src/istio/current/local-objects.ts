import { Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import type { ExportingCluster } from '../../model/exporting-cluster';
import type { LocalImportModel } from '../../model/import-model';
import { OwnObject } from '../../objects/provenance';

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
    name, port, targetPort: targetPorts[name] ?? port, protocol: 'TCP', appProtocol: protocol,
  }));
  return { selector, ports };
}

/** Remote cluster whose gateways entries refer to by its network. */
export interface RemoteGatewayFacts {
  readonly cluster: string;
  readonly namespace: string;
  readonly exporter: () => ExportingCluster;
}

/**
 * Gateway of the Gateway API for a remote cluster whose gateway address is a hostname. istiod resolves the hostname and sends
 * connections to endpoints in the network of the cluster there.
 * @see https://istio.io/latest/docs/tasks/traffic-management/ingress/gateway-api/
 */
export class RemoteGatewayObject extends OwnObject {
  public constructor(scope: Construct, { cluster, namespace, exporter }: RemoteGatewayFacts) {
    const addresses = () => exporter().gateways.map(
      ({ address, isHostname }) => ({ type: isHostname ? 'Hostname' : 'IPAddress', value: address }),
    );
    const listeners = () => [...new Set(exporter().gateways.map(({ port }) => port))].sort().map((port, i) => ({
      name: i === 0 ? 'cross-network' : `cross-network-${i + 1}`,
      port,
      protocol: 'TLS',
      tls: { mode: 'Passthrough', options: { 'gateway.istio.io/listener-protocol': 'auto-passthrough' } },
    }));
    super(scope, 'gateway', {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'Gateway',
      metadata: { name: `mesh-remote-${cluster}`, namespace, labels: { 'topology.istio.io/network': cluster } },
      spec: { gatewayClassName: 'istio-remote', addresses: Lazy.any({ produce: addresses }), listeners: Lazy.any({ produce: listeners }) },
    });
  }
}
