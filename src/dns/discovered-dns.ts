import { ClusterDns } from './cluster-dns';
import { NodeLocalDns } from './node-local-dns';
import type { DnsFacts } from '../facts/facts';

/** A server block for the root zone with its port, such as `.:8053 {`. */
const ROOT_PORT = /^\s*\.:(\d{1,5})\b/m;

/** The DNS platform of a running cluster, with its current content; undefined for one that is not known. */
export function dnsOfFacts(facts: DnsFacts): ClusterDns | undefined {
  const { platform, corefile, servers, valuesContent, stubDomains = '{}' } = facts;
  const nodeLocal = nodeCacheOf(facts);
  switch (platform) {
    case 'kubeDns':
      return ClusterDns.kubeDns({ stubDomains });
    case 'nodeLocal':
      return ClusterDns.nodeLocal({ stubDomains });
    case 'coreDns':
      return ClusterDns.coreDns({ corefile, nodeLocal });
    case 'coreDnsCustom':
      return ClusterDns.coreDnsCustom({
        nodeLocal,
        data: JSON.stringify(facts.customData ?? {}),
        ...corefile !== undefined && ROOT_PORT.test(corefile) && { port: Number(ROOT_PORT.exec(corefile)![1]) },
      });
    case 'eksAddon':
      return ClusterDns.eksAddon({ corefile, nodeLocal });
    case 'openShift':
      return ClusterDns.openShift({ servers });
    case 'rke2':
      return ClusterDns.rke2({ valuesContent, nodeLocal });
    default:
      return undefined;
  }
}

function nodeCacheOf({ nodeCache, stubDomains = '{}' }: DnsFacts): NodeLocalDns | undefined {
  if (nodeCache === undefined) {
    return undefined;
  }
  const { configMap, corefile } = nodeCache;
  return nodeCache.readsStubDomains ? NodeLocalDns.stubDomains(stubDomains) : NodeLocalDns.corefile({ configMap, corefile });
}
