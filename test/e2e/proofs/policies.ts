import { App, Chart, Testing } from 'cdk8s';
import { Cleanup, GlobalDns, Httpbin, IstioRelease, Sleep } from '../../../src';
import { Connection, TABLES } from '../../network-policies/policy-mesh';
import { run } from '../process';
import { must, Proof, ProofRun } from '../proof';

const istio = IstioRelease.V1_31;

/** An evaluator of other authors reads the NetworkPolicies as meant, and Kubernetes' own code finds the pods within `restricted`. */
export const policiesProof: Proof = {
  name: 'policies',
  parts: [{ name: 'policy-judge', module: 'policies', package: './policy-judge' }],
  async show(proof) {
    const connections = await judgedConnections(proof);
    const pods = await judgedPods(proof);
    return `${connections} connections are decided as declared, by cyclonus too; ${pods} pods fit the standard restricted, `
      + 'by Kubernetes\' own pod-security-admission; planted connections and pods are caught';
  },
};

interface Verdict {
  readonly allowed: boolean[];
  /** What the Pod Security Standards find in each pod. */
  readonly violations: string[][];
}

async function judge({ program }: ProofRun, question: object): Promise<Verdict> {
  return JSON.parse(await run(program('policy-judge'), [], { input: JSON.stringify(question) }));
}

async function judgedConnections(proof: ProofRun): Promise<number> {
  let count = 0;
  for (const { name, build, connections } of TABLES) {
    const app = new App();
    build(app);
    const policies = app.charts.flatMap(chart => Testing.synth(chart)).filter(({ kind }) => kind === 'NetworkPolicy');
    const { allowed } = await judge(proof, { policies, connections: connections.map(asQuestion) });
    connections.forEach(({ what, allowed: wanted }, i) => must(allowed[i] === wanted, `${name}: ${what} is ${wanted ? 'cut' : 'open'}`));
    // Without policies, everything is open: what the tables call cut is cut by the policies.
    const open = await judge(proof, { policies: [], connections: connections.map(asQuestion) });
    must(open.allowed.every(Boolean), `${name}: a connection is cut without policies`);
    count += connections.length;
  }
  return count;
}

function asQuestion({ from, to, port, protocol = 'TCP' }: Connection): object {
  const [source, target] = [from, to].map(end => ({
    ...end, ...end.namespace && { namespaceLabels: { 'kubernetes.io/metadata.name': end.namespace } },
  }));
  return { from: source, to: target, port, protocol };
}

async function judgedPods(proof: ProofRun): Promise<number> {
  const pods = podsOf(chart => {
    new Sleep(chart, 'sleep', { istio, namespace: 'foo', restricted: true });
    new Httpbin(chart, 'httpbin', { istio, namespace: 'bar', restricted: true });
    new Cleanup(new Chart(chart, 'clean-up'), 'cleanup', { chart });
  });
  const { violations } = await judge(proof, { pods: pods.map(pod => ({ ...pod, level: 'restricted' })) });
  must(pods.length === 3 && violations.every(found => found.length === 0), `pods that are not restricted: ${JSON.stringify(violations)}`);
  const plain = podsOf(chart => new Sleep(chart, 'sleep', { istio, namespace: 'foo' }));
  const [resolver] = podsOf(chart => new GlobalDns(chart, 'dns', { istio, clusterIp: '10.96.0.53', services: [] }));
  // As istio-init, which sidecars have without the Istio CNI node agent.
  const init = { name: 'istio-init', image: 'proxy', securityContext: { capabilities: { add: ['NET_ADMIN', 'NET_RAW'], drop: ['ALL'] } } };
  const { violations: [sample, dns, redirecting] } = await judge(proof, {
    pods: [
      { ...plain[0], level: 'restricted' },
      { ...resolver, level: 'restricted' },
      { ...pods[0], spec: { ...pods[0].spec, initContainers: [init] }, level: 'baseline' },
    ],
  });
  must(dns.length === 0, `the resolver is not restricted: ${dns.join('; ')}`);
  must(sample.length > 0, 'the sample of Istio counts as restricted');
  must(/NET_ADMIN/.test(redirecting.join()), 'NET_ADMIN counts as baseline');
  return pods.length + 1;
}

/** The pods of the Deployments and Jobs that `build` adds. */
function podsOf(build: (chart: Chart) => unknown): Array<{ metadata: object; spec: any }> {
  const app = new App();
  build(new Chart(app, 'chart'));
  const objects = app.charts.flatMap(chart => Testing.synth(chart));
  return objects.filter(({ kind }) => kind === 'Deployment' || kind === 'Job').map(({ spec }) => spec.template)
    .map(({ metadata, spec }) => ({ metadata, spec }));
}
