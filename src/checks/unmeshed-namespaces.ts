import { objectAt } from './content';
import { Declarations, ForeignManifest } from './declarations';
import { PodTemplates } from './workloads';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';

const POD_LABEL = 'sidecar.istio.io/inject';

/**
 * A namespace of the chart without sidecar injection that imports or exports a service. Pods without a sidecar do not find the imported
 * host, and a gateway drops endpoints that have none. Pods can also ask for a sidecar themselves, which a chart need not show.
 */
export function unmeshedNamespaces(declared: Declarations): Problem[] {
  const namespaces = new Map(declared.manifests('Namespace', 'core').map(namespace => [namespace.metadata.name, namespace]));
  const uses = namespaces.size === 0 ? new Map<string, string>() : usesOf(declared);
  const plain = [...uses].filter(([name]) => isPlain(namespaces.get(name)));
  if (plain.length === 0) {
    return [];
  }
  const templates = new PodTemplates(declared);
  const asksItself = (name: string) => templates.in(name).some(({ labels }) => String(labels[POD_LABEL]) === 'true');
  return plain.filter(([name]) => !asksItself(name)).map(([name, use]) => ({
    code: MeshErrorCode.NO_SIDECAR,
    where: `namespace '${name}'`,
    path: namespaces.get(name)!.path,
    what: `pods of the namespace get no sidecar, and the namespace ${use}`,
    got: namespaces.get(name)!.metadata.labels ?? 'no labels',
    expected: 'istio-injection: enabled, or istio.io/rev',
    fix: `add the label to the namespace, or ${POD_LABEL}: "true" to the pods that take part in the mesh`,
  }));
}

/** What each namespace takes part in. Pods of gateways are proxies themselves. */
function usesOf({ imports, exports, istio: { rootNamespace } }: Declarations): Map<string, string> {
  const gateways = new Set([rootNamespace, ...exports.map(({ gateway }) => gateway.namespace)]);
  const uses = [
    ...exports.map(({ name, namespace }): [string, string] => [namespace, `exports ${name}`]),
    ...imports.map(({ service, namespace }): [string, string] => [namespace, `imports ${service.host}`]),
  ];
  return new Map(uses.filter(([namespace]) => !gateways.has(namespace)));
}

function isPlain(namespace: ForeignManifest | undefined): boolean {
  const labels = objectAt(namespace?.metadata.labels);
  return namespace !== undefined && labels['istio-injection'] !== 'enabled'
    && (labels['istio.io/rev'] === undefined || labels['istio-injection'] === 'disabled');
}
