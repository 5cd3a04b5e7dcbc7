import { textsIn } from './content';
import type { ForeignManifest } from './declarations';

/** Kind, namespace and name of a manifest, as errors name it. */
export function placeOf(kind: string, { metadata }: ForeignManifest): string {
  return `${kind} ${metadata.namespace}/${metadata.name}`;
}

/**
 * The host that a DestinationRule or VirtualService names. Istio completes a name without dots by the namespace of the object and
 * the domain of the cluster.
 */
export function resolvedHost(host: unknown, { metadata }: ForeignManifest, clusterDomain: string): string {
  const text = String(host ?? '');
  return text === '' || text.includes('.') || text.startsWith('*') ? text : `${text}.${metadata.namespace}.svc.${clusterDomain}`;
}

/** The wildcards that cover a host, the most specific first. */
export function wildcardsOf(host: string): string[] {
  const parts = host.split('.');
  return [...parts.slice(1).map((_, i) => `*.${parts.slice(i + 1).join('.')}`), '*'];
}

/** The namespaces that a rule is exported to, in order; empty where the rule does not say. */
export function exportToOf({ spec }: ForeignManifest): string[] {
  return [...new Set(textsIn(spec.exportTo))].sort();
}

/** Whether proxies in the namespace of a rule see it. */
export function appliesAtHome(rule: ForeignManifest): boolean {
  const exportTo = exportToOf(rule);
  const { namespace } = rule.metadata;
  return exportTo.length === 0 || exportTo.some(target => target === '*' || target === '.' || target === namespace);
}

/** Whether only the namespace of a rule sees it. */
export function isPrivate(rule: ForeignManifest): boolean {
  const [target, ...others] = exportToOf(rule);
  return others.length === 0 && (target === '.' || target !== undefined && target === rule.metadata.namespace);
}

/** Whether a host covers another one: as the same name, or as a wildcard. */
export function coversHost(pattern: string, host: string): boolean {
  return pattern === host || pattern.startsWith('*') && host.endsWith(pattern.slice(1));
}
