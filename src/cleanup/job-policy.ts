import type { NetworkPolicies } from '../network-policies/network-policies';
import { PolicyModel, ranges, tcp } from '../network-policies/policy-object';

/** Usual ports of API servers. */
const API_SERVER_PORTS = [443, 6443];

/** Returns the NetworkPolicy of the Job of a clean-up, which connects to the API server and to nothing else. */
export function jobPolicy(place: Pick<PolicyModel, 'name' | 'namespace' | 'annotations'>, { apiServer }: NetworkPolicies): PolicyModel {
  return {
    ...place,
    selector: { app: place.name },
    incoming: () => [],
    outgoing: () => [apiServer === undefined ? { ports: tcp(...API_SERVER_PORTS) } : { peers: ranges(apiServer) }],
  };
}
