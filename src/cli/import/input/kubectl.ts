import { execFileSync } from 'child_process';
import { MeshError } from '../../../errors/mesh-error';
import { MeshErrorCode } from '../../../errors/mesh-error-code';
import type { SourceFile } from '../../../written/source';

/** Kinds that are read from a cluster: public facts of the mesh and of what it leads to. Secrets are never among them. */
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
  'services',
  'deployments.apps',
  'statefulsets.apps',
  'daemonsets.apps',
];

/** ConfigMaps with the stub domains of the guide. */
const STUB_DOMAINS = ['kube-dns', 'coredns'];

const MAX_BUFFER = 1024 * 1024 * 1024;
const SECONDS = 120;

/** What kubectl says of a kind that the cluster does not have. */
const UNKNOWN_KIND = /the server doesn't have a resource type|the server could not find the requested resource/;

/** Name of a context. It never begins with "-", so kubectl cannot take it for an option. */
const CONTEXT = /^[^-\s\0][^\0\n]{0,252}$/;

/** A command that ended: what it printed. Tests have their own. */
export type Kubectl = (args: string[]) => string;

/** Runs the user's own kubectl. */
export const KUBECTL: Kubectl = args => execFileSync('kubectl', args, {
  encoding: 'utf8', maxBuffer: MAX_BUFFER, timeout: SECONDS * 1000, stdio: ['ignore', 'pipe', 'pipe'],
});

/**
 * Reads the objects of a cluster, each kind as a file.
 * @throws MESH103 where kubectl cannot read
 */
export function filesOfContext(cluster: string, context: string, kubectl: Kubectl): SourceFile[] {
  if (!CONTEXT.test(context)) {
    throw kubectlError(cluster, 'this is no name of a context', context, 'name a context as "kubectl config get-contexts" shows it');
  }
  const get = (...args: string[]) => ['--context', context, 'get', ...args, '--output', 'yaml'];
  const reads: Array<readonly [string, string[]]> = [
    ...KINDS.map(kind => [kind, get(kind, '--all-namespaces')] as const),
    ...STUB_DOMAINS.map(name => [`configmap ${name}`, get('configmap', name, '--namespace', 'kube-system', '--ignore-not-found')] as const),
  ];
  return reads.flatMap(([name, args]) => {
    const text = outputOf(cluster, context, args, kubectl);
    return text === undefined || text.trim() === '' ? [] : [{ path: `context ${context}: ${name}`, name: `${name}.yaml`, text }];
  });
}

/** What kubectl prints; undefined for a kind that the cluster does not have. */
function outputOf(cluster: string, context: string, args: string[], kubectl: Kubectl): string | undefined {
  try {
    return kubectl(args);
  } catch (error) {
    const { code, stderr } = error as NodeJS.ErrnoException & { readonly stderr?: string | Buffer };
    const said = String(stderr ?? '').trim();
    if (UNKNOWN_KIND.test(said)) {
      return undefined;
    }
    const what = code === 'ENOENT' ? 'kubectl is not installed' : `kubectl cannot read: ${said.split('\n')[0] || code || 'it failed'}`;
    throw kubectlError(cluster, what, context, 'try "kubectl get services --all-namespaces" with the context, or pass files: CLUSTER=FILE');
  }
}

function kubectlError(cluster: string, what: string, got: string, fix: string): MeshError {
  return new MeshError({
    code: MeshErrorCode.KUBECTL,
    where: `--context of cluster ${cluster}`,
    what,
    got,
    expected: 'a context of your kubeconfig that may read',
    fix,
  });
}
