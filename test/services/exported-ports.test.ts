import { writeFileSync } from 'fs';
import { join } from 'path';
import { ApiObject, Testing } from 'cdk8s';
import {
  ExportServiceOptions, GatewayAddress, ImportName, IstioRelease, Mesh, MeshApp, RemoteService, ServiceCatalog, ServicePort, ServiceVersion,
} from '../../src';
import { temporaryFolder } from '../temporary-folder';

const HTTP = [ServicePort.http('http', 8000)];
const SERVICE = { metadata: { name: 'httpbin', namespace: 'bar' }, apiVersion: 'v1', kind: 'Service' };

/** A mesh in which `receiver` exports httpbin and `caller` imports it; the Service stands in the chart on request. */
function meshWith(options: Partial<ExportServiceOptions> = {}, ports?: object[], istio = IstioRelease.V1_31) {
  const app = new MeshApp({ outdir: 'unused' });
  const mesh = new Mesh(app, 'mesh', { istio });
  const receiver = mesh.addCluster('receiver', { ingressGateway: GatewayAddress.of('203.0.113.20') });
  const caller = mesh.addCluster('caller', {});
  if (ports) {
    new ApiObject(receiver, 'service', { ...SERVICE, spec: { selector: { app: 'httpbin' }, ports } });
  }
  const exported = receiver.exportService('httpbin', {
    namespace: 'bar', ports: HTTP, serviceAccount: 'httpbin', workloadSelector: { app: 'httpbin' }, ...options,
  });
  caller.importService(exported, { namespace: 'foo' });
  return { app, mesh, receiver, caller, exported };
}

function find(manifests: any[], kind: string, name?: string) {
  return manifests.find(object => object.kind === kind && (name === undefined || object.metadata.name === name));
}

describe('an export of its ports alone', () => {
  const ports = [{ name: 'http', port: 8000, targetPort: 8080 }, { name: 'admin', port: 9901 }];

  test('has a Service with the exported ports for the same pods, and the gateway opens that one', () => {
    const { receiver } = meshWith({ onlyExportedPorts: true }, ports);
    const manifests = Testing.synth(receiver);
    expect(find(manifests, 'Service', 'mesh-export-httpbin')).toEqual({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: expect.objectContaining({ name: 'mesh-export-httpbin', namespace: 'bar' }),
      spec: {
        selector: { app: 'httpbin' },
        ports: [{ name: 'http', port: 8000, targetPort: 8080, protocol: 'TCP', appProtocol: 'http' }],
      },
    });
    expect(find(manifests, 'Gateway').spec.servers[0].hosts).toEqual(['mesh-export-httpbin.bar.svc.cluster.local']);
  });

  test.each([
    ['the port itself, where the Service is elsewhere', undefined, {}, 8000],
    ['the name that the Service has', [{ port: 8000, targetPort: 'web' }], {}, 'web'],
    ['the number that is told', undefined, { podPorts: { http: '8080' } }, 8080],
    ['what is told before what the Service has', ports, { podPorts: { http: 'web' } }, 'web'],
  ])('leads to %s', (_, own, options, targetPort) => {
    const { receiver } = meshWith({ onlyExportedPorts: true, ...options }, own);
    expect(find(Testing.synth(receiver), 'Service', 'mesh-export-httpbin').spec.ports[0].targetPort).toBe(targetPort);
  });

  test('is called by the SNI of that Service, under the host of the exported one', () => {
    const { caller } = meshWith({ onlyExportedPorts: true });
    const rule = find(Testing.synth(caller), 'DestinationRule');
    expect(rule.spec.host).toBe('httpbin.bar.global');
    expect(rule.spec.trafficPolicy.tls.sni).toBe('outbound_.8000_._.mesh-export-httpbin.bar.svc.cluster.local');
  });

  test('has its versions on that Service', () => {
    const { receiver } = meshWith({ onlyExportedPorts: true, versions: [ServiceVersion.of('v1')] });
    expect(find(Testing.synth(receiver), 'DestinationRule').spec.host).toBe('mesh-export-httpbin.bar.svc.cluster.local');
  });

  test('tells other repositories of it in the catalog', () => {
    const { mesh } = meshWith({ onlyExportedPorts: true });
    const file = join(temporaryFolder('catalog'), 'mesh-catalog.json');
    writeFileSync(file, mesh.catalog().toText());
    expect(ServiceCatalog.fromFile(file).service('httpbin', { namespace: 'bar' }).exporters[0].gatewayService).toBe('mesh-export-httpbin');
  });

  test('works for the longest name of a Service', () => {
    const name = 'n'.repeat(63);
    const mesh = new Mesh(new MeshApp({ outdir: 'unused' }), 'mesh', { istio: IstioRelease.V1_31 });
    const receiver = mesh.addCluster('receiver', { ingressGateway: GatewayAddress.of('203.0.113.20') });
    receiver.exportService(name, { namespace: 'bar', ports: HTTP, workloadSelector: { app: 'x' }, onlyExportedPorts: true });
    expect(find(Testing.synth(receiver), 'Service').metadata.name).toMatch(/^mesh-export-n+-[0-9a-f]{10}$/);
  });

  test('does not go with the local name, whose SNI is that of the Service itself', () => {
    const { app, caller, exported } = meshWith({ onlyExportedPorts: true });
    caller.importService(exported, { name: ImportName.local({ createService: true }) });
    expect(app.problems).toEqual([expect.objectContaining({ code: 'MESH043', got: ['receiver'] })]);
  });

  test('is what all clusters do that export the service, or none', () => {
    const { app, mesh } = meshWith({ onlyExportedPorts: true });
    const second = mesh.addCluster('second', { ingressGateway: GatewayAddress.of('203.0.113.30') });
    second.exportService('httpbin', { namespace: 'bar', ports: HTTP, serviceAccount: 'httpbin' });
    expect(app.problems).toEqual([expect.objectContaining({ code: 'MESH013', what: 'second and receiver disagree: onlyExportedPorts' })]);
    const gateways = [GatewayAddress.of('203.0.113.20')];
    const exporters = [{ cluster: 'one', gateways, gatewayService: 'mesh-export-a' }, { cluster: 'two', gateways }];
    expect(() => new RemoteService({ name: 'a', namespace: 'b', ports: HTTP, exporters })).toThrow('MESH013');
  });

  test.each([
    ['without the labels of its pods', 'MESH015', { workloadSelector: undefined }, undefined],
    ['with a version of a rule of the user', 'MESH012', { versions: [ServiceVersion.existing('v1')] }, undefined],
    ['on Istio 1.5', 'MESH008', {}, IstioRelease.V1_5],
  ])('is refused %s (%s)', (_, code, options, istio) => {
    expect(() => meshWith({ onlyExportedPorts: true, ...options }, undefined, istio)).toThrow(code);
  });
});

describe('an export beside a Service with more ports', () => {
  const http = { name: 'http', port: 8000 };

  test.each([
    ['a TCP port', [http, { name: 'admin', port: 9901 }], {}, [9901]],
    ['two ports', [http, { port: 1 }, { port: 2, protocol: 'TCP' }], {}, [1, 2]],
    ['a UDP port, which no gateway opens', [http, { port: 53, protocol: 'UDP' }], {}, []],
    ['no other port', [http], {}, []],
    ['a port that the export closes', [http, { port: 9901 }], { onlyExportedPorts: true }, []],
  ])('warns of %s', (_, ports, options, warned) => {
    const warnings = meshWith(options, ports).app.warnings.filter(({ code }) => code === 'MESH073');
    expect(warnings.flatMap(({ got }) => got)).toEqual(warned);
  });
});
