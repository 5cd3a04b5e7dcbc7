/** Selects objects of a cluster's folder: patterns of kustomize, which must match as a whole. */
export interface Selection {
  readonly group?: string;
  readonly kind: string;
  readonly name?: string;
  readonly namespace?: string;
}

/** A stage in which objects of a cluster are applied. `rest` holds whatever no other stage selects. */
export type Stage = 'namespaces' | 'trust' | 'dns' | 'rules' | 'entries' | 'rest';

/** The stages in the order in which they are applied. */
export const STAGES: Stage[] = ['namespaces', 'trust', 'dns', 'rules', 'entries', 'rest'];

/** The wave of gateways in Argo CD: their pods are injected by istiod, whose chart is in wave 0. */
export const GATEWAY_WAVE = 1;

/**
 * The waves of Argo CD. istiod is in wave 0: an istiod that starts before its CA signs for itself. A name that resolves before
 * its rules are there would be called without mutual TLS, so rules precede entries. Workloads come last: one that does not
 * start then keeps nothing of the mesh from being applied.
 */
export const WAVES: { readonly [stage in Stage]: number } = { namespaces: -3, trust: -2, dns: 2, rules: 3, entries: 4, rest: 5 };

/** The objects of each stage, as patterns of kustomize. An object belongs to the first stage that selects it. */
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
    }],
    entries: [{ group: 'networking\\.istio\\.io', kind: 'ServiceEntry|WorkloadEntry' }],
    rest: [{ kind: '.*' }],
  };
}

/** The stage of an object. */
export function stageOf(object: Selection, istioNamespace: string): Stage {
  const selections = selectionsOf(istioNamespace);
  const parts = ['group', 'kind', 'name', 'namespace'] as const;
  const matches = (pattern: string | undefined, value = '') => pattern === undefined || new RegExp(`^(${pattern})$`).test(value);
  const selects = (selection: Selection) => parts.every(part => matches(selection[part], object[part]));
  return STAGES.find(stage => selections[stage].some(selects)) ?? 'rest';
}
