import type { LiveCluster } from './live-cluster';
import { difference, shown } from './live-difference';
import type { Proxy, ProxyEndpoint } from './proxy';
import type { LivePart, Walk } from './walk';
import { MeshErrorCode } from '../../errors/mesh-error-code';
import { GATEWAY_PORT } from '../../model/port-number';
import type { Finding } from '../../written/finding';
import { serviceSni } from '../../written/sni';
import type { Step } from '../../written/way/step';

/** The address of a gateway among the endpoints of the proxy that sends the request on. */
export function endpointLive(step: Step, walk: Walk): LivePart {
  const endpoint = step.endpoint ?? step.egress;
  const { upstream, proxy } = walk;
  if (endpoint === undefined || upstream === undefined || proxy === undefined) {
    return { live: [] };
  }
  const found = upstream.endpoints.filter(
    ({ address, hostname, port }) => (address === endpoint.address || hostname === endpoint.address) && port === endpoint.port,
  );
  if (found.length === 0 && /[a-z]/i.test(endpoint.address) && upstream.endpoints.every(({ hostname }) => hostname === undefined)) {
    // istiod has looked the hostname up, and the proxy knows addresses alone.
    return { live: [`${proxy.pod} has ${upstream.endpoints.map(shown).join(', ') || 'no endpoint'}`] };
  }
  if (found.length === 0) {
    const what = `the proxy of ${proxy.pod} does not know this address`;
    const expected = `${endpoint.address}:${endpoint.port}`;
    return { live: [], findings: [difference(step, walk, { what, got: upstream.endpoints.map(shown), expected })] };
  }
  const unused = found.every(candidate => candidate.unused !== undefined);
  const stateOf = ({ unused: reason }: ProxyEndpoint) => reason === undefined ? '' : `, ${reason}`;
  const live = found.map(candidate => `${proxy.pod} has ${shown(candidate)}${stateOf(candidate)}`);
  if (unused) {
    const what = `the proxy of ${proxy.pod} does not use this address now`;
    const finding = difference(step, walk, { what, got: found[0].unused });
    return { live, findings: [{ ...finding, severity: 'warning' }] };
  }
  return { live };
}

/** The egress gateway as an endpoint of the caller, and what it does with the SNI. */
export async function egressLive(step: Step, walk: Walk): Promise<LivePart> {
  const { cluster, upstream, hop } = walk;
  const known = endpointLive(step, walk);
  const [gateway] = cluster?.gatewaysWith('PASSTHROUGH') ?? [];
  if (cluster === undefined || upstream === undefined || hop === undefined || gateway === undefined) {
    return { ...known, next: { proxy: undefined, upstream: undefined } };
  }
  const proxies = await gatewayProxies(cluster, gateway);
  const [proxy] = proxies;
  if (proxy === undefined) {
    return { ...known, findings: [...known.findings ?? [], noGatewayPod(step, walk, `the egress gateway of ${cluster.name}`)] };
  }
  const next = proxy.targetOfSni(GATEWAY_PORT, hop.sni);
  if (next === undefined || !proxy.clusters.has(next)) {
    const what = `the egress gateway ${proxy.pod} passes the SNI nowhere`;
    return { ...known, findings: [...known.findings ?? [], difference(step, walk, { what, got: 'no filter chain', expected: hop.sni })] };
  }
  return {
    ...known,
    settles: true,
    live: [...known.live, `${proxy.pod}: SNI to ${next}`],
    next: { proxy, upstream: proxy.clusters.get(next) },
  };
}

/** The filter chain of the remote gateway for the SNI. */
export async function openedLive(step: Step, walk: Walk): Promise<LivePart> {
  const cluster = step.cluster === undefined ? undefined : walk.mesh.get(step.cluster);
  const { hop } = walk;
  if (cluster === undefined || hop === undefined) {
    const live = step.cluster === undefined ? [] : [`no context is named for ${step.cluster}`];
    return { live, next: { cluster: undefined, proxy: undefined, upstream: undefined } };
  }
  const gateways = cluster.gatewaysWith('AUTO_PASSTHROUGH');
  const proxies = (await Promise.all(gateways.map(gateway => gatewayProxies(cluster, gateway)))).flat();
  const [proxy] = proxies;
  if (proxy === undefined) {
    return { live: [], findings: [noGatewayPod(step, walk, `the ingress gateway of ${cluster.name}`)] };
  }
  const closed = proxies.find(candidate => candidate.targetOfSni(GATEWAY_PORT, hop.sni) === undefined);
  if (closed !== undefined) {
    return { live: [], findings: [noChain(step, walk, closed, hop.sni)] };
  }
  const target = proxy.targetOfSni(GATEWAY_PORT, hop.sni)!;
  return { settles: true, live: [`${proxy.pod}: SNI to ${target}`], next: { cluster, proxy, upstream: proxy.clusters.get(target) } };
}

/** Why a gateway has no chain for an SNI: it knows no such subset, or no such host. */
function noChain(step: Step, walk: Walk, proxy: Proxy, sni: string): Finding {
  const parts = serviceSni(sni);
  const whole = parts && `outbound_.${parts.port}_._.${parts.host}`;
  const isSubset = whole !== undefined && whole !== sni && proxy.targetOfSni(GATEWAY_PORT, whole) !== undefined;
  return difference(step, walk, {
    what: isSubset
      ? `the gateway ${proxy.pod} knows the Service and not the subset ${parts!.subset}, so it closes the connection`
      : `the gateway ${proxy.pod} opens no such SNI, so it closes the connection`,
    got: isSubset ? 'no filter chain for the subset' : 'no filter chain',
    expected: sni,
  });
}

async function gatewayProxies(cluster: LiveCluster, gateway: Parameters<LiveCluster['podsOf']>[0]): Promise<Proxy[]> {
  return Promise.all((await cluster.podsOf(gateway)).map(pod => cluster.proxyOf(pod)));
}

function noGatewayPod(step: Step, walk: Walk, which: string): Finding {
  return {
    ...difference(step, walk, { what: `no pod of ${which} is ready`, got: 'no ready pod' }),
    code: MeshErrorCode.LIVE_GATEWAY,
    fix: 'see with kubectl why the pods of the gateway are not ready',
  };
}
