import type { LiveCluster } from './live-cluster';
import type { ComparedObject } from './object-findings';
import { objectAt, objectsIn } from '../../checks/content';
import { MeshErrorCode } from '../../errors/mesh-error-code';
import type { Finding } from '../../written/finding';
import { placeOf, titleOf } from '../../written/manifest';
import type { LiveObject } from '../kubectl/kubectl';

/** Groups that istiod reads as they are. It makes objects of its own of those of the Gateway API. */
const READ_BY_ISTIOD = /(^|\.)istio\.io$/;

/**
 * Objects that did not reach istiod: it does not watch their namespace, cannot read their kind, or is behind.
 * @throws NoAccess where istiod does not answer
 */
export async function istiodFindings(cluster: LiveCluster, found: ComparedObject[]): Promise<Finding[]> {
  const objects = found.filter(({ manifest }) => READ_BY_ISTIOD.test(manifest.group));
  const { istioNamespace } = cluster.written.settings;
  const istiod = (await cluster.podsIn(istioNamespace)).find(({ labels }) => labels.app === 'istiod');
  if (objects.length === 0) {
    return [];
  }
  if (istiod === undefined) {
    return [{
      severity: 'error',
      code: MeshErrorCode.LIVE_OBJECT,
      where: `${cluster.name}, namespace ${istioNamespace}`,
      what: 'no pod of istiod is ready, so no change reaches the proxies',
      expected: 'a ready pod with the label app=istiod',
      fix: 'see with kubectl why the pods are not ready',
    }];
  }
  const place = { namespace: istiod.namespace, pod: istiod.name, container: 'discovery' };
  const answer = await cluster.kubectl.execJson(place, 'pilot-discovery', 'request', 'GET', '/debug/configz');
  const known = new Map(objectsIn(answer).map(object => [keyOf(object), objectAt(object.metadata).generation]));
  return objects.flatMap(({ manifest, live }) => {
    const generation = known.get(keyOf(live));
    const current = objectAt(live.metadata).generation;
    return generation === current ? [] : [{
      severity: 'error' as const,
      code: MeshErrorCode.LIVE_OBJECT,
      where: `${cluster.name}, ${titleOf(manifest)}`,
      what: known.has(keyOf(live)) ? 'istiod has another generation of the object' : 'istiod does not know the object',
      got: generation ?? 'nothing',
      expected: `generation ${current}`,
      fix: 'see whether meshConfig.discoverySelectors leave its namespace out, and what istiod logs',
      place: placeOf(manifest),
    }];
  });
}

function keyOf({ kind, metadata }: LiveObject): string {
  return `${kind} ${objectAt(metadata).namespace} ${objectAt(metadata).name}`;
}
