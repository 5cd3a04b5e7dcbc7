import { DnsPlanner, planner, sharedKeyPlan } from './dns-plan';
import { longerZoneWarnings } from './plan-warnings';
import { mergeStubDomains, withdrawFromStubDomains } from './stub-domains';
import { StubDomainsReader } from './stub-domains-reader';
import { isWithin, zoneOf } from './zone';

/** Plans for the stub domains of kube-dns, which NodeLocal DNSCache reads too. */
export function kubeDnsPlanner(current: string | undefined, reader: StubDomainsReader): DnsPlanner {
  return planner(current, {
    merge: (text, { zone, resolvers }) => {
      const merged = mergeStubDomains(text, zone, resolvers, reader);
      const longerZones = Object.keys(JSON.parse(merged)).map(zoneOf).filter(name => name !== zone && isWithin(name, zone));
      const plan = sharedKeyPlan('kube-dns', 'stubDomains', merged, withdrawFromStubDomains(merged, zone, resolvers));
      return { ...plan, warnings: longerZoneWarnings(longerZones) };
    },
    instruct: ({ zone, resolvers }) => ({
      object: 'ConfigMap kube-system/kube-dns',
      key: 'stubDomains',
      add: { [zone]: resolvers },
      keep: 'every other domain, and the key upstreamNameservers',
    }),
  });
}
