import { writeFileSync } from 'fs';
import { join } from 'path';
import { isDeepStrictEqual } from 'util';
import type { Kube } from '../cluster/kube';
import { moduleFolder } from '../parts';
import { must } from '../proof';

/** Contents that shared objects have before the library changes them. */
export const COREFILE = '.:53 {\n    errors\n    forward . /etc/resolv.conf\n}\n# the company\'s "own" zone\n'
  + 'corp.example:53 {\n    forward . 10.1.1.1\n}\n';
export const STUB_DOMAINS = '{"corp.example": ["10.1.1.1"]}\n';
export const RKE2_VALUES = 'servers:\n- zones:\n  - zone: .\n  port: 53\n  plugins:\n  - name: forward\n    parameters: . 1.1.1.1\n';

/** Shared objects, to which others write. A clean-up restores their former content. */
export const SHARED = [
  'ConfigMap kube-system/coredns',
  'ConfigMap kube-system/coredns-custom',
  'ConfigMap kube-system/kube-dns',
  'DNS /default',
  'HelmChartConfig kube-system/rke2-coredns',
];
const CUSTOM = { 'corp.server': 'corp.example:53 {\n}\n' };
export const SERVERS = [{ name: 'corp', zones: ['corp.example'], forwardPlugin: { upstreams: ['10.1.1.1'] } }];

/**
 * Objects that appear after the folder is applied: an object of others in a namespace of the library, and the secret that a controller
 * makes from the SealedSecret.
 */
export const LATER = [
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'squatter', namespace: 'shared' }, data: { a: 'b' } },
  {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'cacerts', namespace: 'istio-system' },
    stringData: { 'root-cert.pem': 'a certificate' },
  },
];

/**
 * Creates the objects of others.
 * @returns them by kind, namespace and name, without those that the clean-up or a controller changes
 */
export async function seed(kube: Kube, folder: string): Promise<Map<string, string>> {
  const entry = (name: string, namespace: string) => ({
    apiVersion: 'networking.istio.io/v1',
    kind: 'ServiceEntry',
    metadata: { name, namespace },
    spec: {
      hosts: [`${name}.example.com`],
      location: 'MESH_EXTERNAL',
      resolution: 'DNS',
      ports: [{ name: 'tls', number: 443, protocol: 'TLS' }],
    },
  });
  const configMap = (name: string, data: object) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'kube-system' },
    data,
  });
  await apply(kube, folder, [
    entry('httpbin-bar', 'others'), entry('catalog', 'istio-system'), entry('catalog', 'others'),
    {
      apiVersion: 'networking.istio.io/v1',
      kind: 'Gateway',
      metadata: { name: 'own', namespace: 'istio-system' },
      spec: {
        selector: { istio: 'ingressgateway' },
        servers: [{ port: { number: 443, name: 'tls', protocol: 'TLS' }, tls: { mode: 'PASSTHROUGH' }, hosts: ['shop.example.com'] }],
      },
    },
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'cacerts', namespace: 'others' }, stringData: { a: 'b' } },
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'own', namespace: 'istio-system' }, stringData: { a: 'b' } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'sleep', namespace: 'others' } },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'istiod', namespace: 'istio-system', labels: { app: 'istiod' } },
      spec: {
        replicas: 0,
        selector: { matchLabels: { app: 'istiod' } },
        template: {
          metadata: { labels: { app: 'istiod' } },
          spec: { containers: [{ name: 'discovery', image: 'registry.istio.io/release/pilot:none' }] },
        },
      },
    },
    configMap('others', { Corefile: COREFILE }),
    configMap('coredns', { Corefile: COREFILE, others: 'a key of somebody else' }),
    configMap('coredns-custom', CUSTOM),
    configMap('kube-dns', { stubDomains: STUB_DOMAINS, upstreamNameservers: '["1.1.1.1"]' }),
    { apiVersion: 'operator.openshift.io/v1', kind: 'DNS', metadata: { name: 'default' }, spec: { servers: SERVERS, logLevel: 'Normal' } },
    {
      apiVersion: 'helm.cattle.io/v1',
      kind: 'HelmChartConfig',
      metadata: { name: 'rke2-coredns', namespace: 'kube-system' },
      spec: { valuesContent: RKE2_VALUES },
    },
  ]);
  const found = await allObjects(kube);
  for (const key of [...SHARED, 'Deployment istio-system/istiod', ...[...found.keys()].filter(isIgnored)]) {
    found.delete(key);
  }
  return found;
}

/** Applies the definitions of all kinds. Those of OpenShift and RKE2 are replacements that accept any content. */
export async function applyDefinitions(kube: Kube, folder: string): Promise<void> {
  const sealed = join(
    await moduleFolder('pki', 'github.com/bitnami-labs/sealed-secrets'),
    'helm/sealed-secrets/crds/bitnami.com_sealedsecrets.yaml',
  );
  const istio = join(await moduleFolder('istio-1.31', 'istio.io/istio'), 'manifests/charts/base/files/crd-all.gen.yaml');
  for (const file of [sealed, istio]) {
    await kube.kubectl('apply', '--server-side', '-f', file);
  }
  const replacements = [
    { group: 'operator.openshift.io', kind: 'DNS', plural: 'dnses', scope: 'Cluster' },
    { group: 'helm.cattle.io', kind: 'HelmChartConfig', plural: 'helmchartconfigs', scope: 'Namespaced' },
  ];
  const schema = { openAPIV3Schema: { 'type': 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  await apply(kube, folder, replacements.map(({ group, kind, plural, scope }) => ({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope,
      names: { kind, plural },
      versions: [{ name: 'v1', served: true, storage: true, schema }],
    },
  })));
  await kube.kubectl('wait', '--for=condition=Established', 'crd', '--all', '--timeout=60s');
}

export async function apply(kube: Kube, folder: string, objects: object[]): Promise<void> {
  const file = join(folder, 'apply.json');
  writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }));
  await kube.kubectl('apply', '--server-side', '--field-manager=others', '-f', file);
}

/** Reads every object of the cluster, by kind, namespace and name. */
export async function allObjects(kube: Kube): Promise<Map<string, string>> {
  const resources = await kube.kubectl('api-resources', '--verbs=list', '--output=name');
  const kinds = resources.trim().split('\n').filter(kind => !/^(events|leases|componentstatuses|nodes)\b/.test(kind));
  const { items } = JSON.parse(await kube.kubectl('get', kinds.join(','), '--all-namespaces', '--output=json'));
  return new Map(items.map((item: any) => [`${item.kind} ${item.metadata.namespace ?? ''}/${item.metadata.name}`, JSON.stringify(item)]));
}

/** Objects that controllers create or delete, and objects that the proof itself deletes. */
const IGNORED_OBJECTS = [
  /^(Endpoints|EndpointSlice|ReplicaSet|Pod|ControllerRevision) /,
  /^(ConfigMap|ServiceAccount) .*\/(kube-root-ca\.crt|default)$/,
  /^(IPAddress|ServiceCIDR) /,
  /squatter$/,
  /^Deployment istio-system\/istiod$/,
];

/** Whether an object is neither one of others nor one of the library, by its kind, namespace and name. */
export function isIgnored(key: string): boolean {
  return IGNORED_OBJECTS.some(pattern => pattern.test(key));
}

interface SharedContent {
  readonly name: string;
  readonly actual: unknown;
  readonly expected: unknown;
}

/** Throws unless the shared objects hold what they held before the folder was applied. */
export async function checkSharedObjects(kube: Kube): Promise<void> {
  const configMap = async (name: string) => (await kube.api('GET', `/api/v1/namespaces/kube-system/configmaps/${name}`)).data;
  const openShiftDns = await kube.api('GET', '/apis/operator.openshift.io/v1/dnses/default');
  const rke2Config = await kube.api('GET', '/apis/helm.cattle.io/v1/namespaces/kube-system/helmchartconfigs/rke2-coredns');
  const contents: SharedContent[] = [
    {
      name: 'coredns',
      actual: await configMap('coredns'),
      expected: { Corefile: COREFILE, others: 'a key of somebody else' },
    },
    {
      name: 'coredns-custom',
      actual: await configMap('coredns-custom'),
      expected: CUSTOM,
    },
    {
      name: 'kube-dns',
      actual: await configMap('kube-dns'),
      expected: { stubDomains: STUB_DOMAINS, upstreamNameservers: '["1.1.1.1"]' },
    },
    {
      name: 'DNS',
      actual: openShiftDns.spec,
      expected: { logLevel: 'Normal', servers: SERVERS },
    },
    {
      name: 'HelmChartConfig',
      actual: rke2Config.spec,
      expected: { valuesContent: RKE2_VALUES },
    },
  ];
  for (const { name, actual, expected } of contents) {
    must(isDeepStrictEqual(actual, expected), `${name} holds ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`);
  }
}
