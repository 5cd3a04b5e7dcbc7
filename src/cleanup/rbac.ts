import type { CleanupTarget } from './target';

/** A rule of a Role or ClusterRole. */
export interface Rule {
  readonly apiGroups: string[];
  readonly resources: string[];
  readonly resourceNames?: string[];
  readonly verbs: string[];
}

/**
 * Rules of the clean-up, by namespace; those of the whole cluster have the key "". The rules name each object that the clean-up
 * removes, so that it cannot remove another one.
 */
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
  const looksInto = [...removals.flatMap(({ namespace }) => namespace ?? []), ...istio ? [istio.namespace] : [], ...plan.namespaces];
  const namespaces = [...new Set(looksInto)].sort();
  if (namespaces.length > 0) {
    allow('', { apiGroups: [''], resources: ['namespaces'], resourceNames: namespaces, verbs: ['get'] });
  }
  if (plan.namespaces.length > 0) {
    allow('', { apiGroups: [''], resources: ['namespaces'], resourceNames: plan.namespaces, verbs: ['delete'] });
  }
  for (const namespace of plan.namespaces) {
    // Only a list of everything in a namespace shows whether it holds objects of others.
    allow(namespace, { apiGroups: ['*'], resources: ['*'], verbs: ['list'] });
  }
  return rules;
}
