/**
 * Annotations for an object that others depend on: Argo CD asks a person before it prunes or deletes the object, and Flux
 * never prunes it.
 * @see https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/
 * @see https://fluxcd.io/flux/components/kustomize/kustomizations/#prune
 */
export const ASK_BEFORE_PRUNING = {
  'argocd.argoproj.io/sync-options': 'Prune=confirm,Delete=confirm',
  'kustomize.toolkit.fluxcd.io/prune': 'disabled',
} as const;

/**
 * Annotations for an object that others write to: no engine prunes or deletes it, Flux merges its keys, and Argo CD does not
 * apply it by force.
 */
export const NEVER_PRUNE = {
  'argocd.argoproj.io/sync-options': 'Prune=false,Delete=false,ServerSideApply=false',
  // Without it, Argo CD reports an object that left the folder, and that it does not prune, as a difference for ever.
  'argocd.argoproj.io/compare-options': 'IgnoreExtraneous',
  'kustomize.toolkit.fluxcd.io/prune': 'disabled',
  'kustomize.toolkit.fluxcd.io/ssa': 'Merge',
} as const;
