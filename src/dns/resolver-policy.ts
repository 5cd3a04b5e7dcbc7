import { RESOLVER_PORT } from './resolver-config';
import type { NetworkPolicies } from '../network-policies/network-policies';
import { metrics, PolicyModel, ranges, udpAndTcp } from '../network-policies/policy-object';

/** Port of CoreDNS for metrics. */
export const METRICS_PORT = 9153;

/** Returns the NetworkPolicy of the resolver, which answers queries and opens no connection: it forwards nothing. */
export function resolverPolicy(name: string, namespace: string, policies: NetworkPolicies): PolicyModel {
  const { resolverClients, metricsFrom } = policies;
  return {
    name,
    namespace,
    selector: { app: name },
    incoming: () => [
      { ...resolverClients && { peers: ranges(resolverClients) }, ports: udpAndTcp(RESOLVER_PORT) },
      ...metrics(metricsFrom, METRICS_PORT),
    ],
    outgoing: () => [],
  };
}
