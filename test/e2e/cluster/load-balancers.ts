import type { Cluster } from './cluster';
import { GATEWAY3 } from './rig';

/** Address at which other clusters reach the ingress gateway of a cluster: a hostname for cluster3, as in the example. */
export function addressOf({ name, gatewayAddress }: Cluster): string {
  return name === 'cluster3' ? GATEWAY3 : gatewayAddress;
}

/** Reports the addresses of the load balancers of ingress gateways, as the controller of a cloud does, which the rig does not have. */
export async function reportLoadBalancers(clusters: readonly Cluster[]): Promise<void> {
  for (const cluster of clusters) {
    const ingress = [cluster.name === 'cluster3' ? { hostname: addressOf(cluster) } : { ip: addressOf(cluster) }];
    const path = '/api/v1/namespaces/istio-system/services/istio-ingressgateway/status';
    await cluster.kube.api('PATCH', path, { status: { loadBalancer: { ingress } } }, 'application/merge-patch+json');
  }
}
