import { createHash } from 'crypto';
import { mergeCorefile, serverBlock, withdrawFromCorefile } from './corefile-merge';
import { configMap, DnsObject, DnsPlanner, Instructions, planner, sharedKeyPlan } from './dns-plan';
import { mergeOpenShiftServers, withdrawFromOpenShiftServers } from './openshift-servers';
import { mergeRke2Values, withdrawFromRke2Values } from './rke2-values';
import { mergeStubDomains, withdrawFromStubDomains } from './stub-domains';
import { ForwardedZone } from './zone';

/** Plans for kube-dns, which NodeLocal DNSCache reads too. */
export function kubeDnsPlanner(current?: string): DnsPlanner {
  return planner(current, {
    merge: (text, { zone, resolvers }) => {
      const merged = mergeStubDomains(text, zone, resolvers);
      return sharedKeyPlan('kube-dns', 'stubDomains', merged, withdrawFromStubDomains(merged, zone, resolvers));
    },
    instruct: ({ zone, resolvers }) => ({
      object: 'ConfigMap kube-system/kube-dns',
      key: 'stubDomains',
      add: { [zone]: resolvers },
      keep: 'every other domain, and the key upstreamNameservers',
    }),
  });
}

/** Plans for CoreDNS with one Corefile, as kubeadm sets it up. */
export function coreDnsPlanner(current?: string): DnsPlanner {
  return planner(current, {
    merge: (text, forwarded) => {
      const merged = mergeCorefile(text, forwarded);
      return sharedKeyPlan('coredns', 'Corefile', merged, withdrawFromCorefile(merged, forwarded.zone));
    },
    instruct: forwarded => ({ object: 'ConfigMap kube-system/coredns', key: 'Corefile', ...corefileInstructions(forwarded) }),
  });
}

/** Plans for CoreDNS as an add-on of EKS. Its configuration values are not an object of the cluster. */
export function eksPlanner(current?: string): DnsPlanner {
  return planner(current, {
    merge: (text, forwarded) => {
      const corefile = mergeCorefile(text, forwarded);
      return { file: { corefile }, withdrawn: { file: { corefile: withdrawFromCorefile(corefile, forwarded.zone) } } };
    },
    instruct: forwarded => ({ object: 'EKS add-on coredns, configuration values', key: 'corefile', ...corefileInstructions(forwarded) }),
  });
}

function corefileInstructions(forwarded: ForwardedZone): Pick<Instructions, 'add' | 'keep'> {
  return { add: serverBlock(forwarded), keep: 'the whole Corefile; add the block after its last line' };
}

/** Plans for CoreDNS that imports the ConfigMap coredns-custom. No other owner writes the key of this library. */
export function customPlanner(): DnsPlanner {
  return forwarded => {
    const key = `istio-${forwarded.zone}.server`;
    const ours = serverBlock(forwarded);
    return {
      object: configMap('coredns-custom', { [key]: ours }),
      part: { path: `/data/${key}`, ours },
      withdrawn: { object: configMap('coredns-custom', {}) },
    };
  };
}

/** Plans for the DNS operator of OpenShift. */
export function openShiftPlanner(current?: string): DnsPlanner {
  const serverFor = ({ zone, resolvers }: ForwardedZone) => ({
    name: openShiftServerName(zone),
    zones: [zone],
    forwardPlugin: { upstreams: resolvers },
  });
  const objectWith = (servers: object[]): DnsObject => ({
    apiVersion: 'operator.openshift.io/v1',
    kind: 'DNS',
    metadata: { name: 'default' },
    spec: { servers },
  });
  return planner(current, {
    merge: (text, forwarded) => {
      const server = serverFor(forwarded);
      const servers = mergeOpenShiftServers(text, server);
      return {
        object: objectWith(servers),
        part: { path: '/spec/servers', element: server.name },
        withdrawn: { object: objectWith(withdrawFromOpenShiftServers(servers, server.name)) },
      };
    },
    instruct: forwarded => ({
      object: 'DNS default (operator.openshift.io/v1)',
      key: 'spec.servers',
      add: serverFor(forwarded),
      keep: 'every other server of the list',
    }),
  });
}

/** OpenShift takes a service name of RFC 6335, which has 15 characters at most. A digest makes the names of zones differ. */
function openShiftServerName(zone: string): string {
  return `istio-${createHash('sha256').update(zone).digest('hex').slice(0, 9)}`;
}

/** Plans for RKE2's CoreDNS chart. */
export function rke2Planner(current?: string): DnsPlanner {
  const objectWith = (valuesContent: string): DnsObject => ({
    apiVersion: 'helm.cattle.io/v1',
    kind: 'HelmChartConfig',
    metadata: { name: 'rke2-coredns', namespace: 'kube-system' },
    spec: { valuesContent },
  });
  return planner(current, {
    merge: (text, forwarded) => {
      const merged = mergeRke2Values(text, forwarded);
      const without = withdrawFromRke2Values(merged, forwarded.zone);
      return {
        object: objectWith(merged),
        part: { path: '/spec/valuesContent', merged, without },
        withdrawn: { object: objectWith(without) },
      };
    },
    instruct: ({ zone, resolvers }) => ({
      object: 'HelmChartConfig kube-system/rke2-coredns',
      key: 'spec.valuesContent, servers',
      add: {
        zones: [{ zone }],
        port: 53,
        plugins: [
          { name: 'errors' },
          { name: 'cache', parameters: 30 },
          { name: 'forward', parameters: `. ${resolvers.join(' ')}` },
        ],
      },
      keep: 'every other value; where there is no list servers yet, the chart\'s own (helm get values --all rke2-coredns -n kube-system)',
    }),
  });
}
