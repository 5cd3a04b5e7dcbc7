import { nameLive, tlsLive } from './caller-steps';
import { egressLive, endpointLive, openedLive } from './gateway-steps';
import { podsLive } from './pod-steps';
import type { LiveMesh, LivePart, Walk } from './walk';
import type { Finding } from '../../written/finding';
import type { Step } from '../../written/way/step';
import type { Way } from '../../written/way/way';
import { noAccessProblem } from '../kubectl/no-access';

/**
 * The way of a request with what the proxies of the running clusters say at each step. A step at which they differ from the files has a
 * finding.
 * @param caller pod that calls, as `name`; the first ready one with a sidecar otherwise
 */
export async function liveWay(mesh: LiveMesh, way: Way, caller?: string): Promise<Way> {
  const cluster = mesh.get(way.cluster);
  const where = `${way.cluster}, request from ${way.namespace} to ${way.host}:${way.port}`;
  if (cluster === undefined) {
    return { ...way, first: withLive(way.first, [`no context is named for ${way.cluster}`]) };
  }
  try {
    const pod = caller === undefined
      ? await cluster.callerIn(way.namespace)
      : (await cluster.podsIn(way.namespace)).find(({ name }) => name === caller);
    if (pod === undefined) {
      const which = caller === undefined ? 'no ready pod with a sidecar' : `no ready pod ${caller}`;
      return { ...way, first: withLive(way.first, [`${which} is in namespace ${way.namespace}, so no proxy of a caller was asked`]) };
    }
    const proxy = await cluster.proxyOf(pod);
    return { ...way, first: await walked(withLive(way.first, [`caller ${proxy.pod}`]), { mesh, where, cluster, proxy, pod, asked: way }) };
  } catch (error) {
    return { ...way, first: { ...way.first, live: [], findings: [...way.first.findings, unasked(error)] } };
  }
}

/** A step and all after it, each with what the proxies say. */
async function walked(step: Step, walk: Walk): Promise<Step> {
  const part = await partOf(step, walk);
  const findings = [...step.findings, ...part.findings ?? []];
  const isStopped = findings.some(({ severity }) => severity === 'error');
  const rest = { ...walk, ...part.next };
  return {
    ...withLive(step, part.live),
    findings,
    risks: part.settles ? [] : step.risks,
    next: isStopped ? [] : await Promise.all(step.next.map(next => walked(next, rest))),
  };
}

async function partOf(step: Step, walk: Walk): Promise<LivePart> {
  try {
    switch (step.station) {
      case 'name':
        return nameLive(step, walk, walk.asked);
      case 'TLS':
        return tlsLive(step, walk);
      case 'egress':
        return await egressLive(step, walk);
      case 'gateway':
        return endpointLive(step, walk);
      case 'opened':
        return await openedLive(step, walk);
      case 'Service':
      case 'local pods':
        return await podsLive(step, walk);
      default:
        return { live: [] };
    }
  } catch (error) {
    // Without this proxy, nothing is known of the ones after it.
    return { live: [], findings: [unasked(error)], next: { proxy: undefined, upstream: undefined } };
  }
}

/** A proxy that could not be asked. The request can be answered all the same. */
function unasked(error: unknown): Finding {
  return { ...noAccessProblem(error), severity: 'warning' };
}

function withLive(step: Step, lines: string[]): Step {
  return { ...step, live: [...step.live ?? [], ...lines] };
}
