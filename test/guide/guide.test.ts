import { ApiObject, App, Testing } from 'cdk8s';
import { BLOCKS, blocksOfGuideText } from './blocks';
import { Alternative, ALTERNATIVES, guideMesh } from '../../examples/guide-1.5/mesh';

/** The manifests of a cluster in the guide's mesh, with one of the guide's alternative entries. */
function manifests(alternative: Alternative, cluster: 'cluster1' | 'cluster2'): any[] {
  return Testing.synth(guideMesh(new App(), alternative).cluster(cluster)) as any[];
}

function find(objects: any[], kind: string, name: string): any {
  return objects.find(o => o.kind === kind && o.metadata.name === name);
}

describe('the guide to the letter, on Istio 1.5', () => {
  test('has the manifests of this test in its text', () => {
    const blocks = blocksOfGuideText();
    if (!blocks) {
      console.warn('test/guide/blocks.ts is not compared with the guide: its text was not found (set ISTIO_GUIDE_TEXT)');
      return;
    }
    expect(blocks).toEqual([BLOCKS.stubDomain, BLOCKS.direct, BLOCKS.egress, BLOCKS.versions]);
  });

  test.each(['cluster1', 'cluster2'] as const)('has the stub domain of the guide in %s', cluster => {
    expect(find(manifests('direct', cluster), 'ConfigMap', 'kube-dns')).toEqual(BLOCKS.stubDomain);
  });

  test.each(['direct', 'egress', 'versions'] as const)('has the %s entry of the guide', alternative => {
    expect(find(manifests(alternative, 'cluster1'), 'ServiceEntry', 'httpbin-bar')).toEqual(BLOCKS[alternative]);
  });

  test('resolves the endpoints of the egress-hostname entry by DNS, and names the Service of the egress gateway', () => {
    expect(find(manifests('egress-hostname', 'cluster1'), 'ServiceEntry', 'httpbin-bar').spec).toMatchObject({
      resolution: 'DNS',
      endpoints: [
        { address: 'mesh.cluster2.example.com', network: 'external', ports: { http1: 15443 } },
        { address: 'istio-egressgateway.istio-system.svc.cluster.local', ports: { http1: 15443 } },
      ],
    });
  });

  test('has the namespaces that the kubectl commands of the guide create and label', () => {
    const bare = (name: string, labels?: object) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, ...labels && { labels } } });
    const injected = { 'istio-injection': 'enabled' };
    expect(find(manifests('direct', 'cluster1'), 'Namespace', 'istio-system')).toEqual(bare('istio-system'));
    expect(find(manifests('direct', 'cluster1'), 'Namespace', 'foo')).toEqual(bare('foo', injected));
    expect(find(manifests('direct', 'cluster2'), 'Namespace', 'bar')).toEqual(bare('bar', injected));
  });

  test('has no DestinationRule for an import and no Gateway for an export: the control plane of 1.5 installs both', () => {
    const kinds = [...manifests('direct', 'cluster1'), ...manifests('direct', 'cluster2')].map(o => o.kind);
    expect(kinds).not.toContain('DestinationRule');
    expect(kinds).not.toContain('Gateway');
  });

  test('has the install values of values-istio-multicluster-gateways.yaml', () => {
    const [file, ...others] = guideMesh(new App(), 'direct').cluster('cluster1').controlPlane.files();
    expect(others).toEqual([]);
    expect(file).toEqual({
      name: 'istio-operator.yml',
      content: {
        apiVersion: 'install.istio.io/v1alpha1',
        kind: 'IstioOperator',
        spec: {
          addonComponents: { istiocoredns: { enabled: true } },
          components: { egressGateways: [{ name: 'istio-egressgateway', enabled: true }] },
          values: {
            global: {
              podDNSSearchNamespaces: ['global', '{{ valueOrDefault .DeploymentMeta.Namespace "default" }}.global'],
              multiCluster: { enabled: true },
              controlPlaneSecurityEnabled: true,
            },
            security: { selfSigned: false },
            gateways: { 'istio-egressgateway': { env: { ISTIO_META_REQUESTED_NETWORK_VIEW: 'external' } } },
          },
        },
      },
    });
  });

  test('enables the listener of the egress gateway, which istioctl 1.5 omits, in a cluster that uses the gateway', () => {
    const [file] = guideMesh(new App(), 'egress').cluster('cluster1').controlPlane.files();
    expect(file.content.spec.values.gateways['istio-egressgateway'].zvpn).toEqual({ enabled: true });
  });

  test('routes versions by rules in both clusters, and repeats mutual TLS in each rule for the global host', () => {
    const caller = manifests('versions', 'cluster1');
    const mutualTls = { tls: { mode: 'ISTIO_MUTUAL' } };
    const realVersions = [{ name: 'v1', labels: { version: 'v1' } }, { name: 'v2', labels: { version: 'v2' } }];
    const local = { host: 'httpbin.bar.svc.cluster.local', trafficPolicy: mutualTls, subsets: realVersions };

    expect(find(caller, 'DestinationRule', 'httpbin-bar').spec).toEqual({
      host: 'httpbin.bar.global',
      trafficPolicy: mutualTls,
      subsets: [{ name: 'v1', labels: { cluster: 'cluster2' } }, { name: 'v2', labels: { cluster: 'cluster2' } }],
    });
    expect(find(caller, 'DestinationRule', 'mesh-httpbin-bar').spec).toEqual(local);
    expect(find(manifests('versions', 'cluster2'), 'DestinationRule', 'mesh.httpbin').spec).toEqual(local);
    expect(find(caller, 'VirtualService', 'httpbin-bar').spec).toEqual({
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
    });
  });

  test('has the samples sleep and httpbin of Istio 1.5', () => {
    const sleep = manifests('direct', 'cluster1');
    const httpbin = manifests('direct', 'cluster2');
    expect(find(sleep, 'ServiceAccount', 'sleep')).toEqual(
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'sleep', namespace: 'foo' } },
    );
    expect(find(sleep, 'Service', 'sleep')).toEqual({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'sleep', namespace: 'foo', labels: { app: 'sleep' } },
      spec: { ports: [{ port: 80, name: 'http' }], selector: { app: 'sleep' } },
    });
    expect(find(sleep, 'Deployment', 'sleep').spec).toEqual({
      replicas: 1,
      selector: { matchLabels: { app: 'sleep' } },
      template: {
        metadata: { labels: { app: 'sleep' } },
        spec: {
          serviceAccountName: 'sleep',
          containers: [{
            name: 'sleep',
            image: 'governmentpaas/curl-ssl',
            command: ['/bin/sleep', '3650d'],
            imagePullPolicy: 'IfNotPresent',
            volumeMounts: [{ mountPath: '/etc/sleep/tls', name: 'secret-volume' }],
          }],
          volumes: [{ name: 'secret-volume', secret: { secretName: 'sleep-secret', optional: true } }],
        },
      },
    });
    expect(find(httpbin, 'Service', 'httpbin').spec).toEqual(
      { ports: [{ name: 'http', port: 8000, targetPort: 80 }], selector: { app: 'httpbin' } },
    );
    expect(find(httpbin, 'Deployment', 'httpbin').spec).toEqual({
      replicas: 1,
      selector: { matchLabels: { app: 'httpbin', version: 'v1' } },
      template: {
        metadata: { labels: { app: 'httpbin', version: 'v1' } },
        spec: {
          serviceAccountName: 'httpbin',
          containers: [
            { image: 'docker.io/kennethreitz/httpbin', imagePullPolicy: 'IfNotPresent', name: 'httpbin', ports: [{ containerPort: 80 }] },
          ],
        },
      },
    });
  });

  // The names of this test and of its group are the keys of the snapshot.
  test.each(ALTERNATIVES)('%s stays as it is', alternative => {
    expect({ cluster1: manifests(alternative, 'cluster1'), cluster2: manifests(alternative, 'cluster2') }).toMatchSnapshot();
  });

  test('has a name for each object that does not depend on the construct path', () => {
    const mesh = guideMesh(new App(), 'versions');
    const objects = mesh.clusters.flatMap(cluster => cluster.node.findAll()).filter(ApiObject.isApiObject) as ApiObject[];
    expect(objects.map(({ name }) => name).filter(name => /-c[0-9a-f]{7}/.test(name))).toEqual([]);
  });
});
