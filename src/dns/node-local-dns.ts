import { readCorefile } from './corefile';
import { longerZonesIn, mergeCorefile, serverBlock, withdrawFromCorefile } from './corefile-merge';
import { DnsPlanner, planner, sharedKeyPlan } from './dns-plan';
import { kubeDnsPlanner } from './kube-dns-plan';
import { refuseOtherThanNodeCache } from './node-cache';
import { longerZoneWarnings } from './plan-warnings';
import { StubDomainsReader } from './stub-domains-reader';
import { dnsName } from '../names';
import { checkedArgument, checkedOptions } from '../options/checked';
import { instance, text } from '../options/kinds';
import { optional, schema } from '../options/schema';

/** Options of `NodeLocalDns.corefile`. */
export interface NodeLocalCorefileOptions {
  /**
   * Current Corefile of the cache, key `Corefile` of its ConfigMap. Everything in it is kept.
   * @default - the Corefile is unknown: instructions for the owner of the platform are written instead of an object
   */
  readonly corefile?: string;

  /**
   * Name of the ConfigMap in namespace kube-system. Kubespray names it "nodelocaldns".
   * @default "node-local-dns"
   */
  readonly configMap?: string;
}

export const NODE_LOCAL_COREFILE_OPTIONS = schema<NodeLocalCorefileOptions>({ corefile: optional(text), configMap: optional(text) });

/**
 * DNS cache on each node, such as NodeLocal DNSCache. It asks CoreDNS for the cluster domain alone, and the DNS servers of the node for
 * all other names, so it must forward the zone of remote names itself.
 *
 * @example
 * ClusterDns.coreDns({
 *   corefile: readFileSync('coredns.corefile', 'utf8'),
 *   nodeLocal: NodeLocalDns.corefile({ configMap: 'nodelocaldns', corefile: readFileSync('nodelocaldns.corefile', 'utf8') }),
 * });
 */
export class NodeLocalDns {
  /**
   * Cache that reads the stub domains of ConfigMap kube-system/kube-dns, also where kube-dns itself does not run: the add-on of Kubernetes,
   * and RKE2.
   * @param stubDomains current content of the key `stubDomains`, "{}" when there is none. The domains of others are kept. If it is
   * undefined, instructions for the owner of the platform are written instead of an object.
   * @returns the cache, for `nodeLocal` of a platform
   */
  public static stubDomains(stubDomains?: string): NodeLocalDns {
    const current = stubDomains ?? undefined;
    if (current !== undefined) {
      checkedArgument(text, current, 'stubDomains', 'NodeLocalDns.stubDomains');
    }
    return new NodeLocalDns(kubeDnsPlanner(current, StubDomainsReader.NODE_CACHE), true);
  }

  /**
   * Cache with a Corefile of its own that reads no stub domains, such as that of kubespray.
   * @param options the ConfigMap of the cache, and its current Corefile
   * @returns the cache, for `nodeLocal` of a platform
   * @throws MESH001 for a name that no ConfigMap has
   */
  public static corefile(options: NodeLocalCorefileOptions = {}): NodeLocalDns {
    const { configMap = 'node-local-dns', corefile } = checkedOptions(NODE_LOCAL_COREFILE_OPTIONS, options, 'NodeLocalDns.corefile');
    return new NodeLocalDns(corefilePlanner(dnsName(configMap, 'configMap', 'NodeLocalDns.corefile'), corefile), false);
  }

  private constructor(private readonly planFor: DnsPlanner, private readonly readsStubDomains: boolean) {}

  /**
   * Makes the plan for a zone.
   * @internal
   */
  public get _planFor(): DnsPlanner {
    return this.planFor;
  }

  /**
   * Whether the cache reads the stub domains of kube-dns.
   * @internal
   */
  public get _readsStubDomains(): boolean {
    return this.readsStubDomains;
  }
}

/** The kind of options that hold a DNS cache. */
export const NODE_LOCAL_DNS = instance(NodeLocalDns, { write: 'NodeLocalDns.stubDomains()' });

function corefilePlanner(configMap: string, current: string | undefined): DnsPlanner {
  return planner(current, {
    merge: (content, forwarded) => {
      refuseOtherThanNodeCache(readCorefile(content));
      const merged = mergeCorefile(content, forwarded);
      const without = withdrawFromCorefile(merged, forwarded.zone);
      const warnings = longerZoneWarnings(longerZonesIn(without, forwarded.zone));
      return { ...sharedKeyPlan(configMap, 'Corefile', merged, without), warnings };
    },
    instruct: forwarded => ({
      object: `ConfigMap kube-system/${configMap}`,
      key: 'Corefile',
      add: serverBlock(forwarded),
      keep: 'the whole Corefile; add the block after its last line, with the directive bind of the server for the root zone',
    }),
  });
}
