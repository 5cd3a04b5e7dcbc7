import { objectAt, objectsIn } from './content';
import { DeclaredExport, Declarations, ForeignManifest, indexed } from './declarations';
import { Labels, podLabelsOf, selectionOf } from './selection';
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
  const byNamespace = indexed(policies, ({ metadata }) => metadata.namespace ?? '');
  return declared.exports.flatMap(exported => {
    const own = byNamespace.get(exported.namespace) ?? [];
    const root = byNamespace.get(declared.istio.rootNamespace) ?? [];
    const labels = podLabelsOf(declared, exported) ?? {};
    const forWorkload = exported.namespace === declared.istio.rootNamespace ? [] : own.filter(policy => isForPods(policy, labels));
    const levels = [
      forWorkload,
      ...exported.strictMtls ? [] : [own.filter(isForAll), root.filter(isForAll)],
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

function isForAll({ spec }: ForeignManifest): boolean {
  return Object.keys(objectAt(objectAt(spec.selector).matchLabels)).length === 0;
}

function isForPods(policy: ForeignManifest, labels: Labels): boolean {
  return !isForAll(policy) && selectionOf(policy.spec.selector.matchLabels, labels) === 'all';
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
  const own = objectsIn(declared.serviceAt(exported)?.spec.ports);
  const exposed = own.filter(({ port }) => exported.ports.some(declaredPort => declaredPort.port === port));
  return exposed.map(({ port, targetPort }) => targetPort ?? port).filter((port): port is number => typeof port === 'number');
}
