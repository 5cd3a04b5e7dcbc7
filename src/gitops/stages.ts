/** Selection of objects in the folder of a cluster. Each field is a pattern of kustomize that must match as a whole. */
export interface Selection {
  readonly group?: string;
  readonly kind: string;
  readonly name?: string;
  readonly namespace?: string;
}

/** A stage in which objects of a cluster are applied. The stage `rest` holds the objects that no other stage selects. */
export type Stage = 'namespaces' | 'trust' | 'dns' | 'rules' | 'entries' | 'rest';

/** The stages, in the order in which they are applied. */
export const STAGES: Stage[] = ['namespaces', 'trust', 'dns', 'rules', 'entries', 'rest'];

/** Wave of gateways in Argo CD. istiod injects their pods, and its chart is in wave 0. */
export const GATEWAY_WAVE = 1;

/**
 * Waves of the stages in Argo CD. istiod is in wave 0, after its CA: an istiod without a CA signs with one of its own. Rules
 * precede entries: a host that resolves before its rules exist would be called without mutual TLS. Workloads come last: one
 * that does not start then blocks nothing of the mesh.
 */
export const WAVES: { readonly [stage in Stage]: number } = { namespaces: -3, trust: -2, dns: 2, rules: 3, entries: 4, rest: 5 };

/** Returns the selections of each stage. An object belongs to the first stage that selects it. */
export function selectionsOf(istioNamespace: string): { readonly [stage in Stage]: Selection[] } {
  return {
    namespaces: [{ kind: 'Namespace' }],
    trust: [
      { kind: 'SealedSecret|Secret|ExternalSecret|Certificate', name: 'cacerts', namespace: istioNamespace },
      { group: '(cert-manager|external-secrets)\\.io', kind: 'Issuer|ClusterIssuer|SecretStore|ClusterSecretStore' },
    ],
    dns: [
      { kind: 'ServiceAccount|ConfigMap|Service|Deployment|PodDisruptionBudget', name: 'mesh-dns' },
      { kind: 'ConfigMap', name: 'coredns|coredns-custom|kube-dns', namespace: 'kube-system' },
      { group: 'operator\\.openshift\\.io|helm\\.cattle\\.io', kind: 'DNS|HelmChartConfig' },
    ],
    rules: [{
      group: '(networking|security)\\.istio\\.io',
      kind: 'Gateway|VirtualService|DestinationRule|Sidecar|AuthorizationPolicy|PeerAuthentication',
    }, { group: 'networking\\.k8s\\.io', kind: 'NetworkPolicy' }],
    entries: [{ group: 'networking\\.istio\\.io', kind: 'ServiceEntry|WorkloadEntry' }],
    rest: [{ kind: '.*' }],
  };
}

/** Returns the stage of an object. */
export function stageOf(object: Selection, istioNamespace: string): Stage {
  const selections = selectionsOf(istioNamespace);
  const fields = ['group', 'kind', 'name', 'namespace'] as const;
  const matches = (pattern: string | undefined, value = '') => pattern === undefined || new RegExp(`^(${pattern})$`).test(value);
  const selects = (selection: Selection) => fields.every(field => matches(selection[field], object[field]));
  return STAGES.find(stage => selections[stage].some(selects)) ?? 'rest';
}
