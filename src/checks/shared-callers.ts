import { DeclaredExport, Declarations } from './declarations';
import { podLabelsOf } from './selection';
import { SelectorIndex } from './selector-index';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';

/**
 * Two exports on the same pods that allow different callers. The rules of `allow` select pods, not Services: Istio unites the callers of
 * all rules that select a pod, and refuses everybody else. So a caller of one export may call the other one, and an export
 * without `allow` is cut off from all other callers.
 */
export function sharedCallers(declared: Declarations): Problem[] {
  const guarded = declared.exports.filter(({ callers, workloadSelector }) => callers !== undefined && workloadSelector !== undefined);
  const index = new SelectorIndex(guarded, ({ namespace, workloadSelector = {} }) => ({ namespace, selector: workloadSelector }));
  return guarded.length === 0 ? [] : declared.exports.flatMap(exported => {
    const others = index.selecting(exported.namespace, podLabelsOf(declared, exported) ?? {}).filter(other => other !== exported);
    return others.flatMap(other => problemOf(exported, other)).slice(0, 1);
  });
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

/** Whether principals include another one: as such, as every account of its namespace, or as every principal. */
function covers(principals: string[], principal: string): boolean {
  return principals.includes(principal) || principals.includes(principal.replace(/\/sa\/.*$/, '/sa/*')) || principals.includes('*');
}
