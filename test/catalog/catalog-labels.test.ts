import { writeFileSync } from 'fs';
import { join } from 'path';
import { ApiObject, App, Testing } from 'cdk8s';
import {
  GatewayAddress, ImportName, IRemoteService, IstioRelease, LocalNameOptions, Mesh, MeshCluster, ServiceCatalog, ServicePort,
  ServiceVersion,
} from '../../src';
import { temporaryFolder } from '../temporary-folder';

const istio = IstioRelease.V1_31;
const folder = temporaryFolder('catalog-labels');
const file = join(folder, 'mesh-catalog.json');

/** Labels that the two exporters of the catalog name. */
interface CatalogLabels {
  readonly workloadSelector?: object;
  readonly versionLabels?: object[];
}

/** A cluster that imports httpbin.bar from a catalog under its own name. */
function importing({ workloadSelector, versionLabels = [] }: CatalogLabels, options: LocalNameOptions, addService = false): MeshCluster {
  const mesh = new Mesh(new App(), 'mesh', { istio });
  ['west', 'east'].forEach((name, i) => mesh.addCluster(name, { ingressGateway: GatewayAddress.of(`203.0.113.2${i}`) }).exportService(
    'httpbin',
    { namespace: 'bar', ports: [ServicePort.http('http', 8000)], versions: [ServiceVersion.of('v1'), ServiceVersion.of('v2')] },
  ));
  const data = JSON.parse(mesh.catalog().toText());
  data.services[0].exporters.forEach((exporter: any, i: number) => {
    exporter.workloadSelector = workloadSelector;
    exporter.versionLabels = versionLabels[i];
  });
  writeFileSync(file, JSON.stringify(data));
  const service = ServiceCatalog.fromFile(file).service('httpbin', { namespace: 'bar' });
  const cluster = new Mesh(new App(), 'other', { istio }).addCluster('cluster1');
  if (addService) {
    const metadata = { name: 'httpbin', namespace: 'bar' };
    const spec = { selector: { app: 'httpbin' }, ports: [{ name: 'http', port: 8000 }] };
    new ApiObject(cluster, 'service', { apiVersion: 'v1', kind: 'Service', metadata, spec });
  }
  cluster.importService(service, { name: ImportName.local(options) });
  return cluster;
}

const HTTPBIN = { app: 'httpbin' };
const NEXT = { v2: { track: 'next' } };

interface LabelCase {
  readonly name: string;
  readonly labels: CatalogLabels;
  readonly options: LocalNameOptions;
  readonly addService?: boolean;
}

const REFUSED: LabelCase[] = [
  { name: 'a selector that only the catalog names', labels: { workloadSelector: HTTPBIN }, options: {} },
  { name: 'a selector of another Service', labels: { workloadSelector: { app: 'payments' } }, options: { createService: true } },
  { name: 'labels of a version that only the catalog names', labels: { versionLabels: [NEXT] }, options: { selector: HTTPBIN } },
  {
    name: 'labels of a version that replace those of the selector',
    labels: { versionLabels: [{ v2: { app: 'payments' } }] },
    options: { selector: HTTPBIN },
  },
  {
    name: 'labels of a version that add to what the importer names',
    labels: { versionLabels: [{ v2: { track: 'next', app: 'payments' } }] },
    options: { selector: HTTPBIN, versionLabels: NEXT },
  },
  {
    name: 'labels of a version on which the exporters disagree',
    labels: { versionLabels: [{ v2: { app: 'payments' } }, NEXT] },
    options: { selector: HTTPBIN, versionLabels: NEXT },
  },
  {
    name: 'labels of a version, beside a Service in the chart',
    labels: { workloadSelector: HTTPBIN, versionLabels: [NEXT] },
    options: {},
    addService: true,
  },
];

const ACCEPTED: LabelCase[] = [
  { name: 'a selector that the importer names', labels: { workloadSelector: HTTPBIN }, options: { selector: HTTPBIN } },
  { name: 'another selector of the importer', labels: { workloadSelector: { app: 'payments' } }, options: { selector: HTTPBIN } },
  { name: 'the selector of the Service in the chart', labels: { workloadSelector: { app: 'payments' } }, options: {}, addService: true },
  {
    name: 'labels of versions that the importer names, in another order',
    labels: { versionLabels: [{ v2: { track: 'next', tier: 'a' } }, { v2: { tier: 'a', track: 'next' } }] },
    options: { selector: HTTPBIN, versionLabels: { v2: { tier: 'a', track: 'next' } } },
  },
  {
    name: 'the usual label of a version',
    labels: { versionLabels: [{ v1: { version: 'v1' } }] },
    options: { selector: HTTPBIN },
  },
];

test.each(REFUSED)('$name is refused, since Services could select it', ({ labels, options, addService }) => {
  expect(() => Testing.synth(importing(labels, options, addService))).toThrow(/MESH043 .*catalog.*fix: add to ImportName\.local: \{/);
});

test.each(ACCEPTED)('$name is taken', ({ labels, options, addService }) => {
  const entries = Testing.synth(importing(labels, options, addService)).filter(({ kind }) => kind === 'WorkloadEntry');
  expect(entries.map(({ spec }) => spec.labels.app)).toEqual(entries.map(() => 'httpbin'));
  expect(entries.length).toBe(4);
});

describe('two catalogs with a cluster of one name', () => {
  /** A catalog of a mesh whose cluster `west` has this gateway and exports a service. */
  function serviceOf(name: string, gateway: GatewayAddress): IRemoteService {
    const mesh = new Mesh(new App(), 'mesh', { istio });
    mesh.addCluster('west', { ingressGateway: gateway }).exportService(name, { namespace: 'bar', ports: [ServicePort.http('http', 8000)] });
    writeFileSync(file, mesh.catalog().toText());
    return ServiceCatalog.fromFile(file).service(name, { namespace: 'bar' });
  }

  function importBoth(first: GatewayAddress, second: GatewayAddress, secondIsLocal = true): MeshCluster {
    const cluster = new Mesh(new App(), 'other', { istio }).addCluster('cluster1');
    const name = ImportName.local({ selector: HTTPBIN });
    cluster.importService(serviceOf('a', first), { name });
    cluster.importService(serviceOf('b', second), secondIsLocal ? { name } : { namespace: 'foo' });
    return cluster;
  }

  test('are refused under local names, since one of them would get what is for the other', () => {
    const [ours, theirs, sameAddress] = [
      GatewayAddress.of('203.0.113.20'), GatewayAddress.of('gateway.example.com'), GatewayAddress.of('203.0.113.20', { port: 443 }),
    ];
    const refused = /MESH043 import of b\.bar .*: its exporter west has other gateways than that of a\.bar\.svc\.cluster\.local/;
    expect(() => Testing.synth(importBoth(ours, theirs))).toThrow(refused);
    expect(() => Testing.synth(importBoth(theirs, ours))).toThrow(refused);
    expect(() => Testing.synth(importBoth(ours, sameAddress))).toThrow(refused);
  });

  test('are taken if it is one cluster, or if one of the services has its global name', () => {
    const gateway = () => GatewayAddress.of('203.0.113.20');
    expect(() => Testing.synth(importBoth(gateway(), gateway()))).not.toThrow();
    expect(() => Testing.synth(importBoth(gateway(), GatewayAddress.of('gateway.example.com'), false))).not.toThrow();
  });
});

test('the error has the code that names the labels', () => {
  const labels = { workloadSelector: { app: 'httpbin', tier: 'web' }, versionLabels: [NEXT] };
  const messages = [/add to ImportName\.local: (\{.*?\} \})\s/g, /add to ImportName\.local: (\{ versionLabels.*?\} \} \})/g];
  let message = '';
  try {
    Testing.synth(importing(labels, {}));
  } catch (error) {
    message = (error as Error).message;
  }
  const options = messages.map(pattern => [...message.matchAll(pattern)][0][1]).map(code => new Function(`return ${code}`)());
  expect(Object.assign({}, ...options)).toEqual({ selector: labels.workloadSelector, versionLabels: NEXT });
  expect(() => Testing.synth(importing(labels, Object.assign({}, ...options)))).not.toThrow();
});

test.each([
  [{ versionLabels: { 'v 1': { track: 'a' } } }, 'MESH001'],
  [{ versionLabels: { v1: { 'a b': 'c' } } }, 'MESH001'],
  [{ versionLabels: { v1: {} } }, 'MESH004'],
])('ImportName.local refuses %j', (options, code) => {
  expect(() => ImportName.local(options)).toThrow(code);
});
