import { existsSync, readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import { imported, manifestFolder, withFate } from './imported';
import { runMain } from '../../written/written-folder';
import { RunningClusters } from '../running/running-clusters';

/** An entry as people write it: without a namespace, with fields in any order and defaults left out. */
function entry(changes: object = {}, metadata: object = { name: 'remote-httpbin' }) {
  return {
    kind: 'ServiceEntry',
    spec: {
      endpoints: [{ ports: { http: 15443 }, address: '203.0.113.20' }],
      resolution: 'DNS',
      hosts: ['httpbin.bar.global'],
      ports: [{ protocol: 'HTTP', number: 8000, name: 'http' }],
      addresses: ['240.0.0.2'],
      location: 'MESH_INTERNAL',
      ...changes,
    },
    metadata,
    apiVersion: 'networking.istio.io/v1beta1',
  };
}

/** The rule by which people use the entry on later releases. */
function rule(trafficPolicy: object = {}) {
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'DestinationRule',
    metadata: { name: 'remote-httpbin', namespace: 'foo' },
    spec: {
      host: 'httpbin.bar.global',
      trafficPolicy: { tls: { mode: 'ISTIO_MUTUAL', sni: 'outbound_.8000_._.httpbin.bar.svc.cluster.local' }, ...trafficPolicy },
    },
  };
}

const IN_FOO = { name: 'remote-httpbin', namespace: 'foo' };

async function importedFiles(files: { readonly [path: string]: string | readonly object[] }, ...args: string[]) {
  const folder = manifestFolder(files);
  return imported(...args.map(arg => arg.replace('=', `=${folder}/`)));
}

describe('hand-made manifests', () => {
  test('objects without a namespace go where kubectl apply -n puts them', async () => {
    const { code, report } = await importedFiles({ 'a.yaml': [entry()] }, 'cluster1/foo=a.yaml');
    expect([code, report.program]).toEqual([0, expect.stringContaining("importService(httpbin, { namespace: 'foo' })")]);
  });

  test('a List of kubectl and documents of one file are read alike', async () => {
    const items = [entry({}, IN_FOO), rule()];
    const list = await importedFiles({ 'a.yaml': [{ apiVersion: 'v1', kind: 'List', metadata: {}, items }] }, 'cluster1=a.yaml');
    const documents = await importedFiles({ 'a.yaml': items }, 'cluster1=a.yaml');
    expect(list.report.program).toBe(documents.report.program);
    expect(list.report.objects.map(({ place: { line } }) => line)).toEqual([25, 5]);
  });

  test('an entry under a name of its own is to be deleted, since the new one stands beside it', async () => {
    const { report } = await importedFiles({ 'a.yaml': [entry({}, IN_FOO), rule()] }, 'cluster1=a.yaml');
    expect(report.objects.map(({ kind, fate, remove }) => [kind, fate, remove])).toEqual([
      ['DestinationRule', 'taken', true], ['ServiceEntry', 'taken', true],
    ]);
  });

  test('settings of a rule become options of the import, and the rest is said in the words of Istio', async () => {
    const policy = {
      connectionPool: { tcp: { connectTimeout: '2.5s', maxConnections: 7 }, http: { h2UpgradePolicy: 'UPGRADE' } },
      loadBalancer: { simple: 'ROUND_ROBIN' },
    };
    const { code, report } = await importedFiles({ 'a.yaml': [entry({}, IN_FOO), rule(policy)] }, 'cluster1=a.yaml');
    expect([code, withFate(report, 'not expressed')]).toEqual([0, []]);
    const options = report.program.replace(/\s+/g, ' ');
    expect(options).toContain('importDefaults: { connectTimeout: Duration.millis(2500) }');
    expect(options).toContain('loadBalancing: LoadBalancing.roundRobin(), connectionLimits: { maxConnections: 7 }');
    expect(options).toContain("overrides: { trafficPolicy: { connectionPool: { http: { h2UpgradePolicy: 'UPGRADE' } } } }");
  });

  test('an entry that names the namespaces which see it is imported into each of them', async () => {
    const { report } = await importedFiles({ 'a.yaml': [entry({ exportTo: ['web', 'shop'] }, IN_FOO), rule()] }, 'cluster1=a.yaml');
    expect(report.program.match(/importService\(.*/g)).toEqual([
      "importService(httpbin, { namespace: 'shop' });", "importService(httpbin, { namespace: 'web' });",
    ]);
  });

  test('a gateway that no input names is one of a cluster outside, until --gateway says whose it is', async () => {
    const files = { 'a.yaml': [entry({}, IN_FOO)], 'b.yaml': [], 'c.yaml': [] };
    const { report } = await importedFiles(files, 'cluster1=a.yaml');
    expect(report.program).toContain("cluster: 'outside-1', gateways: [GatewayAddress.of('203.0.113.20')]");
    const folder = manifestFolder({ 'a.yaml': [entry({}, IN_FOO)], 'b.yaml': [rule()].map(object => ({ ...object, metadata: IN_FOO })) });
    const named = await imported(`cluster1=${folder}/a.yaml`, `cluster2=${folder}/b.yaml`, '--gateway', 'cluster2=203.0.113.20');
    expect(named.report.program).toContain("cluster2.exportService('httpbin', {");
  });

  test('strings of manifests stay strings of the program', async () => {
    const strange = '`${process.exit(9)}`\'"\\\n// \u2028*/';
    const routes = {
      apiVersion: 'networking.istio.io/v1',
      kind: 'VirtualService',
      metadata: { name: 'httpbin', namespace: 'foo' },
      spec: {
        hosts: ['httpbin.bar.global'],
        http: [
          {
            match: [{ headers: { 'x-user': { exact: strange } } }],
            timeout: '1s',
            route: [{ destination: { host: 'httpbin.bar.global' } }],
          },
          { route: [{ destination: { host: 'httpbin.bar.global' } }] },
        ],
      },
    };
    const { code, report } = await importedFiles({ 'a.yaml': [entry({}, IN_FOO), rule(), routes] }, 'cluster1=a.yaml');
    expect([code, report.program]).toEqual([0, expect.stringContaining(JSON.stringify(strange).replaceAll('\u2028', '\\u2028'))]);
  });
});

describe('what cannot be expressed is listed, with its file and reason', () => {
  const virtualService = (spec: object) => ({
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name: 'httpbin', namespace: 'foo' },
    spec: { hosts: ['httpbin.bar.global'], ...spec },
  });
  const destination = { host: 'httpbin.bar.global' };

  test.each<{ readonly what: string; readonly objects: object[]; readonly reason: string }>([
    { what: 'a UDP port', objects: [entry({ ports: [{ name: 'dns', number: 53, protocol: 'UDP' }] }, IN_FOO)], reason: 'MESH003' },
    {
      what: 'a port of the remote Service that differs from that of the entry',
      objects: [entry({ ports: [{ name: 'http', number: 80, protocol: 'HTTP' }] }, IN_FOO), rule()],
      reason: 'the SNI of port 80 is outbound_.8000_._.httpbin.bar.svc.cluster.local and becomes outbound_.80_._.httpbin.',
    },
    {
      what: 'a host with another name than the Service',
      objects: [entry({ hosts: ['web.apps.global'] }, IN_FOO), {
        ...rule(), spec: { ...rule().spec, host: 'web.apps.global' },
      }],
      reason: 'callers use web.apps.global',
    },
    {
      what: 'other TLS',
      objects: [entry({}, IN_FOO), rule({ tls: { mode: 'SIMPLE' } })],
      reason: 'TLS of port 8000 is SIMPLE and becomes ISTIO_MUTUAL',
    },
    {
      what: 'a VIP that cannot be used', objects: [entry({ addresses: ['127.0.10.2'] }, IN_FOO)], reason: 'VIPs ["127.0.10.2"] become',
    },
    {
      what: 'a route to another host',
      objects: [entry({}, IN_FOO), virtualService({
        http: [{ route: [{ destination, weight: 50 }, { destination: { host: 'httpbin.foo.svc.cluster.local' }, weight: 50 }] }],
      })],
      reason: 'a route to httpbin.foo.svc.cluster.local',
    },
    {
      what: 'requests that no route is for',
      objects: [entry({}, IN_FOO), virtualService({ http: [{ match: [{ uri: { prefix: '/api' } }], route: [{ destination }] }] })],
      reason: 'routes that answer 404',
    },
    {
      what: 'a filter of Envoy for the port of gateways',
      objects: [entry({}, IN_FOO), {
        apiVersion: 'networking.istio.io/v1alpha3',
        kind: 'EnvoyFilter',
        metadata: { name: 'own', namespace: 'istio-system' },
        spec: { configPatches: [{ match: { listener: { portNumber: 15443 } } }] },
      }],
      reason: 'it is about 15443',
    },
  ])('$what', async ({ objects, reason }) => {
    const { code, report } = await importedFiles({ 'a.yaml': objects }, 'cluster1=a.yaml');
    expect(code).toBe(1);
    expect(withFate(report, 'not expressed').join('\n')).toContain(reason);
    expect(report.objects.every(({ place }) => place.file.endsWith('a.yaml') && place.line > 0)).toBe(true);
  });
});

describe('an error of the arguments', () => {
  const folder = manifestFolder({
    'broken.yaml': 'apiVersion: v1\nkind: [\n',
    'no-object.yaml': 'some: text\n',
    'a.yaml': [entry({}, IN_FOO)],
    'twice/a.yaml': [entry({}, IN_FOO)],
    'twice/b.yaml': [entry({ resolution: 'STATIC' }, IN_FOO)],
  });

  test.each<{ readonly what: string; readonly args: string[]; readonly error: RegExp }>([
    { what: 'no input', args: [], error: /^MESH100 import: no cluster to import/ },
    { what: 'a file of no cluster', args: [`${folder}/a.yaml`], error: /^MESH100 import: a file of no cluster/ },
    { what: 'a wrong name of a cluster', args: [`Cluster_1=${folder}/a.yaml`], error: /^MESH100 import: this names no cluster/ },
    { what: 'a wrong namespace', args: [`c1/A_B=${folder}/a.yaml`], error: /^MESH100 import: this names no namespace/ },
    { what: 'two forms of one object', args: [`c1=${folder}/twice`], error: /^MESH100 .*b\.yaml:1: ServiceEntry .* of c1 stands twice/ },
    { what: 'a path at which nothing is', args: [`c1=${folder}/none`], error: /^MESH085 / },
    { what: 'broken YAML', args: [`c1=${folder}/broken.yaml`], error: /^MESH086 .*broken\.yaml:\d+: invalid YAML/ },
    { what: 'YAML without an object', args: [`c1=${folder}/no-object.yaml`], error: /^MESH086 .*no-object\.yaml:1: no object/ },
    { what: 'an unknown release', args: [`c1=${folder}/a.yaml`, '--istio', '1.12'], error: /^MESH008 / },
    { what: 'a wrong gateway', args: [`c1=${folder}/a.yaml`, '--gateway', 'c2=nowhere!'], error: /^MESH002 / },
    { what: 'a wrong context', args: ['--context', 'C_1=east'], error: /^MESH106 --context: this names no cluster/ },
  ])('$what ends with 2', async ({ args, error }) => {
    const { code, err } = await imported(...args);
    expect([code, err]).toEqual([2, expect.stringMatching(error)]);
  });

  test('all clusters that kubectl cannot read are named', async () => {
    const { kubectl } = new RunningClusters({});
    const { code, err } = await imported('--context', 'c1=east', '--context', 'c2=west', '--kubectl', kubectl);
    expect([code, err]).toEqual([2, expect.stringMatching(/MESH106 c1, .*"east\\?" does not exist[^]*MESH106 c2, .*"west/)]);
  });
});

describe('the program', () => {
  test('is printed, or written to a file that does not exist yet', async () => {
    const folder = manifestFolder({ 'a.yaml': [entry({}, IN_FOO)] });
    const out = join(folder, 'main.ts');
    const printed = await runMain(['import', `c1=${folder}/a.yaml`]);
    const written = await runMain(['import', `c1=${folder}/a.yaml`, '--out', out]);
    expect([printed.code, written.code, written.out]).toEqual([0, 0, '']);
    expect(`${readFileSync(out, 'utf8')}\n`).toBe(printed.out);
    expect(printed.err).toContain('1 object: 1 taken');
  });

  test('never overwrites a file', async () => {
    const folder = manifestFolder({ 'a.yaml': [entry({}, IN_FOO)] });
    const out = join(folder, 'main.ts');
    writeFileSync(out, 'mine');
    const { code, err } = await runMain(['import', `c1=${folder}/a.yaml`, '--out', out]);
    expect([code, err, readFileSync(out, 'utf8')]).toEqual([2, expect.stringMatching(/^MESH102 /), 'mine']);
    expect(existsSync(out)).toBe(true);
  });

  test('leaves out what the library refuses, and says why in its place', async () => {
    const udp = entry({ ports: [{ name: 'dns', number: 53, protocol: 'UDP' }] }, IN_FOO);
    const { report } = await importedFiles({ 'a.yaml': [udp] }, 'c1=a.yaml');
    expect(report.program).toMatch(/^\/\/ Left out: MESH003 /m);
    // A variable that nothing refers to would not compile where the compiler is strict.
    expect(report.program).toContain("\nmesh.addCluster('c1');");
    // MESH101 marks in the report what the program does not say.
    expect(report.objects.map(object => (object as any).code)).toEqual(['MESH101']);
  });
});
