import { readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import { parseAllDocuments } from 'yaml';
import { EgressGateway, GatewayService, InstallFile, IstioRelease, Mesh, MeshApp, MeshClusterOptions } from '../../../src';
import { attempt } from '../process';
import { must, ProofRun } from '../proof';

/** A cluster with pods of gateways and values of its own, and what its rendered objects must hold. */
interface ValuesCase {
  readonly name: string;
  readonly options: MeshClusterOptions;
  readonly expected: ExpectedObject[];
  /** Names of objects that must not exist. */
  readonly absent: string[];
}

/** An object that both tools must render, with fields that it must hold. */
interface ExpectedObject {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  readonly fields: { [field: string]: any };
}

const tolerations = [{ key: 'edge', operator: 'Exists', effect: 'NoSchedule' }];
const affinity = {
  podAntiAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: [
      { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: 'noisy' } } },
    ],
  },
};
const resources = { requests: { cpu: '750m', memory: '300Mi' }, limits: { memory: '2Gi' } };
const zones = { topologyKey: 'topology.kubernetes.io/zone', maxSkew: 2, whenUnsatisfiable: 'DoNotSchedule' };

/** Constraints that prefer nodes and zones without a pod of a gateway. */
function preferred(app: string, istio: string): object[] {
  return ['kubernetes.io/hostname', 'topology.kubernetes.io/zone'].map(topologyKey => ({
    topologyKey, maxSkew: 1, whenUnsatisfiable: 'ScheduleAnyway', labelSelector: { matchLabels: { app, istio } },
  }));
}

function podSpec(spec: object): object {
  return { spec: { template: { spec } } };
}

const CASES: ValuesCase[] = [
  {
    name: 'registry',
    options: {
      ingressGatewayNamespace: 'istio-ingress',
      ingressGatewayWorkload: {
        tolerations,
        affinity,
        resources,
        minReplicas: 3,
        maxReplicas: 9,
        cpuUtilization: 60,
        minAvailable: 2,
        priorityClassName: 'system-cluster-critical',
        nodeSelector: { pool: 'edge' },
      },
      egressGateway: EgressGateway.service({
        namespace: 'istio-egress', workload: { replicas: 4, minAvailable: 3, topologySpreadConstraints: [zones] },
      }),
      installValues: {
        global: { hub: 'registry.example.com/istio', tag: '1.99.9', imagePullSecrets: ['regcred'], enableReaderRBAC: false },
        meshConfig: { accessLogFile: '/dev/stdout', defaultConfig: { proxyMetadata: { TEAM: 'mesh' } } },
        pilot: { autoscaleMin: 2, resources: { requests: { cpu: '333m' } }, env: { PILOT_TRACE_SAMPLING: '3' } },
      },
    },
    expected: [
      {
        kind: 'Deployment',
        name: 'istio-ingressgateway',
        namespace: 'istio-ingress',
        fields: podSpec({
          tolerations,
          affinity,
          priorityClassName: 'system-cluster-critical',
          nodeSelector: { pool: 'edge' },
          topologySpreadConstraints: preferred('istio-ingressgateway', 'ingressgateway'),
          containers: [{ name: 'istio-proxy', resources }],
        }),
      },
      {
        kind: 'HorizontalPodAutoscaler',
        name: 'istio-ingressgateway',
        namespace: 'istio-ingress',
        fields: { spec: { minReplicas: 3, maxReplicas: 9, metrics: [{ resource: { name: 'cpu', target: { averageUtilization: 60 } } }] } },
      },
      {
        kind: 'PodDisruptionBudget', name: 'istio-ingressgateway', namespace: 'istio-ingress', fields: { spec: { minAvailable: 2 } },
      },
      {
        kind: 'Deployment',
        name: 'istio-egressgateway',
        namespace: 'istio-egress',
        fields: {
          spec: {
            replicas: 4,
            template: {
              spec: {
                topologySpreadConstraints: [
                  { ...zones, labelSelector: { matchLabels: { app: 'istio-egressgateway', istio: 'egressgateway' } } },
                ],
              },
            },
          },
        },
      },
      {
        kind: 'PodDisruptionBudget', name: 'istio-egressgateway', namespace: 'istio-egress', fields: { spec: { minAvailable: 3 } },
      },
      {
        kind: 'Deployment',
        name: 'istiod',
        namespace: 'istio-system',
        fields: podSpec({
          containers: [{
            name: 'discovery',
            image: 'registry.example.com/istio/pilot:1.99.9',
            resources: { requests: { cpu: '333m' } },
            env: [{ name: 'PILOT_SCOPE_GATEWAY_TO_NAMESPACE', value: 'true' }, { name: 'PILOT_TRACE_SAMPLING', value: '3' }],
          }],
        }),
      },
      { kind: 'HorizontalPodAutoscaler', name: 'istiod', namespace: 'istio-system', fields: { spec: { minReplicas: 2 } } },
      { kind: 'ServiceAccount', name: 'istiod', namespace: 'istio-system', fields: { imagePullSecrets: [{ name: 'regcred' }] } },
    ],
    absent: ['istio-reader-service-account', 'istio-reader-clusterrole-istio-system', 'HorizontalPodAutoscaler istio-egressgateway'],
  },
  {
    name: 'openshift',
    options: {
      egressGateway: EgressGateway.service({ name: 'mesh-egress' }),
      installValues: { global: { platform: 'openshift' }, meshConfig: { outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' } } },
    },
    expected: ['istio-ingressgateway', 'mesh-egress'].flatMap(name => [
      {
        kind: 'Deployment',
        name,
        namespace: 'istio-system',
        fields: podSpec({ topologySpreadConstraints: preferred(name, name === 'mesh-egress' ? 'egressgateway' : 'ingressgateway') }),
      },
      {
        kind: 'HorizontalPodAutoscaler', name, namespace: 'istio-system', fields: { spec: { minReplicas: 2, maxReplicas: 5 } },
      },
      { kind: 'PodDisruptionBudget', name, namespace: 'istio-system', fields: { spec: { minAvailable: 1 } } },
    ]),
    absent: ['Deployment istio-egressgateway'],
  },
];

/** A cluster whose install values were written. */
interface WrittenValues {
  readonly folder: string;
  readonly files: InstallFile[];
}

/**
 * Renders pods of gateways and values of users by istioctl and by Helm, and compares the objects with what was declared. Then plants
 * misspelt values. Returns how many objects were compared and how many misspelt values were found.
 */
export async function ownValues(proof: ProofRun, istio: IstioRelease, charts: string): Promise<string> {
  let compared = 0;
  for (const valuesCase of CASES) {
    const written = writtenValues(proof, istio, valuesCase);
    for (const tool of [istioctl, helm]) {
      const mistakes = await mistakesIn(proof, tool, written, { charts, valuesCase });
      must(mistakes.length === 0, `${tool.name} with the values '${valuesCase.name}': ${mistakes.join('; ')}`);
      compared += valuesCase.expected.length;
    }
  }
  const found = await misspeltValues(proof, istio, charts);
  return `${compared} objects of gateways and istiod hold what was declared, ${found} misspelt values found`;
}

function writtenValues(proof: ProofRun, istio: IstioRelease, { name, options }: ValuesCase): WrittenValues {
  const app = new MeshApp({ outdir: join(proof.folder, `values-${name}`) });
  const cluster = new Mesh(app, 'mesh', { istio }).addCluster(name, {
    // A cluster without exports has an ingress gateway when its Service is asked for.
    ingressGatewayService: GatewayService.loadBalancer(),
    ...options,
  });
  app.synth();
  return { folder: join(app.outdir, 'install', name), files: cluster.controlPlane.files() };
}

/** Renders the values of a cluster, or throws the message of the tool that refuses them. */
type Tool = (proof: ProofRun, written: WrittenValues, charts: string) => Promise<any[]>;

const istioctl: Tool = async (proof, { folder }) => rendered(
  proof.program('istioctl'),
  ['manifest', 'generate', '-f', join(folder, 'istio-operator.yml')],
);

const CHART_FOLDERS: { readonly [chart: string]: string } = {
  base: 'base', istiod: 'istio-control/istio-discovery', gateway: 'gateway',
};

const helm: Tool = async (proof, { folder, files }, charts) => {
  const objects: any[] = [];
  for (const { name, helm: release } of files) {
    if (release) {
      const chart = join(charts, CHART_FOLDERS[release.chart]);
      const values = ['-n', release.namespace, '-f', join(folder, name)];
      objects.push(...await rendered(proof.program('helm'), ['template', release.name, chart, ...values]));
    }
  }
  return objects;
};

async function rendered(program: string, args: string[]): Promise<any[]> {
  const { code, stdout, stderr } = await attempt(program, args);
  if (code !== 0) {
    throw new Error(stderr);
  }
  return parseAllDocuments(stdout).map(document => document.toJSON()).filter(Boolean);
}

/** How the objects that a tool renders differ from what was declared. A tool that refuses the values is one difference. */
async function mistakesIn(
  proof: ProofRun, tool: Tool, written: WrittenValues, { charts, valuesCase }: { charts: string; valuesCase: ValuesCase },
): Promise<string[]> {
  let objects: any[];
  try {
    objects = await tool(proof, written, charts);
  } catch (error) {
    return [`refused: ${error}`];
  }
  const isNamed = (object: any, text: string) => [object.metadata.name, `${object.kind} ${object.metadata.name}`].includes(text);
  return [
    ...valuesCase.expected.flatMap(({ kind, name, namespace, fields }) => {
      const found = objects.find(object => isNamed(object, `${kind} ${name}`) && object.metadata.namespace === namespace);
      return found ? differences(found, fields, `${kind} ${name}`) : [`no ${kind} ${namespace}/${name}`];
    }),
    ...valuesCase.absent.filter(text => objects.some(object => isNamed(object, text))).map(text => `${text} exists`),
  ];
}

/** Where an object lacks fields that it must hold. A list must hold an item for each expected one, in any order. */
function differences(found: any, expected: any, path: string): string[] {
  if (Array.isArray(expected)) {
    return expected.flatMap((item, i) => {
      const fits = Array.isArray(found) && found.some(candidate => differences(candidate, item, path).length === 0);
      return fits ? [] : [`${path}[${i}] is ${JSON.stringify(found)}, not ${JSON.stringify(item)}`];
    });
  }
  if (typeof expected === 'object' && expected !== null) {
    return Object.entries(expected).flatMap(([key, value]) => differences(found?.[key], value, `${path}.${key}`));
  }
  return found === expected ? [] : [`${path} is ${JSON.stringify(found)}, not ${JSON.stringify(expected)}`];
}

/** Misspells one value at a time in the written files. Each must be found. */
async function misspeltValues(proof: ProofRun, istio: IstioRelease, charts: string): Promise<number> {
  const misspellings: Array<{ file: string; tool: Tool; name: string; misspelt: string }> = [
    { tool: istioctl, file: 'istio-operator.yml', name: 'autoscaleMin', misspelt: 'autoscaleMinimum' },
    { tool: istioctl, file: 'istio-operator.yml', name: 'tolerations', misspelt: 'toleration' },
    { tool: istioctl, file: 'istio-operator.yml', name: 'topologySpreadConstraints', misspelt: 'topologySpreadConstraint' },
    { tool: istioctl, file: 'istio-operator.yml', name: 'unvalidatedValues', misspelt: 'unvalidated' },
    { tool: helm, file: 'istio-ingressgateway-values.yml', name: 'podDisruptionBudget', misspelt: 'disruptionBudget' },
    { tool: helm, file: 'istio-ingressgateway-values.yml', name: 'minReplicas', misspelt: 'minimum' },
    { tool: helm, file: 'istio-egressgateway-values.yml', name: 'replicaCount', misspelt: 'replicas' },
    { tool: helm, file: 'istiod-values.yml', name: 'resources', misspelt: 'resource' },
    { tool: helm, file: 'istiod-values.yml', name: 'hub', misspelt: 'registry' },
    { tool: helm, file: 'base-values.yml', name: 'enableReaderRBAC', misspelt: 'readerRBAC' },
  ];
  const [valuesCase] = CASES;
  const written = writtenValues(proof, istio, valuesCase);
  for (const { tool, file, name, misspelt } of misspellings) {
    const path = join(written.folder, file);
    const original = readFileSync(path, 'utf8');
    const planted = original.replace(new RegExp(`\\b${name}\\b`, 'g'), misspelt);
    must(planted !== original, `${file} holds no ${name}`);
    writeFileSync(path, planted);
    const mistakes = await mistakesIn(proof, tool, written, { charts, valuesCase });
    writeFileSync(path, original);
    must(mistakes.length > 0, `${misspelt} in place of ${name} in ${file} was not found`);
  }
  return misspellings.length;
}
