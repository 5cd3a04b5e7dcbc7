import { join } from 'path';
import { runScript } from '../cluster/jobs';
import { Kube, KUBE_PARTS } from '../cluster/kube';
import { cleanUp, prepare, until } from '../cluster/machine';
import { attempt, Ended } from '../process';
import { must, Proof, ProofRun } from '../proof';
import { allObjects, apply, applyDefinitions, checkSharedObjects, isIgnored, LATER, seed, SHARED } from './cleanup-cluster';
import { synthesized } from './cleanup-mesh';

/**
 * The clean-up of a cluster on a real API server, by the command and the ServiceAccount of its Job. It deletes all objects of the
 * library, changes no object of others, and its token allows no other request. No kubelet runs, so the proof runs the command.
 */
export const cleanupProof: Proof = {
  name: 'cleanup',
  parts: KUBE_PARTS,
  async show(run) {
    await prepare();
    try {
      const kube = new Kube('cleanup', '10.61', run.program);
      await kube.start();
      await applyDefinitions(kube, run.folder);
      const folder = await synthesized(run.folder);
      for (const namespace of ['istio-system', 'others']) {
        await kube.kubectl('create', 'namespace', namespace);
      }
      const foreign = await seed(kube, run.folder);
      for (const chart of ['cluster1', 'platforms']) {
        await kube.kubectl('apply', '--server-side', '--force-conflicts', '--validate=strict', '-k', join(folder, chart));
      }
      await apply(kube, run.folder, LATER);
      const before = await allObjects(kube);
      for (const chart of ['cleanup/cluster1', 'cleanup-platforms']) {
        await kube.kubectl('apply', '--server-side', '--validate=strict', '-k', join(folder, chart));
      }

      const early = await runJob(kube, run, 'mesh-cleanup-cluster1');
      must(early.code === 1 && /Istio still runs in istio-system/.test(early.stderr), `with Istio running: ${early.code} ${early.stderr}`);
      must((await allObjects(kube)).has('Secret istio-system/cacerts'), 'the CA was deleted before Istio');
      await kube.kubectl('delete', 'deployment', 'istiod', '-n', 'istio-system');

      const first = await runJob(kube, run, 'mesh-cleanup-cluster1');
      must(
        first.code === 1 && /namespace shared holds what others made: ConfigMap\/squatter/.test(first.stderr),
        `with a foreign object in a namespace of the library: ${first.code} ${first.stderr}`,
      );
      await kube.kubectl('delete', 'configmap', 'squatter', '-n', 'shared');
      for (const round of ['second', 'third']) {
        const { code, stderr } = await runJob(kube, run, 'mesh-cleanup-cluster1');
        must(code === 0, `the ${round} run: ${code} ${stderr}`);
      }
      const platforms = await runJob(kube, run, 'mesh-cleanup-platforms');
      must(platforms.code === 0, `the platforms' objects: ${platforms.code} ${platforms.stderr}`);

      // The namespace controller deletes a namespace some time after the request.
      const ownNamespace = /^namespace\/(foo|bar|empty|shared)$/m;
      await until(
        'the namespaces of the library are deleted',
        async () => !ownNamespace.test(await kube.kubectl('get', 'namespaces', '--output=name')),
      );
      const after = await allObjects(kube);
      const ownKeys = [...before.keys()].filter(key => !foreign.has(key) && !SHARED.includes(key) && !isIgnored(key));
      const left = ownKeys.filter(key => after.has(key));
      must(ownKeys.length > 30 && left.length === 0, `of ${ownKeys.length} objects of the library these are left: ${left.join(', ')}`);
      const changed = [...foreign].filter(([key, text]) => after.get(key) !== text).map(([key]) => key);
      must(changed.length === 0, `objects of others were changed: ${changed.join(', ')}`);
      await checkSharedObjects(kube);
      const refused = await checkForbiddenRequests(run);
      return `${ownKeys.length} objects and 4 namespaces of the library are deleted, ${foreign.size} objects of others are byte-identical, `
        + `and ${SHARED.length} shared objects have their former content; `
        + 'the clean-up waits for Istio and for a foreign object in a namespace of the library, and another run changes nothing; '
        + `${refused} of ${refused} other requests with its token are Forbidden`;
    } finally {
      await cleanUp();
    }
  },
};

/** Runs the command of a Job, as its pod would. */
async function runJob(kube: Kube, run: ProofRun, name: string): Promise<Ended> {
  const [job] = (await kube.api('GET', `/apis/batch/v1/namespaces/${name}/jobs`)).items;
  return runScript(kube, { spec: job.spec.template.spec, namespace: name }, run);
}

/** Requests that the token of a clean-up must not allow: to objects of others, to own names elsewhere, to secrets, and to create. */
const FORBIDDEN_REQUESTS = [
  'delete serviceentries.networking.istio.io catalog -n istio-system',
  'delete serviceentries.networking.istio.io httpbin-bar -n others',
  'delete gateways.networking.istio.io own -n istio-system',
  'delete secret own -n istio-system',
  'delete secret cacerts -n others',
  'delete serviceaccount sleep -n others',
  'delete configmap coredns -n kube-system',
  'delete namespace others',
  'delete namespace istio-system',
  'delete serviceentries.networking.istio.io --all -n istio-system',
  'get secret own -n istio-system',
  'get secrets -A',
  'patch configmap others -n kube-system --type=merge -p {"data":{"a":"b"}}',
  'create configmap more -n kube-system',
  'create namespace more',
];

/** Throws unless the API server forbids all these requests, and returns their number. */
async function checkForbiddenRequests({ program, folder }: ProofRun): Promise<number> {
  for (const request of FORBIDDEN_REQUESTS) {
    const args = ['--kubeconfig', join(folder, 'job-kubeconfig'), ...request.split(' ')];
    const { code, stderr } = await attempt(program('kubectl'), args);
    must(code !== 0 && /[Ff]orbidden/.test(stderr), `kubectl ${request} with the token of a clean-up: ${code} ${stderr}`);
  }
  return FORBIDDEN_REQUESTS.length;
}
