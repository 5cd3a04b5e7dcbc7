import { createHash } from 'crypto';
import { readCorefile } from './corefile';
import { longerZonesIn, mergeCorefile, serverBlock, withdrawFromCorefile } from './corefile-merge';
import { CustomServers, refuseCustomServers } from './custom-servers';
import { configMap, DnsObject, DnsPlanner, Instructions, planner, sharedKeyPlan } from './dns-plan';
import { EksContent, eksValues } from './eks-values';
import { refuseNodeCache } from './node-cache';
import type { NodeLocalDns } from './node-local-dns';
import { mergeOpenShiftServers, withdrawFromOpenShiftServers } from './openshift-servers';
import { longerZoneWarnings, unknownValuesWarnings } from './plan-warnings';
import { refuseUnknowingRke2Cache } from './rke2-node-cache';
import { longerZonesInRke2Values, mergeRke2Values, withdrawFromRke2Values } from './rke2-values';
import { ForwardedZone, isWithin, zoneOf } from './zone';

/** Plans for CoreDNS with one Corefile, as kubeadm sets it up. */
export function coreDnsPlanner(current?: string): DnsPlanner {
  return planner(current, {
    merge: (text, forwarded) => {
      const { merged, without, warnings } = mergedCorefile(text, forwarded);
      return { ...sharedKeyPlan('coredns', 'Corefile', merged, without), warnings };
    },
    instruct: forwarded => ({ object: 'ConfigMap kube-system/coredns', key: 'Corefile', ...corefileInstructions(forwarded) }),
  });
}

/** Plans for CoreDNS as an add-on of EKS. Its configuration values are not an object of the cluster. */
export function eksPlanner(content: EksContent): DnsPlanner {
  return forwarded => {
    const { corefile, others } = eksValues(content);
    const planFor = planner(corefile, {
      merge: text => {
        const { merged, without, warnings } = mergedCorefile(text, forwarded);
        return {
          file: { ...others, corefile: merged },
          withdrawn: { file: { ...others, corefile: without } },
          warnings: [...warnings, ...content.configurationValues === undefined ? unknownValuesWarnings() : []],
        };
      },
      instruct: () => {
        const { add, keep } = corefileInstructions(forwarded);
        const object = 'EKS add-on coredns, configuration values';
        return { object, key: 'corefile', add, keep: `every other configuration value, and ${keep}` };
      },
    });
    return planFor(forwarded);
  };
}

/** A Corefile of CoreDNS with a zone and without it, and what else it shows. */
function mergedCorefile(text: string, forwarded: ForwardedZone) {
  refuseNodeCache(readCorefile(text));
  const merged = mergeCorefile(text, forwarded);
  const without = withdrawFromCorefile(merged, forwarded.zone);
  return { merged, without, warnings: longerZoneWarnings(longerZonesIn(without, forwarded.zone)) };
}

function corefileInstructions(forwarded: ForwardedZone): Pick<Instructions, 'add' | 'keep'> {
  return { add: serverBlock(forwarded), keep: 'the whole Corefile; add the block after its last line' };
}

/** Plans for CoreDNS that imports the ConfigMap coredns-custom. No other owner writes the key of this library. */
export function customPlanner({ data, port }: CustomServers): DnsPlanner {
  return forwarded => {
    const key = `istio-${forwarded.zone}.server`;
    const ours = serverBlock(forwarded, [], port);
    const longer = data === undefined ? [] : refuseCustomServers(data, { zone: forwarded.zone, key, port });
    return {
      warnings: longerZoneWarnings(longer),
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
      const { zone } = forwarded;
      const longer = servers.flatMap(({ zones }) => zones.map(zoneOf)).filter(name => name !== zone && isWithin(name, zone));
      return {
        warnings: longerZoneWarnings(longer),
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

/**
 * Plans for RKE2's CoreDNS chart.
 * @param nodeLocal what is declared for a node-local DNS cache, which the chart can bring
 */
export function rke2Planner(current?: string, nodeLocal?: NodeLocalDns): DnsPlanner {
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
      refuseUnknowingRke2Cache(without, forwarded.zone, nodeLocal);
      return {
        warnings: longerZoneWarnings(longerZonesInRke2Values(without, forwarded.zone)),
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
