import { ApiObject, Chart } from 'cdk8s';
import { CleanupPlan, CLUSTER_FACTS, Removal } from './target';
import { Stage, stageOf, STAGES } from '../gitops/stages';
import { cleanedUpIn, provenanceOf } from '../objects/provenance';
import { unwrittenOf } from '../objects/unwritten';

/** The part of the plan that the objects of a stage belong to. */
const PART_OF: { readonly [stage in Stage]: 'services' | 'resolvers' | 'trust' | 'namespaces' } = {
  namespaces: 'namespaces', trust: 'trust', dns: 'resolvers', rules: 'services', entries: 'services', rest: 'services',
};

/** What this library made in a chart, in the order in which a clean-up removes it. */
export function cleanupPlan(chart: Chart): CleanupPlan {
  const { istioNamespace = 'istio-system', deliversCa = false } = CLUSTER_FACTS.of(chart) ?? {};
  // What has retired was in the cluster before, and only an engine that prunes has removed it.
  const unwritten = unwrittenOf(chart);
  const objects = [...cleanedUpIn(chart), ...unwritten ? cleanedUpIn(unwritten) : []];
  const found = objects.map(
    object => ({ ...removalOf(object), part: provenanceOf(object).sharedPart, stage: stageOfObject(object, istioNamespace) }),
  );
  // What is applied last is removed first.
  const removalsOf = (part: (typeof PART_OF)[Stage]) => [...STAGES].reverse().filter(stage => PART_OF[stage] === part)
    .flatMap(stage => merged(found.filter(object => object.stage === stage && object.part === undefined)));
  // Whatever delivers the CA, a controller makes the secret from it, and may leave the secret behind.
  const secret = deliversCa ? [{ path: '/api/v1', group: '', plural: 'secrets', namespace: istioNamespace, names: ['cacerts'] }] : [];
  return {
    services: removalsOf('services'),
    parts: found.flatMap(({ part, ...object }) => part === undefined ? [] : [{ ...object, part }]),
    resolvers: removalsOf('resolvers'),
    // What delivers the secret goes first: it would make the secret again.
    trust: [...removalsOf('trust').filter(({ plural }) => secret.length === 0 || plural !== 'secrets'), ...secret],
    namespaces: removalsOf('namespaces').flatMap(({ names }) => names),
  };
}

function removalOf({ apiVersion, apiGroup, kind, metadata }: ApiObject): Removal {
  return {
    path: apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`,
    group: apiGroup === 'core' ? '' : apiGroup,
    plural: pluralOf(kind),
    namespace: metadata.namespace,
    names: [metadata.name!],
  };
}

function stageOfObject(object: ApiObject, istioNamespace: string): Stage {
  const { group, namespace, names: [name] } = removalOf(object);
  return stageOf({ group, kind: object.kind, name, namespace }, istioNamespace);
}

/** One removal for each kind and namespace. */
function merged(removals: Removal[]): Removal[] {
  const groups = new Map<string, { readonly removal: Removal; readonly names: Set<string> }>();
  for (const removal of removals) {
    const key = [removal.path, removal.plural, removal.namespace].join(' ');
    const group = groups.get(key) ?? { removal, names: new Set() };
    removal.names.forEach(name => group.names.add(name));
    groups.set(key, group);
  }
  return [...groups.entries()].sort(([a], [b]) => a < b ? -1 : 1).map(([, { removal, names }]) => {
    const { path, group, plural, namespace } = removal;
    return { path, group, plural, namespace, names: [...names].sort() };
  });
}

/** The plural of a kind, as Kubernetes forms it for the kinds that this library makes. */
function pluralOf(kind: string): string {
  const lower = kind.toLowerCase();
  if (/[^aeiou]y$/.test(lower)) {
    return `${lower.slice(0, -1)}ies`;
  }
  return lower.endsWith('s') ? `${lower}es` : `${lower}s`;
}
