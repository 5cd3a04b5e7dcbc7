import type { EngineObject, EngineTarget, GitOpsEngine } from './engine';
import { chartProblems, helmFiles } from './helm-charts';
import type { CommonSettings } from './settings';
import { GATEWAY_WAVE, Selection, selectionsOf, STAGES, WAVES } from './stages';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';
import { INSTALL_FOLDER } from '../output/folders';

/** What Argo CD is told, found valid. */
export interface ArgoCdSettings extends CommonSettings {
  readonly repoUrl: string;
  readonly revision: string;
  readonly namespace: string;
  readonly project: string;
}

const WAVE = 'argocd.argoproj.io/sync-wave';

/**
 * One Application for each cluster, with the charts of Istio and the cluster's folder as its sources: waves order objects
 * within one Application alone.
 */
export function argoCd(settings: ArgoCdSettings): GitOpsEngine {
  const root = (cluster: string) => settings.hub ? 'argocd' : `argocd/${cluster}`;
  return {
    root,
    name: 'Argo CD',
    path: settings.path,
    runsHooks: true,
    installsIstio: settings.istioVersion !== undefined,
    problems: target => [...encrypted(target), ...chartProblems(settings, target)],
    folders: target => [{ path: root(target.cluster), shared: settings.hub, objects: [application(settings, target)] }],
  };
}

function application(settings: ArgoCdSettings, target: EngineTarget): EngineObject {
  const { cluster, istioNamespace } = target;
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: {
      name: `mesh-${cluster}`,
      namespace: settings.namespace,
      ...target.cascades && { finalizers: ['resources-finalizer.argocd.argoproj.io'] },
    },
    spec: {
      project: settings.project,
      // A namespace here would be taken for that of a hook's cluster-wide objects, which Argo CD then tries to make for ever.
      destination: {
        ...settings.hub ? { name: cluster } : { server: 'https://kubernetes.default.svc' },
        ...!target.cascades && { namespace: istioNamespace },
      },
      sources: [...charts(settings, target), folder(settings, target)],
      syncPolicy: {
        automated: { prune: true, selfHeal: true, ...target.leaving && { allowEmpty: true } },
        // Istio's CRDs are too large for client-side apply; objects of kinds that come with the charts are not known before.
        syncOptions: ['ServerSideApply=true', 'SkipDryRunOnMissingResource=true', 'RespectIgnoreDifferences=true'],
        // A cluster whose CA or kinds come later, from elsewhere, ends right: it is tried until it does, each time by the newest commit.
        retry: { limit: -1, refresh: true, backoff: { duration: '5s', factor: 2, maxDuration: '3m' } },
      },
      // istiod writes these itself, once it is ready: Argo CD would take them back for ever.
      ignoreDifferences: ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'].map(kind => ({
        group: 'admissionregistration.k8s.io',
        kind,
        jqPathExpressions: [
          '.webhooks[]?.clientConfig.caBundle',
          '.webhooks[]?.failurePolicy',
        ],
      })),
    },
  };
}

function charts(settings: ArgoCdSettings, target: EngineTarget): object[] {
  return helmFiles(settings, target).map(({ name, helm }) => ({
    repoURL: settings.charts,
    chart: helm.chart,
    targetRevision: settings.istioVersion,
    helm: {
      releaseName: helm.name,
      namespace: helm.namespace,
      valueFiles: [`$values/${settings.inRepo(`${INSTALL_FOLDER}/${target.cluster}/${name}`)}`],
      ...helm.chart === 'gateway' && { valuesObject: { annotations: { [WAVE]: String(GATEWAY_WAVE) } } },
    },
  }));
}

/** The cluster's folder, and the values of the charts beside it. */
function folder(settings: ArgoCdSettings, target: EngineTarget): object {
  const selections = selectionsOf(target.istioNamespace);
  const wave = (selection: Selection, number: number) => ({
    target: { ...selection, annotationSelector: `!${WAVE}` },
    patch: `apiVersion: any\nkind: any\nmetadata:\n  name: any\n  annotations:\n    ${WAVE}: "${number}"\n`,
  });
  return {
    repoURL: settings.repoUrl,
    targetRevision: settings.revision,
    path: settings.inRepo(target.cluster),
    ...helmFiles(settings, target).length > 0 && { ref: 'values' },
    kustomize: {
      patches: STAGES.flatMap(stage => selections[stage].map(selection => wave(selection, WAVES[stage]))),
    },
  };
}

/** Argo CD decrypts nothing: it would apply the ciphertext as if it were the key. */
function encrypted({ cluster, trust }: EngineTarget): Problem[] {
  if (trust !== 'sops') {
    return [];
  }
  return [{
    code: MeshErrorCode.GIT_OPS, where: `GitOps of '${cluster}'`, what: 'Argo CD does not decrypt what sops encrypted', got: 'MeshTrust.sops', expected: 'a delivery that the cluster itself opens', fix: 'use MeshTrust.sealedSecrets or MeshTrust.externalSecret, or Flux',
  }];
}
