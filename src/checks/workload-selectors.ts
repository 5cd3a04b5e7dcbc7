import { DeclaredExport, Declarations } from './declarations';
import { Labels, selectionOf, serviceSelectorOf } from './selection';
import { PodTemplate, PodTemplates } from './workloads';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';

/**
 * A `workloadSelector` that leaves pods of the exported Service out: the rules of `allow` and `strictMtls` do not protect these pods, and
 * with `onlyExportedPorts` no importer reaches them.
 */
export function workloadSelectors(declared: Declarations): Problem[] {
  return problemsOf(declared, false);
}

/** The same where the Service and the workloads in the chart do not show whether the pods have the labels. */
export function possibleWorkloadSelectors(declared: Declarations): Problem[] {
  return problemsOf(declared, true);
}

function problemsOf(declared: Declarations, asWarning: boolean): Problem[] {
  const guarded = declared.exports.filter(exported => optionOf(exported) !== undefined);
  const unsure = guarded.filter(exported => {
    const selector = serviceSelectorOf(declared, exported);
    return selector !== undefined && selectionOf(exported.workloadSelector, selector) !== 'all';
  });
  const templates = unsure.length === 0 ? undefined : new PodTemplates(declared);
  return unsure.flatMap(exported => {
    const selector = serviceSelectorOf(declared, exported) ?? {};
    const pods = templates?.selectedBy(exported.namespace, selector) ?? [];
    const outside = pods.filter(({ labels }) => selectionOf(exported.workloadSelector, labels) !== 'all');
    const isCertain = selectionOf(exported.workloadSelector, selector) === 'none' || outside.length > 0;
    const isUnknown = !isCertain && pods.length === 0;
    return (asWarning ? isUnknown : isCertain) ? [problemOf(exported, selector, outside)] : [];
  });
}

function problemOf(exported: DeclaredExport, selector: Labels, outside: PodTemplate[]): Problem {
  const { name, namespace, path, workloadSelector } = exported;
  const pods = outside.map(({ workload }) => workload).join(', ');
  const isOther = selectionOf(workloadSelector, selector) === 'none';
  const missed = isOther ? 'selects other pods than those' : pods === '' ? 'may leave out pods' : `leaves out ${pods}`;
  return {
    code: MeshErrorCode.WORKLOAD_SELECTOR,
    where: `export of ${name}.${namespace}`,
    path,
    what: `the workloadSelector of ${optionOf(exported)} ${missed} of the Service`,
    got: workloadSelector,
    expected: `labels of all its pods, such as its selector ${JSON.stringify(selector)}`,
    fix: 'write the selector of the Service as workloadSelector',
  };
}

/** The option of an export for which `workloadSelector` selects pods; undefined where nothing selects by it. */
function optionOf({ governingService, callers, strictMtls, localHost, gatewayHost }: DeclaredExport): string | undefined {
  if (governingService !== undefined) {
    // The pod of a StatefulSet is selected by its name.
    return undefined;
  }
  if (callers !== undefined) {
    return 'allow';
  }
  return strictMtls ? 'strictMtls' : gatewayHost === localHost ? undefined : 'onlyExportedPorts';
}
