import { DeclaredExport, Declarations, indexed } from './declarations';
import { Labels, podLabelsOf, selectionOf } from './selection';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';

/**
 * Two exports on the same pods that allow different callers. The rules of `allow` select pods, not Services: Istio unites the callers of
 * all rules that select a pod, and refuses everybody else. So a caller of one export may call the other one, and an export
 * without `allow` is cut off from all other callers.
 */
export function sharedCallers(declared: Declarations): Problem[] {
  const guarded = declared.exports.filter(({ callers, workloadSelector }) => callers !== undefined && workloadSelector !== undefined);
  // A rule whose first label a pod does not have does not select the pod.
  const byFirstLabel = indexed(guarded, ({ namespace, workloadSelector }) => keyOf(namespace, sortedEntries(workloadSelector!)[0]));
  return guarded.length === 0 ? [] : declared.exports.flatMap(exported => {
    const labels = podLabelsOf(declared, exported) ?? {};
    const candidates = sortedEntries(labels).flatMap(label => byFirstLabel.get(keyOf(exported.namespace, label)) ?? []);
    const others = candidates.filter(other => other !== exported && selectionOf(other.workloadSelector, labels) === 'all');
    return others.flatMap(other => problemOf(exported, other)).slice(0, 1);
  });
}

function sortedEntries(labels: Labels): Array<[string, string]> {
  return Object.entries(labels).sort(([a], [b]) => a < b ? -1 : 1);
}

function keyOf(namespace: string, [key, value]: [string, string]): string {
  return `${namespace} ${key}=${value}`;
}

function problemOf(exported: DeclaredExport, other: DeclaredExport): Problem[] {
  const { name, namespace, path, callers } = exported;
  const added = (other.callers ?? []).filter(principal => !covers(callers ?? [], principal));
  if (callers !== undefined && added.length === 0) {
    return [];
  }
  return [{
    code: MeshErrorCode.CALLERS,
    where: `export of ${name}.${namespace}`,
    path,
    what: callers === undefined
      ? `allow of ${other.name}.${other.namespace} selects the same pods, and refuses all other callers of this export`
      : `allow of ${other.name}.${other.namespace} selects the same pods, so its callers may call this export too`,
    got: callers === undefined ? 'no allow' : added,
    expected: 'one list of callers for exports on the same pods',
    fix: callers === undefined
      ? 'add allow to this export, or narrow the workloadSelector of the other one'
      : 'give both exports the same allow, or serve them from different pods',
  }];
}

/** Whether principals include another one: as such, or as every account of its namespace. */
function covers(principals: string[], principal: string): boolean {
  return principals.includes(principal) || principals.includes(principal.replace(/\/sa\/.*$/, '/sa/*'));
}
