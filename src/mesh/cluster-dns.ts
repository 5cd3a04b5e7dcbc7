import { Construct } from 'constructs';
import type { ClusterSettings } from './cluster-settings';
import { DnsForwarding } from '../dns/dns-forwarding';
import { GlobalDns } from '../dns/global-dns';

/** Hosts with their VIPs. */
export type RemoteNames = Array<{ readonly host: string; readonly addresses: string[] }>;

/**
 * Adds the resolver of a cluster, where it has one.
 * @param names returns the names that the resolver answers, at synth
 */
export function addResolver(scope: Construct, settings: ClusterSettings, names: () => RemoteNames): void {
  const { dns, globalDns, networkPolicies, istio, istioNamespace: namespace, vips, mesh: { suffix: zone } } = settings;
  if (!globalDns) {
    return;
  }
  const resolver = new GlobalDns(scope, 'mesh-global-dns', {
    ...globalDns,
    platformUser: globalDns.platformUser ?? dns._isOpenShift,
    networkPolicies: globalDns.networkPolicies ?? networkPolicies,
    istio,
    namespace,
    vips,
    zone,
    services: [],
  });
  resolver._alsoAnswer(names);
}

/** Adds what forwards the zone of remote names in the DNS of a cluster, or what withdraws it. */
export function addForwarding(scope: Construct, { dns, globalDns, mesh }: ClusterSettings, isWithdrawn: boolean): DnsForwarding {
  const resolvers = dns.resolvers.length > 0 ? dns.resolvers : globalDns ? [globalDns.clusterIp] : [];
  const platform = dns._with(resolvers);
  return new DnsForwarding(scope, 'mesh-dns', { zone: mesh.suffix, dns: isWithdrawn ? platform.withdrawn() : platform });
}
