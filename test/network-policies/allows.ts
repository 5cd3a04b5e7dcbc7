import * as ipaddr from 'ipaddr.js';
import type { Connection, End } from './policy-mesh';

/**
 * Whether NetworkPolicies allow a connection, by the rules of Kubernetes: a pod that policies select takes and opens those connections that
 * one of them allows. The proof `policies` asks an evaluator of other authors the same questions.
 */
export function allows(policies: any[], { from, to, port, protocol = 'TCP' }: Connection): boolean {
  const isOpen = (own: End, other: End, type: 'Ingress' | 'Egress') => {
    const selecting = policies.filter(policy => policy.metadata.namespace === own.namespace
      && policy.spec.policyTypes.includes(type) && matches(policy.spec.podSelector, own.labels));
    const rules = selecting.flatMap(({ spec }) => type === 'Ingress' ? spec.ingress ?? [] : spec.egress ?? []);
    return selecting.length === 0 || rules.some((rule: any) => {
      const peers = type === 'Ingress' ? rule.from : rule.to;
      const ports = rule.ports as any[] | undefined;
      return (peers === undefined || peers.some((peer: any) => isPeer(peer, own, other)))
        && (ports === undefined || ports.some(open => open.port === port && open.protocol === protocol));
    });
  };
  return isOpen(from, to, 'Egress') && isOpen(to, from, 'Ingress');
}

function isPeer({ ipBlock, namespaceSelector, podSelector }: any, own: End, other: End): boolean {
  if (ipBlock) {
    return ipaddr.parse(other.ip).match(ipaddr.parseCIDR(ipBlock.cidr));
  }
  if (other.namespace === undefined) {
    return false;
  }
  const isNamespace = namespaceSelector
    ? matches(namespaceSelector, { 'kubernetes.io/metadata.name': other.namespace })
    : other.namespace === own.namespace;
  return isNamespace && (podSelector === undefined || matches(podSelector, other.labels));
}

function matches({ matchLabels = {}, matchExpressions = [] }: any, labels: { readonly [label: string]: string } = {}): boolean {
  return Object.entries(matchLabels).every(([label, value]) => labels[label] === value)
    && matchExpressions.every(({ key, operator, values }: any) => operator === 'In' && values.includes(labels[key]));
}
