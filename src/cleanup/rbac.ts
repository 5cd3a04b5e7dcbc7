import type { CleanupTarget } from './target';

/** A rule of RBAC. */
export interface Rule {
  readonly apiGroups: string[];
  readonly resources: string[];
  readonly resourceNames?: string[];
  readonly verbs: string[];
}

/** What the clean-up may do: by namespace, and "" for the cluster. Every object is named, and nothing else can be removed. */
export function cleanupRules({ plan, istio }: CleanupTarget): Map<string, Rule[]> {
  const rules = new Map<string, Rule[]>();
  const allow = (namespace: string, rule: Rule) => rules.set(namespace, [...rules.get(namespace) ?? [], rule]);
  const removals = [...plan.services, ...plan.resolvers, ...plan.trust];
  for (const { group, plural, namespace = '', names } of removals) {
    allow(namespace, { apiGroups: [group], resources: [plural], resourceNames: names, verbs: ['delete'] });
  }
  for (const { group, plural, namespace = '', names } of plan.parts) {
    allow(namespace, { apiGroups: [group], resources: [plural], resourceNames: names, verbs: ['get', 'patch'] });
  }
  if (istio) {
    allow(istio.namespace, { apiGroups: ['apps'], resources: ['deployments'], verbs: ['list'] });
  }
  const used = [...removals.flatMap(({ namespace }) => namespace ?? []), ...istio ? [istio.namespace] : [], ...plan.namespaces];
  const places = [...new Set(used)].sort();
  if (places.length > 0) {
    allow('', { apiGroups: [''], resources: ['namespaces'], resourceNames: places, verbs: ['get'] });
  }
  if (plan.namespaces.length > 0) {
    allow(
      '',
      { apiGroups: [''], resources: ['namespaces'], resourceNames: plan.namespaces, verbs: ['delete'] },
    );
  }
  for (const namespace of plan.namespaces) {
    // Whether a namespace holds anything of others can only be seen by listing all of it.
    allow(namespace, { apiGroups: ['*'], resources: ['*'], verbs: ['list'] });
  }
  return rules;
}
