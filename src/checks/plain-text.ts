import { objectAt, objectsIn } from './content';
import { DeclaredExport, Declarations, ForeignManifest, indexed } from './declarations';
import { Labels, podLabelsOf } from './selection';
import { SelectorIndex } from './selector-index';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';

/**
 * Mutual TLS that a PeerAuthentication turns off for exported pods: a gateway drops endpoints without mutual TLS, so it would answer
 * 503. As in Istio, a policy for the workload precedes that of the namespace, which precedes that of the root namespace.
 */
export function plainText(declared: Declarations): Problem[] {
  const policies = declared.exports.length === 0 ? [] : declared.manifests('PeerAuthentication', 'security.istio.io');
  if (policies.length === 0) {
    return [];
  }
  const namespaceOf = ({ metadata }: ForeignManifest) => metadata.namespace ?? '';
  const forNamespace = indexed(policies.filter(isForAll), namespaceOf);
  const forPods = new SelectorIndex(
    policies.filter(policy => !isForAll(policy)), policy => ({ namespace: namespaceOf(policy), selector: selectorOf(policy) }),
  );
  return declared.exports.flatMap(exported => {
    const { rootNamespace } = declared.istio;
    // In the root namespace a policy with a selector has no effect.
    const forWorkload = exported.namespace === rootNamespace
      ? [] : forPods.selecting(exported.namespace, podLabelsOf(declared, exported) ?? {});
    const levels = [
      forWorkload,
      ...exported.strictMtls ? [] : [exported.namespace, rootNamespace].map(namespace => forNamespace.get(namespace) ?? []),
    ];
    const deciding = levels.map(level => level.filter(({ spec }) => isSet(spec.mtls))).find(level => level.length > 0) ?? [];
    const off = deciding.find(({ spec }) => spec.mtls.mode === 'DISABLE');
    const ports = targetPortsOf(declared, exported);
    const offByPort = forWorkload.find(policy => turnsOff(policy, ports));
    const isOnByPort = ports.length > 0 && forWorkload.some(policy => ports.every(port => isOn(objectAt(policy.spec.portLevelMtls)[port])));
    if (offByPort) {
      return [problemOf(exported, offByPort, `for port ${ports.find(port => turnsOff(offByPort, [port]))}`)];
    }
    return off && !isOnByPort ? [problemOf(exported, off, scopeOf(off, declared))] : [];
  });
}

function problemOf({ name, namespace, path }: DeclaredExport, policy: ForeignManifest, scope: string): Problem {
  return {
    code: MeshErrorCode.PLAIN_TEXT,
    where: `export of ${name}.${namespace}`,
    path,
    what: `PeerAuthentication ${policy.metadata.name} turns mutual TLS off ${scope}`,
    got: 'DISABLE',
    expected: 'PERMISSIVE or STRICT',
    fix: 'limit the policy to other workloads by a selector, or turn mutual TLS on again for the exported pods',
  };
}

function scopeOf(policy: ForeignManifest, { istio: { rootNamespace } }: Declarations): string {
  if (!isForAll(policy)) {
    return 'for its pods';
  }
  return policy.metadata.namespace === rootNamespace ? 'in every namespace' : 'in its namespace';
}

function selectorOf({ spec }: ForeignManifest): Labels {
  return objectAt(objectAt(spec.selector).matchLabels);
}

function isForAll(policy: ForeignManifest): boolean {
  return Object.keys(selectorOf(policy)).length === 0;
}

function isSet(mtls: any): boolean {
  return mtls?.mode !== undefined && mtls.mode !== 'UNSET';
}

function isOn(mtls: any): boolean {
  return isSet(mtls) && mtls.mode !== 'DISABLE';
}

function turnsOff(policy: ForeignManifest, ports: number[]): boolean {
  return ports.some(port => objectAt(policy.spec.portLevelMtls)[port]?.mode === 'DISABLE');
}

/** Ports of the pods behind the exported ports, as far as the Service in the chart gives their numbers. */
function targetPortsOf(declared: Declarations, exported: DeclaredExport): number[] {
  const own = objectsIn(declared.serviceOf(exported)?.spec.ports);
  const exposed = own.filter(({ port }) => exported.ports.some(declaredPort => declaredPort.port === port));
  return exposed.map(({ port, targetPort }) => targetPort ?? port).filter((port): port is number => typeof port === 'number');
}
