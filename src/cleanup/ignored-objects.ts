/**
 * Objects that Kubernetes, Istio and GKE create in every namespace, and those of the clean-up itself, as patterns of
 * `kind/name`. They do not keep a namespace from being deleted, since no work of a person is lost with them.
 */
export const IGNORED_EVERYWHERE = [
  'Event/.*',
  'ConfigMap/kube-root-ca\\.crt',
  'ConfigMap/istio-ca-root-cert',
  'ServiceAccount/default',
  'Secret/default-token-[a-z0-9]{5}',
  '(Role|RoleBinding)/mesh-cleanup-.*',
  'ResourceQuota/gke-resource-quotas',
];

/** Objects that OpenShift creates in every namespace. On another platform, an object of such a name is a person's. */
export const IGNORED_ON_OPENSHIFT = [
  'ConfigMap/openshift-service-ca\\.crt',
  'ServiceAccount/(builder|deployer)',
  'RoleBinding/system:(deployers|image-builders|image-pullers)',
  'Secret/(builder|default|deployer)-(dockercfg|token)-[a-z0-9]{5}',
];

/** Locks that istiod leaves in its namespace, without the prefix `istio-`. Some have a copy for each revision. */
const ISTIO_LOCKS = [
  'leader',
  'gateway-leader',
  'gateway-status-leader',
  'status-leader',
  'analyze-leader',
  'gateway-deployment',
  'gateway-deployment-leader',
  'gateway-inferencepool',
  'node-untaint',
  'ip-autoallocate',
  'namespace-controller-election',
  'validation-controller-election',
  'clustertrustbundle-controller-election',
  'serviceexport-controller-election',
];

/** Objects that an uninstalled Istio leaves in the namespace of its control plane: its locks and the account of its base chart. */
export function ignoredInIstioNamespace(revision: string): string[] {
  return [`(ConfigMap|Lease)/istio-(${ISTIO_LOCKS.join('|')})(-${revision})?`, 'ServiceAccount/istio-reader-service-account'];
}
