import { readCorefile } from './corefile';
import { nodeCacheError } from './node-cache';
import type { NodeLocalDns } from './node-local-dns';
import { readYaml } from './yaml-content';
import { isWithin, zoneOf } from './zone';

/** Values of RKE2's CoreDNS chart for NodeLocal DNSCache. */
interface NodeLocalValues {
  readonly enabled?: unknown;
  readonly use_cilium_lrp?: unknown;
  readonly extraClusterDomains?: unknown;
  readonly corefile?: { readonly override?: unknown };
}

const EXTRA_DOMAINS = 'list the zone in nodelocal.extraClusterDomains, for which the cache asks CoreDNS';

/**
 * Refuses values of RKE2's CoreDNS chart that enable NodeLocal DNSCache unless the cache knows the zone too. Its server for the root zone
 * asks the DNS servers of the node and never CoreDNS.
 * @param nodeLocal what is declared for the cache
 * @throws CurrentContentError with what the cache would do
 */
export function refuseUnknowingRke2Cache(valuesContent: string, zone: string, nodeLocal: NodeLocalDns | undefined): void {
  const { nodelocal } = (readYaml(valuesContent).data ?? {}) as { readonly nodelocal?: NodeLocalValues | null };
  const values = nodelocal ?? {};
  if (values.enabled !== true) {
    return;
  }
  const found = 'nodelocal.enabled: true';
  if (knowsZone(values, zone)) {
    if (nodeLocal) {
      throw nodeCacheError('its node-local DNS cache knows the zone already, and does not start with two servers for it', found,
        'leave out nodeLocal');
    }
    return;
  }
  if (!nodeLocal) {
    throw nodeCacheError('its node-local DNS cache answers pods, and never asks CoreDNS for the zone', found,
      `pass nodeLocal: NodeLocalDns.stubDomains('{}'), with the current stub domains if there are any; or ${EXTRA_DOMAINS}`);
  }
  if (!nodeLocal._readsStubDomains) {
    throw nodeCacheError('the chart writes the Corefile of its node-local DNS cache itself', found,
      `pass nodeLocal: NodeLocalDns.stubDomains('{}'); or ${EXTRA_DOMAINS}`);
  }
  if (values.use_cilium_lrp === true) {
    throw nodeCacheError('its node-local DNS cache does not start with stub domains: it binds them to addresses that its pods do not have',
      'nodelocal.use_cilium_lrp: true', `leave out nodeLocal, and ${EXTRA_DOMAINS}`);
  }
}

/** Whether the chart itself gives the cache a server for a zone. */
function knowsZone({ extraClusterDomains, corefile }: NodeLocalValues, zone: string): boolean {
  const domains = Array.isArray(extraClusterDomains) ? extraClusterDomains.filter(isText).map(zoneOf) : [];
  const override = corefile?.override;
  const zones = isText(override) ? readCorefile(override).flatMap(({ keys }) => keys.map(zoneOf)) : domains;
  return zones.some(name => name !== '.' && isWithin(zone, name));
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
