import { MeshErrors } from '../../../errors/mesh-error';
import type { Problem } from '../../../errors/problem';
import type { SourceFile } from '../../../written/source';
import type { Kubectl, LiveObject } from '../../kubectl/kubectl';
import { noAccessProblem } from '../../kubectl/no-access';
import { withProgress } from '../../progress';

/** Kinds that are read beside Services: public facts of the mesh and of what it leads to. Secrets are never among them. */
const KINDS = [
  'serviceentries.networking.istio.io',
  'destinationrules.networking.istio.io',
  'virtualservices.networking.istio.io',
  'gateways.networking.istio.io',
  'workloadentries.networking.istio.io',
  'envoyfilters.networking.istio.io',
  'sidecars.networking.istio.io',
  'authorizationpolicies.security.istio.io',
  'peerauthentications.security.istio.io',
  'gateways.gateway.networking.k8s.io',
  'dependencies.admiral.io',
  'deployments.apps',
  'statefulsets.apps',
  'daemonsets.apps',
];

/** ConfigMaps with the stub domains of the guide. */
const STUB_DOMAINS = ['kube-dns', 'coredns'];

/** The objects of a kind of a running cluster, as a file. */
export interface LiveFile {
  readonly cluster: string;
  readonly file: SourceFile;
}

/**
 * Reads the objects of running clusters, each kind as a file.
 * @throws MESH106 with all reads that fail
 */
export async function liveFiles(clusters: readonly Kubectl[]): Promise<LiveFile[]> {
  const names = clusters.map(({ cluster }) => cluster);
  const read = await withProgress(() => `reading ${names.join(', ')} ...`, () => Promise.all(clusters.map(filesOrProblem)));
  const problems = read.flatMap(({ problem }) => problem ?? []);
  if (problems.length > 0) {
    throw new MeshErrors(problems);
  }
  return read.flatMap(({ files = [] }) => files);
}

async function filesOrProblem(kubectl: Kubectl): Promise<{ readonly files?: LiveFile[]; readonly problem?: Problem }> {
  try {
    return { files: await filesOf(kubectl) };
  } catch (error) {
    return { problem: noAccessProblem(error) };
  }
}

async function filesOf(kubectl: Kubectl): Promise<LiveFile[]> {
  // A cluster that cannot be reached is told once, by a kind that every cluster has.
  const services = await kubectl.get('read services', 'services', '--all-namespaces');
  const others = [
    ...KINDS.map(kind => ({ name: kind, objects: kubectl.get(`read ${kind}`, kind, '--all-namespaces') })),
    { name: 'stub domains', objects: kubectl.get('read stub domains', 'configmaps', ...STUB_DOMAINS, '--namespace=kube-system') },
  ];
  const lists = await Promise.all(others.map(async ({ name, objects }) => ({ name, items: await objects })));
  return [{ name: 'services', items: services }, ...lists]
    .filter(({ items }) => items.length > 0)
    .map(({ name, items }) => ({ cluster: kubectl.cluster, file: listFile(kubectl, name, items) }));
}

function listFile({ context }: Kubectl, name: string, items: LiveObject[]): SourceFile {
  return { path: `context ${context}: ${name}`, name: `${name}.yaml`, text: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }) };
}
