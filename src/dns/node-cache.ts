import * as ipaddr from 'ipaddr.js';
import type { ServerBlock } from './corefile';
import { CurrentContentError } from './current-content';
import { zoneOf } from './zone';
import { MeshErrorCode } from '../errors/mesh-error-code';

/** What the variables of NodeLocal DNSCache start with. The cache puts addresses in their place when it starts. */
const VARIABLE = '__PILLAR__';
/** Variable that the owner of the cluster replaces before the cache is installed. */
const DOMAIN_VARIABLE = '__PILLAR__DNS__DOMAIN__';

const COREDNS_FIX = 'pass this Corefile as nodeLocal: NodeLocalDns.corefile({ corefile }), '
  + 'and the Corefile of ConfigMap kube-system/coredns as corefile';
const CACHE_FIX = 'pass the Corefile of the cache: kubectl get configmap node-local-dns -n kube-system; kubespray names it nodelocaldns';

/**
 * Refuses the Corefile of a node-local DNS cache in the place of that of CoreDNS. It has variables of NodeLocal DNSCache, or it has
 * link-local addresses and does not serve the cluster domain itself.
 * @throws CurrentContentError with what shows that it belongs to a cache
 */
export function refuseNodeCache(blocks: ServerBlock[]): void {
  const found = wordsOf(blocks).find(word => word.includes(VARIABLE))
    ?? (servesCluster(blocks) ? undefined : blocks.flatMap(({ directives }) => directives.bind ?? []).find(isLinkLocal));
  if (found !== undefined) {
    throw nodeCacheError('it is the Corefile of a node-local DNS cache and not of CoreDNS', found, COREDNS_FIX);
  }
}

/**
 * Refuses a Corefile that is not the one of a node-local DNS cache in a cluster.
 * @throws CurrentContentError for the Corefile of CoreDNS, a template, and a cache that answers only for some zones
 */
export function refuseOtherThanNodeCache(blocks: ServerBlock[]): void {
  if (servesCluster(blocks)) {
    throw nodeCacheError('it is the Corefile of CoreDNS and not of a node-local DNS cache', 'kubernetes', CACHE_FIX);
  }
  const template = wordsOf(blocks).find(word => word.includes(DOMAIN_VARIABLE));
  if (template !== undefined) {
    throw nodeCacheError('it is a template and not the content of a cluster', template, CACHE_FIX);
  }
  if (!blocks.some(({ keys }) => keys.some(key => zoneOf(key) === '.'))) {
    throw nodeCacheError('it has no server for the root zone, so it is not what pods ask', undefined, CACHE_FIX);
  }
}

/** Error about a cache on the nodes, which answers pods in the place of the DNS of the cluster. */
export function nodeCacheError(reason: string, found: string | undefined, fix: string): CurrentContentError {
  return new CurrentContentError(reason, found, { code: MeshErrorCode.NODE_CACHE, fix });
}

function servesCluster(blocks: ServerBlock[]): boolean {
  return blocks.some(({ directives }) => directives.kubernetes !== undefined);
}

function wordsOf(blocks: ServerBlock[]): string[] {
  return blocks.flatMap(({ keys, directives }) => [...keys, ...Object.values(directives).flat()]);
}

function isLinkLocal(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.parse(address).range() === 'linkLocal';
}
