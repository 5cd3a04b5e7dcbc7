import { createHash } from 'crypto';
import { mergeCorefile, serverBlock, takeOutOfCorefile, Zone } from './corefile-merge';
import type { DnsObject, DnsPlan, PlanFor } from './dns-plan';
import { mergeServers } from './openshift-servers';
import { mergeRke2Values, takeOutOfRke2Values } from './rke2-values';
import { mergeStubDomains, takeOutOfStubDomains } from './stub-domains';

/** A text of a ConfigMap that holds others' parts and ours. */
function merged(name: string, key: string, text: string, without: string): DnsPlan {
  return {
    object: configMap(name, { [key]: text }),
    part: { path: `/data/${key}`, merged: text, without },
    withdrawn: { object: configMap(name, { [key]: without }) },
  };
}

function configMap(name: string, data: { [key: string]: string }): DnsObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'kube-system' }, data };
}

/** A file for the owner of the platform: what to add, where, and what must be kept. */
function instructions(object: string, key: string, add: unknown, keep: string): DnsPlan {
  return {
    file: {
      object,
      key,
      add,
      keep,
      note: 'The current content was not given, so no object is written: it would take the place of what others put there.',
    },
    withdrawn: { file: { object, key, remove: add, note: 'The zone is no longer answered: take out what was added.' } },
  };
}

export function kubeDnsPlan(current?: string): PlanFor {
  return ({ zone, resolvers }) => {
    if (current === undefined) {
      return instructions(
        'ConfigMap kube-system/kube-dns',
        'stubDomains',
        { [zone]: resolvers },
        'every other domain, and the key upstreamNameservers',
      );
    }
    const text = mergeStubDomains(current, zone, resolvers);
    return merged('kube-dns', 'stubDomains', text, takeOutOfStubDomains(text, zone, resolvers));
  };
}

export function coreDnsPlan(current?: string): PlanFor {
  return zone => {
    if (current === undefined) {
      return instructions(
        'ConfigMap kube-system/coredns',
        'Corefile',
        serverBlock(zone),
        'the whole Corefile; add the block after its last line',
      );
    }
    const text = mergeCorefile(current, zone);
    return merged('coredns', 'Corefile', text, takeOutOfCorefile(text, zone.zone));
  };
}

export function customPlan(): PlanFor {
  return zone => {
    const key = `istio-${zone.zone}.server`;
    const ours = serverBlock(zone);
    return {
      object: configMap('coredns-custom', { [key]: ours }),
      part: { path: `/data/${key}`, ours },
      withdrawn: { object: configMap('coredns-custom', {}) },
    };
  };
}

export function eksPlan(current?: string): PlanFor {
  return zone => {
    if (current === undefined) {
      return instructions(
        'EKS add-on coredns, configuration values',
        'corefile',
        serverBlock(zone),
        'the whole Corefile; add the block after its last line',
      );
    }
    const corefile = mergeCorefile(current, zone);
    return { file: { corefile }, withdrawn: { file: { corefile: takeOutOfCorefile(corefile, zone.zone) } } };
  };
}

/** OpenShift wants a service name of RFC 6335, 15 characters at most: a digest tells zones apart. */
function serverName(zone: string): string {
  return `istio-${createHash('sha256').update(zone).digest('hex').slice(0, 9)}`;
}

export function openShiftPlan(current?: string): PlanFor {
  return (zone: Zone) => {
    const server = { name: serverName(zone.zone), zones: [zone.zone], forwardPlugin: { upstreams: zone.resolvers } };
    if (current === undefined) {
      return instructions(
        'DNS default (operator.openshift.io/v1)',
        'spec.servers',
        server,
        'every other server of the list',
      );
    }
    const all = mergeServers(current, server);
    const object = (servers: object[]) => ({
      apiVersion: 'operator.openshift.io/v1',
      kind: 'DNS',
      metadata: { name: 'default' },
      spec: { servers },
    });
    return {
      object: object(all),
      part: { path: '/spec/servers', element: server.name },
      withdrawn: { object: object(all.filter(({ name }: any) => name !== server.name)) },
    };
  };
}

export function rke2Plan(current?: string): PlanFor {
  return zone => {
    if (current === undefined) {
      return instructions('HelmChartConfig kube-system/rke2-coredns', 'spec.valuesContent, servers', {
        zones: [{ zone: zone.zone }],
        port: 53,
        plugins: [
          { name: 'errors' },
          { name: 'cache', parameters: 30 },
          { name: 'forward', parameters: `. ${zone.resolvers.join(' ')}` },
        ],
      }, 'every other value; where there is no list servers yet, the chart\'s own (helm get values --all rke2-coredns -n kube-system)');
    }
    const text = mergeRke2Values(current, zone);
    const without = takeOutOfRke2Values(text, zone.zone);
    const object = (valuesContent: string) => ({
      apiVersion: 'helm.cattle.io/v1',
      kind: 'HelmChartConfig',
      metadata: {
        name: 'rke2-coredns',
        namespace: 'kube-system',
      },
      spec: { valuesContent },
    });
    return { object: object(text), part: { path: '/spec/valuesContent', merged: text, without }, withdrawn: { object: object(without) } };
  };
}
