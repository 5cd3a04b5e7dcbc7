import { writeFileSync } from 'fs';
import { join } from 'path';
import { isDeepStrictEqual } from 'util';
import { Chart } from 'cdk8s';
import {
  AllowedCaller, Cleanup, ClusterDns, DnsForwarding, EgressGateway, GatewayAddress, GlobalDns, Httpbin, ImportPath, IstioRelease,
  KubeDnsStubDomain, Mesh, MeshApp, MeshTrust, ServicePort, Sleep,
} from '../../../src';
import { runScript } from '../cluster/jobs';
import { Kube, KUBE_PARTS } from '../cluster/kube';
import { cleanUp, prepare, until } from '../cluster/machine';
import { pkiIn } from '../cluster/pki';
import { moduleFolder } from '../parts';
import { attempt, Ended } from '../process';
import { must, Proof, ProofRun } from '../proof';

const COREFILE = '.:53 {\n    errors\n    forward . /etc/resolv.conf\n}\n# the company\'s "own" zone\ncorp.example:53 {\n    forward . 10.1.1.1\n}\n';
const STUBS = '{"corp.example": ["10.1.1.1"]}\n';
const RKE2 = 'servers:\n- zones:\n  - zone: .\n  port: 53\n  plugins:\n  - name: forward\n    parameters: . 1.1.1.1\n';

/**
 * The clean-up of a cluster on a real API server, by the Job's own command and its own ServiceAccount: all of ours goes,
 * nothing of others is touched, and the token is good for nothing else. No kubelet runs here, so the command is run beside.
 */
export const cleanupProof: Proof = {
  name: 'cleanup',
  parts: KUBE_PARTS,
  async show(run) {
    await prepare();
    try {
      const kube = new Kube('cleanup', '10.61', run.program);
      await kube.start();
      await definitions(kube, run.folder);
      const folder = await synthesized(run.folder);
      for (const namespace of ['istio-system', 'others']) {
        await kube.kubectl('create', 'namespace', namespace);
      }
      const foreign = await seed(kube, run.folder);
      for (const chart of ['cluster1', 'platforms']) {
        await kube.kubectl(
          'apply',
          '--server-side',
          '--force-conflicts',
          '--validate=strict',
          '-k',
          join(folder, chart),
        );
      }
      await apply(kube, run.folder, LATER);
      const before = await everything(kube);
      for (const chart of ['cleanup/cluster1', 'cleanup-platforms']) {
        await kube.kubectl(
          'apply',
          '--server-side',
          '--validate=strict',
          '-k',
          join(folder, chart),
        );
      }

      const job = async (name: string) => runJob(kube, run, name);
      const early = await job('mesh-cleanup-cluster1');
      must(early.code === 1 && /Istio still runs in istio-system/.test(early.stderr), `with Istio running: ${early.code} ${early.stderr}`);
      must((await everything(kube)).has('Secret istio-system/cacerts'), 'the CA went before Istio');
      await kube.kubectl('delete', 'deployment', 'istiod', '-n', 'istio-system');

      const first = await job('mesh-cleanup-cluster1');
      must(
        first.code === 1 && /namespace shared holds what others made: ConfigMap\/squatter/.test(first.stderr),
        `with a foreign object in a namespace of ours: ${first.code} ${first.stderr}`,
      );
      await kube.kubectl('delete', 'configmap', 'squatter', '-n', 'shared');
      for (const round of ['second', 'third']) {
        const { code, stderr } = await job('mesh-cleanup-cluster1');
        must(code === 0, `the ${round} run: ${code} ${stderr}`);
      }
      const platforms = await job('mesh-cleanup-platforms');
      must(platforms.code === 0, `the platforms' objects: ${platforms.code} ${platforms.stderr}`);

      // The controller of namespaces takes its time.
      await until(
        'namespaces of ours are gone',
        async () => !/^namespace\/(foo|bar|empty|shared)$/m.test(await kube.kubectl('get', 'namespaces', '--output=name')),
      );
      const after = await everything(kube);
      const ours = [...before.keys()].filter(key => !foreign.has(key) && !SHARED.includes(key) && !isNobodys(key));
      const left = ours.filter(key => after.has(key));
      must(ours.length > 30 && left.length === 0, `of ${ours.length} objects of ours these are left: ${left.join(', ')}`);
      const touched = [...foreign].filter(([key, text]) => after.get(key) !== text).map(([key]) => key);
      must(touched.length === 0, `objects of others were touched: ${touched.join(', ')}`);
      await sharedAreAsBefore(kube);
      const refused = await forbidden(run);
      return `${ours.length} objects and 4 namespaces of ours are gone, ${foreign.size} of others byte-identical beside them, ${SHARED.length} shared objects as they were before us; Istio and a foreign object in our namespace hold it back, a run more changes nothing; ${refused} of ${refused} other requests with its token are Forbidden`;
    } finally {
      await cleanUp();
    }
  },
};

/** Objects that others write to, which stay; by what they held before us. */
const SHARED = [
  'ConfigMap kube-system/coredns',
  'ConfigMap kube-system/coredns-custom',
  'ConfigMap kube-system/kube-dns',
  'DNS /default',
  'HelmChartConfig kube-system/rke2-coredns',
];
const CUSTOM = { 'corp.server': 'corp.example:53 {\n}\n' };
const SERVERS = [{ name: 'corp', zones: ['corp.example'], forwardPlugin: { upstreams: ['10.1.1.1'] } }];

/** What comes once our folder is there: somebody's object in a namespace of ours, and the secret that a controller makes of our SealedSecret. */
const LATER = [
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'squatter', namespace: 'shared' }, data: { a: 'b' } },
  {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'cacerts', namespace: 'istio-system' },
    stringData: { 'root-cert.pem': 'a certificate' },
  },
];

/** What the cluster has before us, as it is then, by its name. */
async function seed(kube: Kube, folder: string): Promise<Map<string, string>> {
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
    configMap('kube-dns', { stubDomains: STUBS, upstreamNameservers: '["1.1.1.1"]' }),
    { apiVersion: 'operator.openshift.io/v1', kind: 'DNS', metadata: { name: 'default' }, spec: { servers: SERVERS, logLevel: 'Normal' } },
    {
      apiVersion: 'helm.cattle.io/v1',
      kind: 'HelmChartConfig',
      metadata: { name: 'rke2-coredns', namespace: 'kube-system' },
      spec: { valuesContent: RKE2 },
    },
  ]);
  const found = await everything(kube);
  for (const key of [...SHARED, 'Deployment istio-system/istiod', ...[...found.keys()].filter(isNobodys)]) {
    found.delete(key);
  }
  return found;
}

/** The folders of a mesh that uses everything, and of a chart for the platforms' DNS. */
async function synthesized(folder: string): Promise<string> {
  const istio = IstioRelease.V1_31;
  const { ca, folder: directory, sealingCert } = await pkiIn(folder);
  await ca('init', '--key-size', '2048');
  for (const cluster of ['cluster1', 'cluster2']) {
    await ca('issue', cluster, '--key-size', '2048', '--sealing-cert', sealingCert);
  }
  const app = new MeshApp({ outdir: join(folder, 'dist') });
  const mesh = new Mesh(app, 'mesh', { istio, cleanup: {}, trust: MeshTrust.sealedSecrets({ directory, sharedSealingKey: true }) });
  const globalDns = { clusterIp: '10.61.128.53' };
  const [cluster1, cluster2] = ['cluster1', 'cluster2'].map((name, i) => mesh.addCluster(name, {
    ingressGateway: GatewayAddress.of(`203.0.113.${i + 1}`), egressGateway: EgressGateway.service(), strictMtls: true, globalDns, dns: ClusterDns.coreDns({ corefile: COREFILE }),
  }));
  for (const namespace of ['foo', 'bar', 'empty', 'shared']) {
    cluster1.addNamespace(namespace);
  }
  new Sleep(cluster1, 'sleep', { istio, namespace: 'foo' });
  new Httpbin(cluster1, 'httpbin', { istio, namespace: 'bar' });
  const service = { namespace: 'bar', ports: [ServicePort.http('http', 8000)] };
  cluster1.exportService(
    'httpbin',
    { ...service, allow: [AllowedCaller.serviceAccount('foo', 'sleep')], strictMtls: true, workloadSelector: { app: 'httpbin' } },
  );
  const remote = ['httpbin', 'catalog', 'cart'].map(name => cluster2.exportService(name, service));
  remote.forEach(
    (exported, i) => cluster1.importService(
      exported,
      { namespace: ['foo', 'shared'][i % 2], via: i === 2 ? ImportPath.egressGateway() : undefined },
    ),
  );

  const platforms = new Chart(app, 'platforms');
  new KubeDnsStubDomain(platforms, 'kube-dns', { resolvers: ['10.96.0.53'], current: STUBS });
  const resolvers = ['10.96.0.53'];
  const openShift = ClusterDns.openShift({ resolvers, servers: JSON.stringify(SERVERS) });
  const kinds = [ClusterDns.coreDnsCustom({ resolvers }), openShift, ClusterDns.rke2({ resolvers, valuesContent: RKE2 })];
  kinds.forEach((dns, i) => new DnsForwarding(platforms, `dns-${i}`, { dns }));
  new GlobalDns(platforms, 'resolver', { istio, namespace: 'others', clusterIp: '10.61.128.54', services: [] });
  new Cleanup(new Chart(app, 'cleanup-platforms'), 'cleanup', { chart: platforms });
  app.synth();
  return app.outdir;
}

/** The kinds that the objects are of: those of OpenShift and RKE2 by stand-ins, which take any content. */
async function definitions(kube: Kube, folder: string): Promise<void> {
  const sealed = join(
    await moduleFolder('pki', 'github.com/bitnami-labs/sealed-secrets'),
    'helm/sealed-secrets/crds/bitnami.com_sealedsecrets.yaml',
  );
  const istio = join(await moduleFolder('istio-1.31', 'istio.io/istio'), 'manifests/charts/base/files/crd-all.gen.yaml');
  for (const file of [sealed, istio]) {
    await kube.kubectl('apply', '--server-side', '-f', file);
  }
  const standIns = [
    ['operator.openshift.io', 'DNS', 'dnses', 'Cluster'],
    ['helm.cattle.io', 'HelmChartConfig', 'helmchartconfigs', 'Namespaced'],
  ];
  await apply(kube, folder, standIns.map(([group, kind, plural, scope]) => ({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope,
      names: { kind, plural },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { 'type': 'object', 'x-kubernetes-preserve-unknown-fields': true } },
        },
      ],
    },
  })));
  await kube.kubectl('wait', '--for=condition=Established', 'crd', '--all', '--timeout=60s');
}

async function apply(kube: Kube, folder: string, objects: object[]): Promise<void> {
  const file = join(folder, 'apply.json');
  writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }));
  await kube.kubectl('apply', '--server-side', '--field-manager=others', '-f', file);
}

/** Every object of the cluster, by kind, namespace and name. */
async function everything(kube: Kube): Promise<Map<string, string>> {
  const kinds = (await kube.kubectl('api-resources', '--verbs=list', '--output=name')).trim().split('\n').filter(
    kind => !/^(events|leases|componentstatuses|nodes)\b/.test(kind),
  );
  const { items } = JSON.parse(await kube.kubectl('get', kinds.join(','), '--all-namespaces', '--output=json'));
  return new Map(items.map((item: any) => [`${item.kind} ${item.metadata.namespace ?? ''}/${item.metadata.name}`, JSON.stringify(item)]));
}

/** What Kubernetes makes by itself of what others make, and the clean-up's own objects. */
function isNobodys(key: string): boolean {
  return /^(Endpoints|EndpointSlice|ReplicaSet|Pod|ControllerRevision) /.test(key) || /\/(kube-root-ca\.crt|default)$/.test(key) && /^(ConfigMap|ServiceAccount) /.test(key)
    || /squatter$/.test(key) || /^(IPAddress|ServiceCIDR) /.test(key) || /^Deployment istio-system\/istiod$/.test(key);
}

/** Runs the command of the Job, as its pod would. */
async function runJob(kube: Kube, run: ProofRun, name: string): Promise<Ended> {
  const [job] = (await kube.api('GET', `/apis/batch/v1/namespaces/${name}/jobs`)).items;
  return runScript(kube, { spec: job.spec.template.spec, namespace: name }, run);
}

/** Objects that others write to hold what they held before us. */
async function sharedAreAsBefore(kube: Kube): Promise<void> {
  const of = async (path: string) => kube.api('GET', path);
  const configMap = async (name: string) => (await of(`/api/v1/namespaces/kube-system/configmaps/${name}`)).data;
  const held: Array<[string, unknown, unknown]> = [
    ['coredns', await configMap('coredns'), { Corefile: COREFILE, others: 'a key of somebody else' }],
    ['coredns-custom', await configMap('coredns-custom'), CUSTOM],
    ['kube-dns', await configMap('kube-dns'), { stubDomains: STUBS, upstreamNameservers: '["1.1.1.1"]' }],
    ['DNS', (await of('/apis/operator.openshift.io/v1/dnses/default')).spec, { logLevel: 'Normal', servers: SERVERS }],
    [
      'HelmChartConfig',
      (await of('/apis/helm.cattle.io/v1/namespaces/kube-system/helmchartconfigs/rke2-coredns')).spec,
      { valuesContent: RKE2 },
    ],
  ];
  for (const [name, is, was] of held) {
    must(
      isDeepStrictEqual(is, was),
      `${name} holds ${JSON.stringify(is)} instead of ${JSON.stringify(was)}`,
    );
  }
}

/** Everything else is forbidden to the token: others' objects, our names elsewhere, reading secrets, making anything. */
async function forbidden({ program, folder }: ProofRun): Promise<number> {
  const tries = [
    [
      'delete',
      'serviceentries.networking.istio.io',
      'catalog',
      '-n',
      'istio-system',
    ], ['delete', 'serviceentries.networking.istio.io', 'httpbin-bar', '-n', 'others'],
    [
      'delete',
      'gateways.networking.istio.io',
      'own',
      '-n',
      'istio-system',
    ], ['delete', 'secret', 'own', '-n', 'istio-system'], ['delete', 'secret', 'cacerts', '-n', 'others'],
    ['delete', 'serviceaccount', 'sleep', '-n', 'others'], [
      'delete',
      'configmap',
      'coredns',
      '-n',
      'kube-system',
    ], ['delete', 'namespace', 'others'], ['delete', 'namespace', 'istio-system'],
    [
      'delete',
      'serviceentries.networking.istio.io',
      '--all',
      '-n',
      'istio-system',
    ], ['get', 'secret', 'own', '-n', 'istio-system'], ['get', 'secrets', '-A'],
    [
      'patch',
      'configmap',
      'others',
      '-n',
      'kube-system',
      '--type=merge',
      '-p',
      '{"data":{"a":"b"}}',
    ], ['create', 'configmap', 'more', '-n', 'kube-system'], ['create', 'namespace', 'more'],
  ];
  for (const args of tries) {
    const { code, stderr } = await attempt(program('kubectl'), ['--kubeconfig', join(folder, 'job-kubeconfig'), ...args]);
    must(code !== 0 && /[Ff]orbidden/.test(stderr), `kubectl ${args.join(' ')} with the token of a clean-up: ${code} ${stderr}`);
  }
  return tries.length;
}
