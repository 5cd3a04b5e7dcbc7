import { writeFileSync } from 'fs';
import { delimiter, dirname, join } from 'path';
import { attempt, Ended } from '../process';
import type { ProofRun } from '../proof';
import type { Kube } from './kube';

/** Returns the pods of all Jobs in a namespace. */
export async function jobPods(kube: Kube, namespace: string): Promise<any[]> {
  return (await kube.api('GET', `/api/v1/namespaces/${namespace}/pods?labelSelector=batch.kubernetes.io/job-name`)).items;
}

/** Runs the command of a pod of a Job, and reports its exit code to the API server, as a node does. */
export async function runAsJob(kube: Kube, pod: any, run: Pick<ProofRun, 'folder' | 'program'>): Promise<Ended> {
  const { name, namespace } = pod.metadata;
  const ended = await runScript(kube, { spec: pod.spec, namespace }, run);
  const path = `/api/v1/namespaces/${namespace}/pods/${name}/status`;
  const terminated = { exitCode: ended.code, reason: ended.code === 0 ? 'Completed' : 'Error' };
  const { name: container, image } = pod.spec.containers[0];
  const status = {
    phase: ended.code === 0 ? 'Succeeded' : 'Failed',
    containerStatuses: [{ name: container, image, imageID: '', ready: false, restartCount: 0, state: { terminated } }],
  };
  await kube.api('PATCH', path, { status }, 'application/merge-patch+json');
  return ended;
}

/** Runs the script that the pod of a clean-up mounts. Its only credential is the token of its service account. */
export async function runScript(
  kube: Kube,
  { spec, namespace }: { readonly spec: any; readonly namespace: string },
  { folder, program }: Pick<ProofRun, 'folder' | 'program'>,
): Promise<Ended> {
  const [{ command }] = spec.containers;
  if (command.join(' ') !== '/bin/sh /clean-up/clean-up.sh') {
    throw new Error(`the Job runs ${command.join(' ')}`);
  }
  const mounted = spec.volumes.find((volume: any) => volume.configMap).configMap.name;
  const { data } = await kube.api('GET', `/api/v1/namespaces/${namespace}/configmaps/${mounted}`);
  const script = join(folder, 'clean-up.sh');
  writeFileSync(script, data['clean-up.sh']);
  const kubeconfig = join(folder, 'job-kubeconfig');
  writeFileSync(kubeconfig, kube.configFor(await kube.tokenOf(namespace, spec.serviceAccountName)));
  const env = { PATH: `${dirname(program('kubectl'))}${delimiter}${process.env.PATH}`, KUBECONFIG: kubeconfig, HOME: folder, TRIES: '4' };
  return attempt('/bin/sh', [script], { env, cwd: folder, seconds: 300 });
}
