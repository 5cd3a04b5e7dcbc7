import { existsSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'fs';
import { dirname, join } from 'path';
import { run } from '../process';
import { podFieldText } from './downward-api';
import type { Kube } from './kube';
import { until } from './machine';

type WriteFile = (path: string, content: string | Buffer) => void;

/**
 * Writes the current content of a volume of a pod to a folder, and returns the folder. As with a kubelet, all files change in one
 * step: they are links through `..data`, which is a link to the folder of the current version.
 */
export async function writeVolume(kube: Kube, pod: any, volume: any, folder: string): Promise<string> {
  const version = `..${process.hrtime.bigint()}`;
  mkdirSync(join(folder, version), { recursive: true });
  const names = new Set<string>();
  const writeFile: WriteFile = (path, content) => {
    mkdirSync(dirname(join(folder, version, path)), { recursive: true });
    writeFileSync(join(folder, version, path), content);
    names.add(path.split('/')[0]);
  };
  for (const source of volume.projected?.sources ?? [volume]) {
    await writeSource(kube, pod, source, writeFile);
  }
  const owner = String(pod.spec.securityContext?.fsGroup ?? 1337);
  await run('chown', ['-R', `${owner}:${owner}`, folder]);
  await run('chmod', ['-R', 'a+rX', folder]);
  symlinkSync(version, join(folder, '..data.new'));
  renameSync(join(folder, '..data.new'), join(folder, '..data'));
  const newNames = [...names].filter(name => !existsSync(join(folder, name)));
  newNames.forEach(name => symlinkSync(join('..data', name), join(folder, name)));
  return folder;
}

async function writeSource(kube: Kube, pod: any, source: any, writeFile: WriteFile): Promise<void> {
  if (source.configMap) {
    await writeKeys(kube, pod, 'configmaps', source.configMap, writeFile);
  }
  if (source.secret) {
    await writeKeys(kube, pod, 'secrets', source.secret, writeFile);
  }
  if (source.serviceAccountToken) {
    writeFile(source.serviceAccountToken.path, await podToken(kube, pod, source.serviceAccountToken));
  }
  for (const item of source.downwardAPI?.items ?? []) {
    writeFile(item.path, podFieldText(pod, item.fieldRef?.fieldPath ?? ''));
  }
}

/** Writes one file for each key of a ConfigMap or Secret that the volume selects. */
async function writeKeys(kube: Kube, pod: any, kind: 'configmaps' | 'secrets', source: any, writeFile: WriteFile): Promise<void> {
  const object = await readSource(kube, pod, kind, source);
  const data: { [key: string]: string } = object?.data ?? {};
  const items: Array<{ key: string; path: string }> = source.items ?? Object.keys(data).map(key => ({ key, path: key }));
  for (const { key, path } of items.filter(item => data[item.key] !== undefined)) {
    writeFile(path, Buffer.from(data[key], kind === 'secrets' ? 'base64' : 'utf8'));
  }
}

function readSource(kube: Kube, pod: any, kind: string, source: any): Promise<any> {
  const path = `/api/v1/namespaces/${pod.metadata.namespace}/${kind}/${source.name ?? source.secretName}`;
  const read = () => kube.api('GET', path);
  // A required object may be created a moment later, as Istio's root certificate is.
  return source.optional ? read().catch(() => undefined) : until(path, read, 60);
}

/** Returns a service account token that is bound to the pod. */
function podToken(kube: Kube, pod: any, { audience, expirationSeconds }: any): Promise<string> {
  const { namespace, name, uid } = pod.metadata;
  const spec = {
    audiences: audience ? [audience] : [],
    expirationSeconds: Math.max(expirationSeconds ?? 3600, 3600),
    boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name, uid },
  };
  return kube.tokenOf(namespace, pod.spec.serviceAccountName ?? 'default', spec);
}
