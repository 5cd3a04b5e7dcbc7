import { DeclaredExport, Declarations } from './declarations';
import { Labels, selectionOf } from './selection';
import { PodTemplate, podTemplatesByNamespace } from './workloads';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';

/**
 * A `workloadSelector` that leaves pods of the exported Service out: the rules of `allow` and `strictMtls` do not protect these pods.
 */
export function workloadSelectors(declared: Declarations): Problem[] {
  return problemsOf(declared, false);
}

/** The same where the Service and the workloads in the chart do not show whether the pods have the labels. */
export function possibleWorkloadSelectors(declared: Declarations): Problem[] {
  return problemsOf(declared, true);
}

function problemsOf(declared: Declarations, asWarning: boolean): Problem[] {
  const guarded = declared.exports.filter(({ callers, strictMtls }) => callers !== undefined || strictMtls);
  const templates = guarded.length === 0 ? new Map<string, PodTemplate[]>() : podTemplatesByNamespace(declared);
  return guarded.flatMap(exported => {
    const selector: Labels | undefined = declared.serviceAt(exported)?.spec?.selector;
    const guardedPods = exported.workloadSelector;
    const selection = selector && guardedPods ? selectionOf(guardedPods, selector) : 'all';
    if (selection === 'all' || selector === undefined) {
      return [];
    }
    const pods = (templates.get(exported.namespace) ?? []).filter(({ labels }) => selectionOf(selector, labels) === 'all');
    const outside = pods.filter(({ labels }) => selectionOf(guardedPods, labels) !== 'all');
    const isCertain = selection === 'none' || outside.length > 0;
    const isUnknown = !isCertain && pods.length === 0;
    return (asWarning ? isUnknown : isCertain) ? [problemOf(exported, selector, outside)] : [];
  });
}

function problemOf(exported: DeclaredExport, selector: Labels, outside: PodTemplate[]): Problem {
  const { name, namespace, path, workloadSelector, callers } = exported;
  const pods = outside.map(({ workload }) => workload).join(', ');
  const missed = pods === '' ? 'may not protect every pod' : `does not protect ${pods}`;
  return {
    code: MeshErrorCode.WORKLOAD_SELECTOR,
    where: `export of ${name}.${namespace}`,
    path,
    what: `${callers ? 'allow' : 'strictMtls'} ${missed} of the Service`,
    got: workloadSelector,
    expected: `labels of all its pods, such as its selector ${JSON.stringify(selector)}`,
    fix: 'write the selector of the Service as workloadSelector',
  };
}
