/** Selects objects of a cluster's folder: patterns of kustomize, which must match as a whole. */
export interface Selection {
  readonly group?: string;
  readonly kind: string;
  readonly name?: string;
  readonly namespace?: string;
}

/** What comes before what in a cluster. */
export interface Stage {
  readonly name: string;
  /** As a wave of Argo CD, whose charts of Istio are in waves 0 and 1. */
  readonly wave: number;
  readonly selections: Selection[];
}

/** The wave of istiod, which charts leave as it is, and that of gateways, whose pods istiod must be there to inject. */
export const GATEWAY_WAVE = 1;

/**
 * The order that a cluster comes up in, and goes down in reverse: an istiod that starts before its CA signs for itself, a
 * name that resolves before its rules are there is called without mutual TLS. Everything else, workloads above all, comes
 * last, so that one that does not start keeps nothing of the mesh from being applied.
 */
export function stages(istioNamespace: string): Stage[] {
  return [
    { name: 'namespaces', wave: -3, selections: [{ kind: 'Namespace' }] },
    {
      name: 'trust',
      wave: -2,
      selections: [
        { kind: 'SealedSecret|Secret|ExternalSecret|Certificate', name: 'cacerts', namespace: istioNamespace },
        { group: '(cert-manager|external-secrets)\\.io', kind: 'Issuer|ClusterIssuer|SecretStore|ClusterSecretStore' },
      ],
    },
    {
      name: 'dns',
      wave: 2,
      selections: [
        { kind: 'ServiceAccount|ConfigMap|Service|Deployment|PodDisruptionBudget', name: 'mesh-dns' },
        { kind: 'ConfigMap', name: 'coredns|coredns-custom|kube-dns', namespace: 'kube-system' },
        { group: 'operator\\.openshift\\.io|helm\\.cattle\\.io', kind: 'DNS|HelmChartConfig' },
      ],
    },
    {
      name: 'rules',
      wave: 3,
      selections: [{ group: '(networking|security)\\.istio\\.io', kind: 'Gateway|VirtualService|DestinationRule|Sidecar|AuthorizationPolicy|PeerAuthentication' }],
    },
    { name: 'entries', wave: 4, selections: [{ group: 'networking\\.istio\\.io', kind: 'ServiceEntry' }] },
  ];
}

/** The wave of everything that no stage selects. */
export const REST_WAVE = 5;

/** The stage of an object; "rest" when none selects it. */
export function stageOf(object: Selection, istioNamespace: string): string {
  const parts = ['group', 'kind', 'name', 'namespace'] as const;
  const selects = (selection: Selection) => parts.every(part => selection[part] === undefined || new RegExp(`^(${selection[part]})$`).test(object[part] ?? ''));
  return stages(istioNamespace).find(({ selections }) => selections.some(selects))?.name ?? 'rest';
}
