import { createHash } from 'crypto';
import { mergeCorefile, serverBlock, withdrawFromCorefile } from './corefile-merge';
import { mergeOpenShiftServers, withdrawFromOpenShiftServers } from './openshift-servers';
import { mergeRke2Values, withdrawFromRke2Values } from './rke2-values';
import { mergeStubDomains, withdrawFromStubDomains } from './stub-domains';
import { ForwardedZone } from './zone';
import type { SharedPart } from '../objects/provenance';

/** Object of a platform. */
export interface DnsObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly [field: string]: unknown;
}

/** What is written for a platform: an object of the cluster, or a file. */
export interface DnsOutput {
  /** Object of the cluster; undefined when its current content is unknown, or the platform has no such object. */
  readonly object?: DnsObject;
  /** Plain data for a file beside the install values, for the owner of the platform. */
  readonly file?: { readonly [key: string]: unknown };
}

/** What is written to forward a zone on a platform. */
export interface DnsPlan extends DnsOutput {
  /** The part of the object that belongs to this library. */
  readonly part?: SharedPart;
  /** What is written after the zone was withdrawn. */
  readonly withdrawn: DnsOutput;
}

/**
 * Makes the plan for a zone.
 * @throws CurrentContentError when the current content of the platform cannot take the zone
 */
export type DnsPlanner = (forwarded: ForwardedZone) => DnsPlan;

/** Plans with and without the current content of a platform. */
interface ContentPlanners {
  /** Plan that adds the zone to the current content. */
  readonly merge: (current: string, forwarded: ForwardedZone) => DnsPlan;
  /** Instructions for the owner of the platform: an object without the current content would replace it. */
  readonly instruct: (forwarded: ForwardedZone) => Instructions;
}

/** What the owner of a platform adds by hand. */
interface Instructions {
  /** Kind, namespace and name of the object. */
  readonly object: string;
  /** Key or field of the object. */
  readonly key: string;
  /** Content to add. */
  readonly add: unknown;
  /** Content that must stay. */
  readonly keep: string;
}

function planner(current: string | undefined, { merge, instruct }: ContentPlanners): DnsPlanner {
  return forwarded => current === undefined ? instructionsPlan(instruct(forwarded)) : merge(current, forwarded);
}

function instructionsPlan({ object, key, add, keep }: Instructions): DnsPlan {
  const note = 'The current content was not given, so no object is written: it would take the place of what others put there.';
  return {
    file: { object, key, add, keep, note },
    withdrawn: { file: { object, key, remove: add, note: 'The zone is no longer answered: take out what was added.' } },
  };
}

/** Plan for a key of a ConfigMap whose text holds content of others too. */
function sharedKeyPlan(name: string, key: string, merged: string, without: string): DnsPlan {
  return {
    object: configMap(name, { [key]: merged }),
    part: { path: `/data/${key}`, merged, without },
    withdrawn: { object: configMap(name, { [key]: without }) },
  };
}

function configMap(name: string, data: { [key: string]: string }): DnsObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'kube-system' }, data };
}

/** Returns the same plans after the zone was withdrawn. */
export function withdrawnPlanner(planFor: DnsPlanner): DnsPlanner {
  return forwarded => {
    const { withdrawn, part } = planFor(forwarded);
    return { ...withdrawn, part, withdrawn };
  };
}

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
