import type { LiveCluster } from './live-cluster';
import { loop } from './pod-steps';
import type { Proxy, ProxyEndpoint } from './proxy';
import { MeshErrorCode } from '../../errors/mesh-error-code';
import { GATEWAY_PORT } from '../../model/port-number';
import type { Finding } from '../../written/finding';
import type { GatewayOwners } from '../../written/gateway-owners';
import { Manifest, placeOf } from '../../written/manifest';

/** Envoy clusters by which a gateway passes TLS on. */
const PASSED_ON = /^outbound_\./;

/**
 * The gateways of a cluster as their proxies run: pods that are not ready, configuration that a proxy refuses, and endpoints in other
 * clusters, by which requests could go round.
 * @throws NoAccess where kubectl fails
 */
export async function proxyFindings(cluster: LiveCluster, owners: GatewayOwners): Promise<Finding[]> {
  const ingress = await Promise.all(cluster.gatewaysWith('AUTO_PASSTHROUGH').map(async gateway => {
    const pods = await cluster.podsOf(gateway);
    const proxies = await Promise.all(pods.map(pod => cluster.proxyOf(pod)));
    const own = (await cluster.podsIn(gateway.namespace)).map(({ address }) => address);
    return [
      ...pods.length === 0 ? [notReady(cluster, gateway)] : [],
      ...proxies.flatMap(proxy => [...refusals(cluster, gateway, proxy), ...loops(cluster, gateway, proxy, { own, owners })]),
    ];
  }));
  const egress = await Promise.all(cluster.gatewaysWith('PASSTHROUGH').map(async gateway => {
    const pods = await cluster.podsOf(gateway);
    const proxies = await Promise.all(pods.map(pod => cluster.proxyOf(pod)));
    return [...pods.length === 0 ? [notReady(cluster, gateway)] : [], ...proxies.flatMap(proxy => refusals(cluster, gateway, proxy))];
  }));
  return [...ingress, ...egress].flat();
}

function loops(
  cluster: LiveCluster,
  gateway: Manifest,
  proxy: Proxy,
  { own, owners }: { readonly own: string[]; readonly owners: GatewayOwners },
): Finding[] {
  const isRemote = ({ address, port, hostname }: ProxyEndpoint) => owners.of(address, port).length > 0
    || hostname !== undefined && owners.of(hostname, port).length > 0
    || port === GATEWAY_PORT && !own.includes(address);
  return [...proxy.clusters.values()].filter(({ name }) => PASSED_ON.test(name)).flatMap(({ name, endpoints }) => {
    const remote = endpoints.filter(isRemote);
    const where = `${cluster.name}, gateway ${proxy.pod}, ${name}`;
    return remote.length === 0 ? [] : [loop({ place: placeOf(gateway) }, { where }, remote)];
  });
}

function refusals(cluster: LiveCluster, gateway: Manifest, proxy: Proxy): Finding[] {
  return proxy.refused.map(got => ({
    severity: 'error',
    code: MeshErrorCode.LIVE_GATEWAY,
    where: `${cluster.name}, gateway ${proxy.pod}`,
    what: 'the proxy refuses its newest configuration, and runs with an older one',
    got,
    fix: 'correct the object that the message names',
    place: placeOf(gateway),
  }));
}

function notReady(cluster: LiveCluster, gateway: Manifest): Finding {
  return {
    severity: 'error',
    code: MeshErrorCode.LIVE_GATEWAY,
    where: `${cluster.name}, gateways in ${gateway.namespace}`,
    what: 'no pod of the gateway is ready',
    expected: 'a ready pod with the labels that the Gateway selects',
    fix: 'see with kubectl why the pods are not ready',
    place: placeOf(gateway, 'spec', 'selector'),
  };
}
