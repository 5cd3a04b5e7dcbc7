import { App, Chart, Testing } from 'cdk8s';
import { COREFILES } from './corefiles';
import {
  ClusterDns, GatewayAddress, GlobalDns, IstioRelease, Mesh, RemoteService, ServiceCatalog, ServicePort, VipRange,
} from '../../src';
import { zoneFile } from '../../src/dns/resolver-config';

const istio = IstioRelease.V1_31;
const HTTP = [ServicePort.http('http', 8000)];
const CLUSTER_IP = '10.96.0.53';

/** A mesh whose cluster `caller` has a resolver, an import, and the catalog of another mesh. */
function meshWithResolver(): Mesh {
  const mesh = new Mesh(new App(), 'mesh', { istio });
  const caller = mesh.addCluster('caller', {
    globalDns: { clusterIp: CLUSTER_IP, catalogs: [catalog()] },
    dns: ClusterDns.coreDns({ corefile: COREFILES[0].text }),
  });
  const receiver = mesh.addCluster('receiver', { ingressGateway: GatewayAddress.of('203.0.113.20') });
  caller.importService(receiver.exportService('httpbin', { namespace: 'bar', ports: HTTP }), { namespace: 'foo' });
  receiver.exportService('unused', { namespace: 'bar', ports: HTTP });
  return mesh;
}

function catalog(): ServiceCatalog {
  const mesh = new Mesh(new App(), 'other', { istio });
  const remote = mesh.addCluster('remote', { ingressGateway: GatewayAddress.of('203.0.113.99') });
  remote.exportService('elsewhere', { namespace: 'x', ports: HTTP });
  return mesh.catalog();
}

function objectsOf(mesh: Mesh): any[] {
  return Testing.synth(mesh.cluster('caller'));
}

/** Returns the object of a kind that belongs to the resolver. */
function resolverObject(mesh: Mesh, kind: string): any {
  return objectsOf(mesh).find(object => object.kind === kind && object.metadata.name === 'mesh-dns');
}

describe('the resolver of a cluster', () => {
  test.each([
    { host: 'httpbin.bar.global', source: 'an import of the cluster' },
    { host: 'unused.bar.global', source: 'an export of the mesh' },
    { host: 'elsewhere.x.global', source: 'a catalog' },
  ])('knows the VIP of $source', ({ host }) => {
    const zone: string = resolverObject(meshWithResolver(), 'ConfigMap').data['zone.db'];
    expect(zone).toContain(`${host}. 30 IN A ${VipRange.ipv4().addressesOf(host)[0]}\n`);
  });

  test('has the address that the platform forwards the zone to', () => {
    const mesh = meshWithResolver();
    expect(objectsOf(mesh).find(({ metadata }) => metadata.name === 'coredns').data.Corefile).toContain(`forward . ${CLUSTER_IP}\n`);
    expect(resolverObject(mesh, 'Service').spec.clusterIP).toBe(CLUSTER_IP);
  });

  test('has two pods, of which a drain takes down one at a time', () => {
    const mesh = meshWithResolver();
    expect(resolverObject(mesh, 'Deployment').spec.replicas).toBe(2);
    expect(resolverObject(mesh, 'PodDisruptionBudget').spec.maxUnavailable).toBe(1);
  });

  test('has pods without privileges that are restarted when they do not answer', () => {
    const { template } = resolverObject(meshWithResolver(), 'Deployment').spec;
    expect(template.spec).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    });
    expect(template.spec.containers[0]).toMatchObject({
      securityContext: { readOnlyRootFilesystem: true, allowPrivilegeEscalation: false },
      readinessProbe: { httpGet: { port: 8181 } },
      livenessProbe: { httpGet: { port: 8080 } },
    });
  });

  test.each([
    { platform: 'OpenShift', dns: ClusterDns.openShift({ servers: '[]' }), platformUser: undefined, user: undefined },
    { platform: 'OpenShift with a fixed user', dns: ClusterDns.openShift({ servers: '[]' }), platformUser: false, user: 65532 },
    { platform: 'kubeadm', dns: ClusterDns.coreDns({ corefile: COREFILES[0].text }), platformUser: undefined, user: 65532 },
    { platform: 'a platform with a rule of its own', dns: ClusterDns.sidecarCapture(), platformUser: true, user: undefined },
  ])('has pods with the user that $platform allows', ({ dns, platformUser, user }) => {
    const mesh = new Mesh(new App(), 'mesh', { istio });
    mesh.addCluster('caller', { globalDns: { clusterIp: CLUSTER_IP, platformUser }, dns });
    const { securityContext } = resolverObject(mesh, 'Deployment').spec.template.spec;
    expect(securityContext).toEqual({
      runAsNonRoot: true,
      ...user === undefined ? {} : { runAsUser: user, runAsGroup: user },
      seccompProfile: { type: 'RuntimeDefault' },
    });
  });

  test('forwards nothing', () => {
    expect(resolverObject(meshWithResolver(), 'ConfigMap').data.Corefile).not.toContain('forward');
  });

  test('keeps its pods and reads its zone file again when another cluster exports', () => {
    const checksumOf = (mesh: Mesh) => resolverObject(mesh, 'Deployment').spec.template.metadata.annotations['mesh-dns/checksum'];
    const changed = meshWithResolver();
    changed.cluster('receiver').exportService('more', { namespace: 'bar', ports: HTTP });
    const data = (mesh: Mesh) => resolverObject(mesh, 'ConfigMap').data;
    expect(data(changed)['zone.db']).not.toBe(data(meshWithResolver())['zone.db']);
    expect(data(changed).Corefile).toContain('reload 10s');
    expect(checksumOf(changed)).toBe(checksumOf(meshWithResolver()));
  });
});

describe('a zone file', () => {
  const hosts = new Map([['b.a.mesh.example', ['240.1.1.1', 'fd00::1']]]);

  test('has an A record for each IPv4 address and an AAAA record for each IPv6 address', () => {
    const text = zoneFile('mesh.example', 'fd00::53', hosts);
    expect(text).toContain('b.a.mesh.example. 30 IN A 240.1.1.1\nb.a.mesh.example. 30 IN AAAA fd00::1\n');
    expect(text).toContain('ns.dns.mesh.example. 30 IN AAAA fd00::53\n');
  });

  test('is the same for the same content, serial number included', () => {
    expect(zoneFile('mesh.example', 'fd00::53', hosts)).toBe(zoneFile('mesh.example', 'fd00::53', hosts));
  });

  test('has the address of a service whose host is the name of the name server', () => {
    const service = new Map([['ns.dns.mesh.example', ['240.1.1.1']]]);
    expect(zoneFile('mesh.example', '10.0.0.1', service)).not.toContain('10.0.0.1');
  });
});

describe('GlobalDns in a chart of its own', () => {
  const chart = () => new Chart(new App(), 'chart');

  test('answers for the services of its properties', () => {
    const service = new RemoteService({
      name: 'httpbin',
      namespace: 'bar',
      suffix: 'mesh.example',
      ports: HTTP,
      exporters: [{ cluster: 'c', gateways: [GatewayAddress.of('203.0.113.1')] }],
    });
    const scope = chart();
    new GlobalDns(scope, 'dns', { istio, clusterIp: CLUSTER_IP, services: [service], zone: 'mesh.example' });
    const configMap = Testing.synth(scope).find(({ kind }) => kind === 'ConfigMap');
    expect(configMap.data['zone.db']).toContain('httpbin.bar.mesh.example. 30 IN A');
  });

  test.each([
    { mistake: 'a clusterIP that is no address', props: { clusterIp: 'x' }, code: 'MESH002' },
    { mistake: 'no pods', props: { replicas: 0 }, code: 'MESH004' },
    { mistake: 'no image', props: { image: '' }, code: 'MESH004' },
    { mistake: 'Istio 1.5, which has a resolver', props: { istio: IstioRelease.V1_5 }, code: 'MESH008' },
    { mistake: 'a zone that leaves no room for names', props: { zone: Array(4).fill('a'.repeat(61)).join('.') }, code: 'MESH036' },
  ])('refuses $mistake', ({ props, code }) => {
    expect(() => new GlobalDns(chart(), 'dns', { istio, clusterIp: CLUSTER_IP, services: [], ...props })).toThrow(new RegExp(code));
  });
});
