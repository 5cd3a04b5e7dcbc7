import { checkedRange } from '../model/address-range';
import { dnsLabel } from '../names';
import { checkedOptions } from '../options/checked';
import { instance, list, text } from '../options/kinds';
import { optional, schema } from '../options/schema';

/** Peers of the NetworkPolicies of a cluster that no declaration shows. */
export interface NetworkPoliciesOptions {
  /**
   * Address ranges of the pods, nodes and virtual machines that ask the resolver of the cluster, in CIDR notation.
   * @default - everybody who reaches the pods of the resolver
   */
  readonly resolverClients?: string[];

  /**
   * Address ranges of the API server, in CIDR notation: the endpoints of the Service `kubernetes`. The Job of a clean-up connects to
   * no other address.
   * @default - any address, on the ports 443 and 6443
   */
  readonly apiServer?: string[];

  /**
   * Namespaces whose pods read the metrics of gateways and of the resolver.
   * @default - none
   */
  readonly metricsFrom?: string[];

  /**
   * Namespaces that call services under local names through the egress gateway. Every namespace can use a local name, so no declaration
   * shows its callers. Namespaces that import through the egress gateway under a global name always may.
   * @default - every namespace, where the cluster has such an import
   */
  readonly localNameCallers?: string[];
}

export const NETWORK_POLICIES_OPTIONS = schema<NetworkPoliciesOptions>({
  resolverClients: optional(list(text)),
  apiServer: optional(list(text)),
  metricsFrom: optional(list(text)),
  localNameCallers: optional(list(text)),
});

/**
 * NetworkPolicies for what a mesh adds to a cluster: its gateways, the resolver and the Job of the clean-up. They have an effect where the
 * network plugin of the cluster enforces NetworkPolicies.
 *
 * @example
 * mesh.addCluster('cluster1', { networkPolicies: NetworkPolicies.enabled({ metricsFrom: ['monitoring'] }) });
 */
export class NetworkPolicies {
  /**
   * Policies that open what the mesh needs and nothing else.
   * @param options what the policies must know of the cluster
   * @returns the choice, for `networkPolicies` of a cluster
   * @throws MESH001 for an invalid namespace, MESH002 for an invalid address range
   */
  public static enabled(options: NetworkPoliciesOptions = {}): NetworkPolicies {
    return new NetworkPolicies(true, checkedOptions(NETWORK_POLICIES_OPTIONS, options, 'NetworkPolicies.enabled'));
  }

  /**
   * No policies.
   * @returns the choice, for `networkPolicies` of a cluster
   */
  public static disabled(): NetworkPolicies {
    return new NetworkPolicies(false, {});
  }

  /** Address ranges that ask the resolver; undefined for everybody. */
  public readonly resolverClients?: string[];
  /** Address ranges of the API server; undefined where nobody says. */
  public readonly apiServer?: string[];
  /** Namespaces whose pods read metrics. */
  public readonly metricsFrom: string[];
  /** Namespaces that call services under local names through the egress gateway; undefined for all. */
  public readonly localNameCallers?: string[];

  private constructor(
    /** Whether there are policies. */
    public readonly isEnabled: boolean,
    options: NetworkPoliciesOptions,
  ) {
    const where = 'NetworkPolicies';
    const ranges = (given: string[] | undefined, what: string) => given && [...given].sort().map(range => checkedRange(range, what, where));
    const namespaces = (given: string[]) => [...given].sort().map(name => dnsLabel(name, 'namespace', where));
    this.resolverClients = ranges(options.resolverClients, 'range of resolverClients');
    this.apiServer = ranges(options.apiServer, 'range of apiServer');
    this.metricsFrom = namespaces(options.metricsFrom ?? []);
    this.localNameCallers = options.localNameCallers && namespaces(options.localNameCallers);
  }
}

/** The kind of options that hold NetworkPolicies. */
export const NETWORK_POLICIES = instance(NetworkPolicies, { write: 'NetworkPolicies.enabled()' });
