import { readFileSync } from 'fs';
import { join } from 'path';
import { found, imported, ImportReport, manifestFolder, objectsOfProgram, withFate } from './imported';
import { BLOCKS } from '../../guide/blocks';

const SERVICE = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'httpbin', namespace: 'bar' },
  spec: { selector: { app: 'httpbin' }, ports: [{ name: 'http', port: 8000, targetPort: 80 }] },
};

const MUTUAL_TLS = { tls: { mode: 'ISTIO_MUTUAL' } };

/** The rules of the guide for versions of the remote service, in the cluster of the callers. */
const VERSION_RULES = [
  {
    apiVersion: 'networking.istio.io/v1alpha3',
    kind: 'DestinationRule',
    metadata: { name: 'httpbin-bar', namespace: 'foo' },
    spec: {
      host: 'httpbin.bar.global',
      trafficPolicy: MUTUAL_TLS,
      subsets: [{ name: 'v1', labels: { cluster: 'cluster2' } }, { name: 'v2', labels: { cluster: 'cluster2' } }],
    },
  },
  {
    apiVersion: 'networking.istio.io/v1alpha3',
    kind: 'VirtualService',
    metadata: { name: 'httpbin-bar', namespace: 'foo' },
    spec: {
      hosts: ['httpbin.bar.svc.cluster.local'],
      http: [
        {
          match: [{ headers: { 'end-user': { exact: 'jason' } } }],
          route: [{ destination: { host: 'httpbin.bar.global', subset: 'v2' } }],
        },
        {
          route: [
            { destination: { host: 'httpbin.bar.global', subset: 'v1' }, weight: 90 },
            { destination: { host: 'httpbin.bar.global', subset: 'v2' }, weight: 10 },
          ],
        },
      ],
    },
  },
];

/** The versions of the pods, in the cluster that runs them. */
const POD_VERSIONS = {
  apiVersion: 'networking.istio.io/v1alpha3',
  kind: 'DestinationRule',
  metadata: { name: 'httpbin', namespace: 'bar' },
  spec: {
    host: 'httpbin.bar.svc.cluster.local',
    subsets: [{ name: 'v1', labels: { version: 'v1' } }, { name: 'v2', labels: { version: 'v2' } }],
  },
};

/** What the control plane of the guide installs in each cluster. */
const INSTALLED = [
  {
    apiVersion: 'networking.istio.io/v1alpha3',
    kind: 'Gateway',
    metadata: { name: 'istio-multicluster-ingressgateway', namespace: 'istio-system' },
    spec: {
      selector: { istio: 'ingressgateway' },
      servers: [{ hosts: ['*.global'], port: { name: 'tls', number: 15443, protocol: 'TLS' }, tls: { mode: 'AUTO_PASSTHROUGH' } }],
    },
  },
  {
    apiVersion: 'networking.istio.io/v1alpha3',
    kind: 'EnvoyFilter',
    metadata: { name: 'istio-multicluster-ingressgateway', namespace: 'istio-system' },
    spec: {
      configPatches: [{
        applyTo: 'NETWORK_FILTER',
        match: {
          context: 'GATEWAY',
          listener: { portNumber: 15443, filterChain: { filter: { name: 'envoy.filters.network.sni_cluster' } } },
        },
        patch: {
          operation: 'INSERT_AFTER',
          value: {
            name: 'envoy.filters.network.tcp_cluster_rewrite',
            config: { cluster_pattern: '\\.global$', cluster_replacement: '.svc.cluster.local' },
          },
        },
      }],
      workloadSelector: { labels: { istio: 'ingressgateway' } },
    },
  },
  {
    apiVersion: 'networking.istio.io/v1alpha3',
    kind: 'DestinationRule',
    metadata: { name: 'istio-multicluster-destinationrule', namespace: 'istio-system' },
    spec: { host: '*.global', trafficPolicy: MUTUAL_TLS },
  },
];

type Alternative = 'direct' | 'egress' | 'versions';

/** The manifests of the guide for both clusters, with one of its entries. */
function guideFolder(alternative: Alternative): string {
  const rules = alternative === 'versions' ? VERSION_RULES : [];
  return manifestFolder({
    'east/all.yaml': [BLOCKS.stubDomain, BLOCKS[alternative], ...rules, ...INSTALLED],
    'west/all.yaml': [SERVICE, ...alternative === 'versions' ? [POD_VERSIONS] : [], ...INSTALLED],
  });
}

async function importedGuide(alternative: Alternative, release: string): Promise<{ code: number; report: ImportReport }> {
  const folder = guideFolder(alternative);
  return imported(`cluster1=${folder}/east`, `cluster2=${folder}/west`, '--istio', release);
}

const ALTERNATIVES: Alternative[] = ['direct', 'egress', 'versions'];

describe('the manifests of the guide, for Istio 1.5', () => {
  test.each(ALTERNATIVES)('the program writes the %s entry and the stub domain of the guide to the letter', async alternative => {
    const { code, report } = await importedGuide(alternative, '1.5');
    const objects = objectsOfProgram(report.program);
    expect([code, withFate(report, 'not expressed')]).toEqual([0, []]);
    expect(found(objects.get('cluster1'), 'ServiceEntry', 'httpbin-bar')).toEqual(BLOCKS[alternative]);
    expect(found(objects.get('cluster1'), 'ConfigMap', 'kube-dns')).toEqual(BLOCKS.stubDomain);
  });

  test('the rules for versions are written as they were', async () => {
    const { report } = await importedGuide('versions', '1.5');
    const objects = objectsOfProgram(report.program);
    const written = (kind: string) => found(objects.get('cluster1'), kind, 'httpbin-bar');
    expect([written('DestinationRule'), written('VirtualService')]).toEqual(VERSION_RULES);
    const { spec } = found(objects.get('cluster2'), 'DestinationRule', 'mesh.httpbin');
    expect(spec).toEqual({ ...POD_VERSIONS.spec, trafficPolicy: MUTUAL_TLS });
  });

  test('what the control plane installs is left alone', async () => {
    const { report } = await importedGuide('direct', '1.5');
    expect(withFate(report, 'left alone').filter(line => line.includes('control plane of Istio 1.5'))).toHaveLength(6);
  });
});

describe('the manifests of the guide, for a supported release', () => {
  test.each(ALTERNATIVES)('the program keeps host, VIP, port and gateway of the %s entry', async alternative => {
    const { code, report } = await importedGuide(alternative, '1.31');
    const objects = objectsOfProgram(report.program).get('cluster1');
    const entry = found(objects, 'ServiceEntry', 'httpbin-bar');
    const remote = alternative === 'egress' ? found(objects, 'ServiceEntry', 'mesh-httpbin-bar') : entry;
    expect([code, withFate(report, 'not expressed')]).toEqual([0, []]);
    expect(entry.spec).toMatchObject({
      hosts: ['httpbin.bar.global'],
      addresses: ['240.0.0.2'],
      location: 'MESH_INTERNAL',
      ports: [{ name: 'http1', number: 8000, protocol: 'HTTP' }],
    });
    expect(remote.spec.endpoints.map(({ address, ports }: any) => [address, Object.values(ports)])).toEqual([['203.0.113.20', [15443]]]);
    expect(entry.spec.endpoints.map(({ address }: any) => address)).toEqual([alternative === 'egress' ? '10.0.12.34' : '203.0.113.20']);
  });

  test.each(ALTERNATIVES)('callers of the %s entry name the Service by the SNI, and its gateway opens it', async alternative => {
    const { report } = await importedGuide(alternative, '1.31');
    const objects = objectsOfProgram(report.program);
    const rule = found(objects.get('cluster1'), 'DestinationRule', 'httpbin-bar');
    expect(rule.spec.trafficPolicy.tls).toEqual({ mode: 'ISTIO_MUTUAL', sni: 'outbound_.8000_._.httpbin.bar.svc.cluster.local' });
    expect(found(objects.get('cluster2'), 'Gateway', 'mesh-httpbin-bar').spec.servers[0].hosts).toEqual(['httpbin.bar.svc.cluster.local']);
  });

  test('versions keep their shares and headers, under the name that callers use', async () => {
    const { report } = await importedGuide('versions', '1.31');
    const objects = objectsOfProgram(report.program);
    expect(found(objects.get('cluster1'), 'VirtualService', 'httpbin-bar').spec).toEqual(
      { ...VERSION_RULES[1].spec, hosts: ['httpbin.bar.global'], exportTo: ['.'] },
    );
    expect(found(objects.get('cluster1'), 'DestinationRule', 'httpbin-bar').spec.subsets.map(({ name, trafficPolicy }: any) => (
      [name, trafficPolicy.tls.sni]
    ))).toEqual([
      ['v1', 'outbound_.8000_.v1_.httpbin.bar.svc.cluster.local'], ['v2', 'outbound_.8000_.v2_.httpbin.bar.svc.cluster.local'],
    ]);
    expect(found(objects.get('cluster2'), 'DestinationRule', 'mesh.httpbin').spec.subsets).toEqual(POD_VERSIONS.spec.subsets);
  });

  test('what the control plane installed is to be deleted, since each export opens its own Service', async () => {
    const { report } = await importedGuide('direct', '1.31');
    const removed = report.objects.filter(({ remove }) => remove).map(({ cluster, kind }) => `${cluster} ${kind}`);
    expect(removed).toEqual([
      'cluster1 DestinationRule', 'cluster1 EnvoyFilter', 'cluster1 Gateway',
      'cluster2 DestinationRule', 'cluster2 EnvoyFilter', 'cluster2 Gateway',
    ]);
  });

  test('a person is asked about what changes for callers', async () => {
    const { report } = await importedGuide('direct', '1.31');
    expect(report.decisions).toEqual([
      expect.stringMatching(/^203\.0\.113\.20 is taken for the gateway of cluster2/),
      expect.stringMatching(/^httpbin\.bar\.global was visible in every namespace of cluster1/),
      expect.stringMatching(/^pods of cluster1 without a sidecar resolved names of global/),
    ]);
    expect(report.program).toContain('// Was visible in every namespace.');
  });
});

test('the program of the guide is the one that the documentation shows, and that is compiled with it', async () => {
  const page = readFileSync(join(__dirname, '..', '..', '..', 'docs', 'how-to', 'migrate-to-this-library.md'), 'utf8');
  const { report } = await importedGuide('direct', '1.31');
  expect(/```ts\n([\s\S]*?)```/.exec(page)?.[1]).toBe(report.program);
});
