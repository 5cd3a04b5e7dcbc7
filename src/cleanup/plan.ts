import { ApiObject, Chart } from 'cdk8s';
import { CleanupPlan, CLUSTER_FACTS, Removal } from './target';
import { Stage, stageOf, STAGES } from '../gitops/stages';
import { cleanedUpIn, namespaceOf, provenanceOf } from '../objects/provenance';
import { unwrittenOf } from '../objects/unwritten';

/** The part of the plan that the objects of a stage belong to. */
const PLAN_PART: { readonly [stage in Stage]: 'services' | 'resolvers' | 'trust' | 'namespaces' } = {
  namespaces: 'namespaces', trust: 'trust', dns: 'resolvers', rules: 'services', entries: 'services', rest: 'services',
};

/** Plans the removal of the objects that this library made in a chart. */
export function cleanupPlan(chart: Chart): CleanupPlan {
  const { istioNamespace = 'istio-system', deliversCa = false } = CLUSTER_FACTS.of(chart) ?? {};
  // A cluster may still have a retired object: only an engine that prunes has removed it.
  const unwritten = unwrittenOf(chart);
  const objects = [...cleanedUpIn(chart), ...unwritten ? cleanedUpIn(unwritten) : []];
  const removals = objects.map(
    object => ({ ...removalOf(object), part: provenanceOf(object).sharedPart, stage: stageOfObject(object, istioNamespace) }),
  );
  // Objects are removed in the reverse of the order in which they are applied.
  const removalsOf = (planPart: (typeof PLAN_PART)[Stage]) => [...STAGES].reverse().filter(stage => PLAN_PART[stage] === planPart)
    .flatMap(stage => merged(removals.filter(removal => removal.stage === stage && removal.part === undefined)));
  // A controller may create the secret from the object that delivers the CA, and leave the secret behind without that object.
  const secret = deliversCa ? [{ path: '/api/v1', group: '', plural: 'secrets', namespace: istioNamespace, names: ['cacerts'] }] : [];
  return {
    services: removalsOf('services'),
    parts: removals.flatMap(({ part, ...removal }) => part === undefined ? [] : [{ ...removal, part }]),
    resolvers: removalsOf('resolvers'),
    // The secret comes last: the object that it was created from would create it again.
    trust: [...removalsOf('trust').filter(({ plural }) => secret.length === 0 || plural !== 'secrets'), ...secret],
    namespaces: removalsOf('namespaces').flatMap(({ names }) => names),
  };
}

function removalOf(object: ApiObject): Removal {
  const { apiVersion, apiGroup, kind, name } = object;
  return {
    path: apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`,
    group: apiGroup === 'core' ? '' : apiGroup,
    plural: pluralOf(kind),
    namespace: namespaceOf(object),
    names: [name],
  };
}

function stageOfObject(object: ApiObject, istioNamespace: string): Stage {
  const { group, namespace, names: [name] } = removalOf(object);
  return stageOf({ group, kind: object.kind, name, namespace }, istioNamespace);
}

/** Joins the removals of one kind and namespace into one. */
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

/** Plural of a kind, as Kubernetes forms it for the kinds that this library makes. */
function pluralOf(kind: string): string {
  const lower = kind.toLowerCase();
  if (/[^aeiou]y$/.test(lower)) {
    return `${lower.slice(0, -1)}ies`;
  }
  return lower.endsWith('s') ? `${lower}es` : `${lower}s`;
}
