import { difference, shown } from './live-difference';
import type { ProxyEndpoint } from './proxy';
import type { LivePart, Walk } from './walk';
import { MeshErrorCode } from '../../errors/mesh-error-code';
import { GATEWAY_PORT } from '../../model/port-number';
import type { Finding } from '../../written/finding';
import { serviceSni } from '../../written/sni';
import type { Step } from '../../written/way/step';

/** The pods in which the request ends. A gateway must know pods of its own cluster alone. */
export async function podsLive(step: Step, walk: Walk): Promise<LivePart> {
  const { cluster, proxy, upstream } = walk;
  const local = step.station === 'local pods';
  const known = local && step.hop ? proxy?.clusters.get(`outbound|${step.hop.port}|${step.hop.subset}|${step.hop.host}`) : upstream;
  if (cluster === undefined || known === undefined) {
    return { live: [] };
  }
  const namespace = (local ? step.hop!.host : serviceSni(known.name)?.host ?? known.name).split('.')[1];
  const pods = await cluster.podsIn(namespace);
  const nameOf = ({ address, port }: ProxyEndpoint) => {
    const pod = pods.find(candidate => candidate.address === address);
    return pod ? `${pod.namespace}/${pod.name} (${address}:${port})` : undefined;
  };
  const ends = known.endpoints.filter(endpoint => endpoint.unused === undefined);
  const named = ends.flatMap(endpoint => nameOf(endpoint) ?? []);
  const remote = ends.filter(endpoint => endpoint.port === GATEWAY_PORT && nameOf(endpoint) === undefined);
  if (!local && remote.length > 0) {
    return { live: [], findings: [loop(step, walk, remote)] };
  }
  if (!local && named.length === 0) {
    const what = `the gateway of ${cluster.name} knows no ready pod for ${known.name}`;
    return { live: [], findings: [difference(step, walk, { what, got: known.endpoints.map(shown), expected: 'a ready pod' })] };
  }
  return { settles: true, live: named.length > 0 ? [`ends in ${named.join(', ')}`] : ['no ready pod of this cluster'] };
}

/** A gateway that would pass requests on to other clusters, from which they can come back. */
export function loop(step: Pick<Step, 'place'>, { where }: Pick<Walk, 'where'>, remote: ProxyEndpoint[]): Finding {
  return {
    severity: 'error',
    code: MeshErrorCode.LIVE_GATEWAY,
    where,
    what: 'the gateway passes requests on to gateways, so they can go round between clusters',
    got: remote.map(shown),
    expected: 'pods of its own cluster alone',
    fix: 'set ISTIO_META_REQUESTED_NETWORK_VIEW of the gateway to the name of its cluster, and remove endpoints without a network',
    place: step.place,
  };
}
