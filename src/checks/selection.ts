import { objectAt } from './content';
import type { DeclaredExport, Declarations } from './declarations';
import { ownValue } from '../options/own-value';

/** Labels of Kubernetes objects. */
export interface Labels {
  readonly [key: string]: string;
}

/**
 * Which of the pods with known labels a selector selects. Pods can have more labels than are known, so a selector with other keys
 * may select them or not.
 */
export type Selection = 'all' | 'none' | 'unknown';

/** Compares a selector with the labels that pods are known to have. A selector without labels selects every pod. */
export function selectionOf(selector: Labels | undefined, known: Labels): Selection {
  const entries = Object.entries(selector ?? {});
  const values = entries.map(([key, value]) => ({ value, found: ownValue(known, key) }));
  if (values.some(({ value, found }) => found !== undefined && found !== value)) {
    return 'none';
  }
  return values.every(({ found }) => found !== undefined) ? 'all' : 'unknown';
}

/** The labels that the pods of an exported Service are known to have; undefined where neither the Service nor the export says. */
export function podLabelsOf(declared: Declarations, exported: DeclaredExport): Labels | undefined {
  const selector = serviceSelectorOf(declared, exported);
  return selector || exported.workloadSelector ? { ...exported.workloadSelector, ...selector } : undefined;
}

/** The selector of the Service of an export, where it stands in the chart; undefined for a Service that selects no pods. */
export function serviceSelectorOf(declared: Declarations, exported: DeclaredExport): Labels | undefined {
  const selector: Labels = objectAt(declared.serviceOf(exported)?.spec.selector);
  return Object.keys(selector).length > 0 ? selector : undefined;
}
