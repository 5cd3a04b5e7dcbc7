import { MeshDeclaration } from './declaration';
import type { ClusterExpectation } from './expectation';
import type { ClusterVerdict, Opening, Route } from './judge';
import { gatewayEndpoints } from './serving';
import { servicesIn } from './workloads';

/**
 * Where a call that the mesh makes possible does not come through to a pod: the SNI that the caller sends is followed through
 * the egress gateway, if it is sent there, and through every ingress gateway behind it, by what istiod gives each of them.
 */
export function brokenWays(mesh: MeshDeclaration, expected: ClusterExpectation[], verdicts: ClusterVerdict[]): string[] {
  const ingress = new Map(mesh.clusters.flatMap((cluster, i) => gatewayEndpoints(cluster)
    .map((endpoint): [string, Opening[]] => [endpoint, verdicts[i].gateways?.[0] ?? []])));
  const pods = mesh.clusters.map(({ name }) => new Set(servicesIn(name, mesh).flatMap(service => service.pods.map(({ ip }) => ip))));
  const outside = mesh.outside.flatMap(gatewayEndpoints);
  const isThrough = (endpoint: string, sni: string) => outside.includes(endpoint) || behind(ingress.get(endpoint) ?? [], sni).length > 0;
  const isGateway = (endpoint: string) => outside.includes(endpoint) || ingress.has(endpoint);

  return verdicts.flatMap(({ calls, gateways }, i) => (calls ?? []).flatMap(({ outcomes }, n) => {
    const { call, routes } = expected[i].calls[n];
    if (routes.length === 0) {
      return [];
    }
    const isLocalPod = (endpoint: string) => pods[i].has(endpoint.slice(0, endpoint.lastIndexOf(' port ')));
    const legs = outcomes.flatMap(outcome => outcome.routes)
      .flatMap(route => addressesOf(route).filter(endpoint => !isLocalPod(endpoint)).map(endpoint => ({ sni: route.sni, endpoint })));
    const broken = legs.filter(({ sni, endpoint }) => {
      const gatewaysReached = isGateway(endpoint) ? [endpoint] : behind(gateways?.[1] ?? [], sni);
      return gatewaysReached.length === 0 || !gatewaysReached.every(gateway => isThrough(gateway, sni));
    });
    const what = `${mesh.clusters[i].name}: call to ${call.host} port ${call.port}`;
    return broken.map(({ sni, endpoint }) => `${what}: no pod behind ${endpoint} for ${sni}`);
  }));
}

/** What a gateway has behind a name. */
function behind(openings: Opening[], sni: string): string[] {
  return openings.filter(opening => opening.sni === sni).flatMap(({ routes }) => routes.flatMap(addressesOf));
}

function addressesOf({ tiers }: Route): string[] {
  return tiers.flat().map(({ address }) => address);
}
