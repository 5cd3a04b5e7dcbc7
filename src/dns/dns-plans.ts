import { createHash } from 'crypto';
import { mergeCorefile, serverBlock, Zone } from './corefile-merge';
import type { DnsPlan, PlanFor } from './dns-plan';
import { mergeServers } from './openshift-servers';
import { mergeRke2Values } from './rke2-values';
import { mergeStubDomains } from './stub-domains';

const configMap = (name: string, data: { [key: string]: string }) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'kube-system' }, data });

/** A file for the owner of the platform: what to add, where, and what must be kept. */
function instructions(object: string, key: string, add: unknown, keep: string): DnsPlan {
  return { file: { object, key, add, keep, note: 'The current content was not given, so no object is written: it would take the place of what others put there.' } };
}

export function kubeDnsPlan(current?: string): PlanFor {
  return ({ zone, resolvers }) => current === undefined
    ? instructions('ConfigMap kube-system/kube-dns', 'stubDomains', { [zone]: resolvers }, 'every other domain, and the key upstreamNameservers')
    : { object: configMap('kube-dns', { stubDomains: mergeStubDomains(current, zone, resolvers) }) };
}

export function coreDnsPlan(current?: string): PlanFor {
  return zone => current === undefined
    ? instructions('ConfigMap kube-system/coredns', 'Corefile', serverBlock(zone), 'the whole Corefile; add the block after its last line')
    : { object: configMap('coredns', { Corefile: mergeCorefile(current, zone) }) };
}

export function customPlan(): PlanFor {
  return zone => ({ object: configMap('coredns-custom', { [`istio-${zone.zone}.server`]: serverBlock(zone) }) });
}

export function eksPlan(current?: string): PlanFor {
  return zone => current === undefined
    ? instructions('EKS add-on coredns, configuration values', 'corefile', serverBlock(zone), 'the whole Corefile; add the block after its last line')
    : { file: { corefile: mergeCorefile(current, zone) } };
}

/** OpenShift wants a service name of RFC 6335, 15 characters at most: a digest tells zones apart. */
function serverName(zone: string): string {
  return `istio-${createHash('sha256').update(zone).digest('hex').slice(0, 9)}`;
}

export function openShiftPlan(current?: string): PlanFor {
  return (zone: Zone) => {
    const server = { name: serverName(zone.zone), zones: [zone.zone], forwardPlugin: { upstreams: zone.resolvers } };
    if (current === undefined) {return instructions('DNS default (operator.openshift.io/v1)', 'spec.servers', server, 'every other server of the list');}
    return { object: { apiVersion: 'operator.openshift.io/v1', kind: 'DNS', metadata: { name: 'default' }, spec: { servers: mergeServers(current, server) } } };
  };
}

export function rke2Plan(current?: string): PlanFor {
  return zone => current === undefined
    ? instructions('HelmChartConfig kube-system/rke2-coredns', 'spec.valuesContent, servers', {
      zones: [{ zone: zone.zone }], port: 53, plugins: [{ name: 'errors' }, { name: 'cache', parameters: 30 }, { name: 'forward', parameters: `. ${zone.resolvers.join(' ')}` }],
    }, 'every other value; where there is no list servers yet, the chart\'s own (helm get values --all rke2-coredns -n kube-system)')
    : { object: { apiVersion: 'helm.cattle.io/v1', kind: 'HelmChartConfig', metadata: { name: 'rke2-coredns', namespace: 'kube-system' }, spec: { valuesContent: mergeRke2Values(current, zone) } } };
}
