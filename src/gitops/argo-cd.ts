import { appProject, applicationName } from './app-project';
import { applicationSet } from './argo-cd-rollout';
import type { ArgoCdSettings, Destination } from './argo-cd-settings';
import { commitStep, EngineFolder, EngineObject, EngineTarget, GitOpsEngine } from './engine';
import { chartProblems, helmFiles } from './helm-charts';
import { GATEWAY_WAVE, Selection, selectionsOf, STAGES, WAVES } from './stages';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';
import { INSTALL_FOLDER } from '../output/folder-names';

const WAVE = 'argocd.argoproj.io/sync-wave';

/**
 * Argo CD with one Application for each cluster. The charts of Istio and the folder of the cluster are sources of the same
 * Application, since waves order objects within one Application only.
 */
export function argoCd(settings: ArgoCdSettings): GitOpsEngine {
  const name = 'Argo CD';
  const { path, hub } = settings;
  const folderOf = (cluster: string) => hub ? 'argocd' : `argocd/${cluster}`;
  return {
    name,
    runsHooks: true,
    installsIstio: settings.istioVersion !== undefined,
    problems: target => [...encryptionProblems(target), ...chartProblems(settings, target)],
    folders: target => [{ path: folderOf(target.cluster), shared: hub, inHub: hub, ...objects(settings, target) }],
    applyStep: (cluster, outdir) => commitStep({ engine: name, outdir, path, folder: folderOf(cluster) }),
  };
}

/** Argo CD does not decrypt: it would apply the ciphertext as if it were the key. */
function encryptionProblems({ cluster, trust }: EngineTarget): Problem[] {
  if (trust !== 'sops') {
    return [];
  }
  return [{
    code: MeshErrorCode.GIT_OPS,
    where: `GitOps of '${cluster}'`,
    what: 'Argo CD does not decrypt a Secret that sops encrypted',
    got: 'MeshTrust.sops',
    expected: 'a delivery of the CA that the cluster decrypts or fetches itself',
    fix: 'use MeshTrust.sealedSecrets or MeshTrust.externalSecret, or Flux as the engine',
  }];
}

function objects(settings: ArgoCdSettings, target: EngineTarget): Pick<EngineFolder, 'objects' | 'joint'> {
  const own = application(settings, target);
  const projects = settings.ownProject ? [appProject(settings, target, destination(settings, target))] : [];
  const { rollout } = settings;
  return rollout ? { objects: projects, joint: applicationSet(settings, rollout, own) } : { objects: [...projects, own] };
}

function application(settings: ArgoCdSettings, target: EngineTarget): EngineObject {
  const { cascadesDeletion, isControlPlaneRetired } = target;
  const { automated, prune, selfHeal, labels } = settings;
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: {
      name: applicationName(target),
      namespace: settings.namespace,
      ...labels && { labels },
      ...cascadesDeletion && { finalizers: ['resources-finalizer.argocd.argoproj.io'] },
    },
    spec: {
      project: settings.ownProject ? applicationName(target) : settings.project,
      destination: destination(settings, target),
      sources: [...chartSources(settings, target), folderSource(settings, target)],
      syncPolicy: {
        ...automated && { automated: { prune, selfHeal, ...isControlPlaneRetired && { allowEmpty: true } } },
        // Istio's CRDs are too large for client-side apply, and a dry run does not know the kinds that come with the charts.
        syncOptions: ['ServerSideApply=true', 'SkipDryRunOnMissingResource=true', 'RespectIgnoreDifferences=true'],
        // A CA or a CRD that another tool adds can come later, so a sync is retried until it succeeds, each time with the newest commit.
        retry: { limit: -1, refresh: true, backoff: { duration: '5s', factor: 2, maxDuration: '3m' } },
      },
      // istiod writes these fields itself once it is ready. Argo CD would reset them without end.
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

function destination({ hub }: ArgoCdSettings, { cluster, istioNamespace, cascadesDeletion }: EngineTarget): Destination {
  const server = hub ? { name: cluster } : { server: 'https://kubernetes.default.svc' };
  // Argo CD takes the namespace of the destination for that of a hook's cluster-wide objects, and tries without end to create them.
  return cascadesDeletion ? server : { ...server, namespace: istioNamespace };
}

function chartSources(settings: ArgoCdSettings, target: EngineTarget): object[] {
  return helmFiles(settings, target).map(({ name, helm }) => ({
    // Argo CD knows a Helm registry by a URL without a scheme.
    repoURL: settings.charts.isOci ? settings.charts.url.replace(/^oci:\/\//, '') : settings.charts.url,
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

/** The folder of the cluster, from a repository that also holds the values of the charts. */
function folderSource(settings: ArgoCdSettings, target: EngineTarget): object {
  const selections = selectionsOf(target.istioNamespace);
  return {
    repoURL: settings.repoUrl,
    targetRevision: settings.revision,
    path: settings.inRepo(target.cluster),
    ...helmFiles(settings, target).length > 0 && { ref: 'values' },
    kustomize: {
      patches: STAGES.flatMap(stage => selections[stage].map(selection => wavePatch(selection, WAVES[stage]))),
    },
  };
}

/** A patch that sets the wave of the selected objects, unless an earlier patch or the object itself sets it. */
function wavePatch(selection: Selection, wave: number): object {
  return {
    target: { ...selection, annotationSelector: `!${WAVE}` },
    patch: `apiVersion: any\nkind: any\nmetadata:\n  name: any\n  annotations:\n    ${WAVE}: "${wave}"\n`,
  };
}
