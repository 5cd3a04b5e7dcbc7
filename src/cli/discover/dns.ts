import { objectAt } from '../../checks/content';
import type { DnsFacts, KubernetesFacts, NodeCacheFacts } from '../../facts/facts';
import type { LiveObject } from '../kubectl/kubectl';

/** Names of the DNS Service of a cluster: of most platforms, of RKE2, of OpenShift, and of GKE's add-on for NodeLocal DNSCache. */
const DNS_SERVICES = [
  ['kube-system', 'kube-dns'], ['kube-system', 'coredns'], ['kube-system', 'rke2-coredns-rke2-coredns'], ['openshift-dns', 'dns-default'],
];

/** DaemonSets of DNS caches, with the ConfigMap of their Corefile. */
const NODE_CACHES: { readonly [daemonSet: string]: string } = {
  'node-local-dns': 'node-local-dns', 'nodelocaldns': 'nodelocaldns',
};

/** A Corefile that imports the servers of ConfigMap coredns-custom, as on AKS, k3s and Gardener. */
const IMPORTS_CUSTOM = /^\s*import\s+\S*custom\/\S*\.server\b/m;

/** What of a cluster tells about its DNS. */
export interface DnsObjects {
  readonly platform: KubernetesFacts['platform'];
  /** ConfigMaps of kube-system. */
  readonly configMaps: LiveObject[];
  readonly services: LiveObject[];
  /** DaemonSets of kube-system. */
  readonly systemSets: LiveObject[];
  readonly openShiftDns: LiveObject[];
  readonly helmConfigs: LiveObject[];
}

/** Facts of the DNS of a cluster. */
export function dnsFacts(objects: DnsObjects): DnsFacts {
  const { configMaps, services, openShiftDns, helmConfigs } = objects;
  const dataOf = (name: string) => objectAt(configMaps.find(({ metadata }) => objectAt(metadata).name === name)?.data);
  const corefile = textIn(dataOf('coredns').Corefile);
  const custom = configMaps.some(({ metadata }) => objectAt(metadata).name === 'coredns-custom') ? dataOf('coredns-custom') : undefined;
  const stubDomains = textIn(dataOf('kube-dns').stubDomains);
  const nodeCache = nodeCacheFacts(objects, name => textIn(dataOf(name).Corefile));
  const serviceIp = serviceIpOf(services);
  const valuesContent = textIn(objectAt(helmConfigs[0]?.spec).valuesContent);
  const platform = dnsPlatform(objects, corefile, nodeCache !== undefined);
  return {
    platform,
    ...serviceIp !== undefined && { serviceIp },
    ...corefile !== undefined && { corefile },
    ...stubDomains !== undefined && { stubDomains },
    ...platform === 'coreDnsCustom' && { customData: textMap(custom) },
    ...platform === 'openShift' && { servers: JSON.stringify(objectAt(openShiftDns[0]?.spec).servers ?? []) },
    ...valuesContent !== undefined && { valuesContent },
    ...nodeCache && { nodeCache },
  };
}

function dnsPlatform({ platform, configMaps }: DnsObjects, corefile: string | undefined, hasCache: boolean): DnsFacts['platform'] {
  const hasKubeDns = configMaps.some(({ metadata }) => objectAt(metadata).name === 'kube-dns');
  switch (platform) {
    case 'openshift':
      return 'openShift';
    case 'rke2':
      return 'rke2';
    case 'gke':
      return hasCache ? 'nodeLocal' : 'kubeDns';
    case 'eks':
      return 'eksAddon';
    default:
      if (corefile === undefined) {
        return hasKubeDns ? 'kubeDns' : 'unknown';
      }
      return IMPORTS_CUSTOM.test(corefile) ? 'coreDnsCustom' : 'coreDns';
  }
}

function nodeCacheFacts({ systemSets }: DnsObjects, corefileOf: (name: string) => string | undefined): NodeCacheFacts | undefined {
  const names = systemSets.map(({ metadata }) => String(objectAt(metadata).name));
  const daemonSet = Object.keys(NODE_CACHES).find(name => names.includes(name));
  if (daemonSet === undefined) {
    return undefined;
  }
  const configMap = NODE_CACHES[daemonSet];
  const corefile = corefileOf(configMap);
  // The add-on of Kubernetes fills in placeholders, and reads stub domains; the caches of others have a Corefile without them.
  const readsStubDomains = configMap === 'node-local-dns' && (corefile === undefined || corefile.includes('__PILLAR__'));
  return { configMap, ...corefile !== undefined && !readsStubDomains && { corefile }, readsStubDomains };
}

function serviceIpOf(services: LiveObject[]): string | undefined {
  const found = DNS_SERVICES.flatMap(([namespace, name]) => services.filter(
    ({ metadata }) => metadata.namespace === namespace && metadata.name === name,
  ));
  return found.map(({ spec }) => textIn(objectAt(spec).clusterIP)).find(address => address !== undefined && address !== 'None');
}

function textIn(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function textMap(value: unknown): { [key: string]: string } {
  return Object.fromEntries(Object.entries(objectAt(value)).map(([key, text]) => [key, String(text)] as [string, string]).sort());
}
