import type { DraftContext } from './context';
import type { ClusterDraft } from './draft';
import { objectAt, textsIn } from '../../../checks/content';
import type { WrittenCluster } from '../../../written/cluster';

/** The stub domain of the guide, by which kube-dns forwards the names of remote services. */
export function stubDomainOf(
  cluster: WrittenCluster, { ledger, suffix }: Pick<DraftContext, 'ledger' | 'suffix'>,
): ClusterDraft['stubDomain'] {
  const config = cluster.find('ConfigMap', '', 'kube-system', 'kube-dns');
  const text: unknown = objectAt(config?.content.data).stubDomains;
  const domains = typeof text === 'string' ? parsed(text) : {};
  const resolvers = textsIn(domains[suffix]);
  if (config === undefined || resolvers.length === 0) {
    return undefined;
  }
  const others = Object.entries(domains).filter(([domain]) => domain !== suffix);
  ledger.take(config);
  return { resolvers, ...others.length > 0 && { current: JSON.stringify(Object.fromEntries(others)) } };
}

function parsed(text: string): { readonly [domain: string]: unknown } {
  try {
    return objectAt(JSON.parse(text));
  } catch {
    return {};
  }
}
